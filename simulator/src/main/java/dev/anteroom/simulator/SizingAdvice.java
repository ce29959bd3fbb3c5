package dev.anteroom.simulator;

import dev.anteroom.queue.Durations;
import dev.anteroom.queue.QueueLimits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A sizing in plain words.
///
/// @param headline the answer, in one sentence
/// @param reasons the numbers behind it, one sentence each
/// @param steps what to do, in order
public record SizingAdvice(String headline, List<String> reasons, List<String> steps) {

    public SizingAdvice {
        reasons = List.copyOf(reasons);
        steps = List.copyOf(steps);
    }

    /// Puts a sizing into words.
    public static SizingAdvice of(Sizing sizing) {
        return switch (sizing.verdict()) {
            case A_LIMIT_HOLDS -> aLimitHolds(sizing);
            case NOBODY_WAITS_THAT_LONG -> nobodyWaitsThatLong(sizing);
            case OVERLOAD -> overload(sizing);
        };
    }

    private static SizingAdvice aLimitHolds(Sizing sizing) {
        long smallest = sizing.smallestThatHolds().orElseThrow();
        String holds = "A limit of " + smallest + " holds " + load(sizing.request());
        List<String> steps = new ArrayList<>();
        String headline = sizing.request()
                .present()
                .map(present -> sizing.knob() == Sizing.Knob.NONE
                        ? holds + "; the " + present.limits().limit() + " of today is enough"
                        : holds + "; the " + present.limits().limit() + " of today, set by "
                                + (sizing.knob() == Sizing.Knob.SOMAXCONN ? "somaxconn" : "the backlog")
                                + ", is too small")
                .orElse(holds);
        if (sizing.knob() != Sizing.Knob.NONE) {
            raise(sizing, sizing.recommended().orElseThrow(), steps);
        }
        return new SizingAdvice(headline, reasons(sizing), steps);
    }

    private static void raise(Sizing sizing, long limit, List<String> steps) {
        boolean capped = sizing.request()
                .present()
                .map(present -> present.somaxconn() < limit)
                .orElse(limit > SizingPresent.USUAL_SOMAXCONN);
        if (capped) {
            steps.add(
                    "raise somaxconn in the network namespace of the listener: sysctl -w net.core.somaxconn=" + limit);
        }
        steps.add("let the program ask for it: listen(fd, " + limit + "), by the setting that it has for its backlog"
                + (capped || sizing.request().present().isPresent()
                        ? ""
                        : "; net.core.somaxconn caps it (4096 by default, 128 before Linux 5.4)"));
        steps.add("restart the program: its limit is set when it calls listen(2) and stays as it is after that");
        sizing.largestThatHelps()
                .ifPresent(largest -> steps.add("go no higher than " + largest
                        + ": whoever waits behind that has given up before it is accepted"));
    }

    private static SizingAdvice nobodyWaitsThatLong(Sizing sizing) {
        SizingRequest request = sizing.request();
        String headline = "No queue can help: " + load(request) + " takes a limit of "
                + sizing.smallestThatHolds().orElseThrow() + ", and "
                + (sizing.largestThatHelps().isPresent()
                        ? "only the first " + (sizing.largestThatHelps().getAsLong() + 1) + " in it are served within "
                        : "not even the first in it is served within ")
                + patience(request);
        List<String> steps = new ArrayList<>();
        if (sizing.knob() == Sizing.Knob.PAUSE) {
            steps.add("shorten the pause of " + Durations.text(request.server().pause())
                    + ": without it a limit would do");
        }
        faster(sizing, "at least ", steps);
        steps.add("or spread the clients over more time, or over more servers");
        sizing.largestThatHelps()
                .ifPresent(largest -> steps.add("until then keep the limit at " + largest
                        + " or below: a longer queue only serves clients that have given up"));
        return new SizingAdvice(headline, reasons(sizing), steps);
    }

    private static SizingAdvice overload(Sizing sizing) {
        SizingRequest request = sizing.request();
        List<String> steps = new ArrayList<>();
        if (request.utilisation() < 1) {
            steps.add("accept faster, shorten what nobody accepts in, or spread the clients over more servers");
            return new SizingAdvice(
                    "No queue can help: " + load(request) + " takes a limit above " + Sizing.MOST
                            + ", the largest that listen(2) takes",
                    reasons(sizing),
                    steps);
        }
        String headline = "No queue can help: " + number(request.load().meanRate()) + " connections/s arrive and "
                + number(request.server().acceptRate()) + "/s are accepted, a load of "
                + number(request.utilisation()) + ": any queue fills up, and stays full";
        faster(sizing, "more than ", steps);
        steps.add("or turn the excess away early, by a limit on rate or concurrency before the server");
        return new SizingAdvice(headline, reasons(sizing), steps);
    }

    private static void faster(Sizing sizing, String bound, List<String> steps) {
        SizingServer server = sizing.request().server();
        sizing.acceptRateNeeded().ifPresent(needed -> {
            int workers = (int) Math.min(Integer.MAX_VALUE, Math.ceil(server.workers() * needed / server.acceptRate()));
            String how = workers > server.workers() && server.workers() > 1
                    ? " (" + workers + " workers instead of " + server.workers() + ", or a shorter service time)"
                    : "";
            steps.add("accept " + bound + number(needed) + " connections/s instead of " + number(server.acceptRate())
                    + how);
        });
    }

    private static List<String> reasons(Sizing sizing) {
        List<String> reasons = new ArrayList<>();
        SizingRequest request = sizing.request();
        sizing.largestThatHelps()
                .ifPresent(largest -> reasons.add("the largest limit that helps is " + largest
                        + ": no more are accepted within the patience of " + patience(request) + " at "
                        + number(request.server().acceptRate()) + "/s"
                        + (request.server().pause().isZero() ? "" : " after the pause")));
        request.load().trace().ifPresent(trace -> trace(request, trace, reasons));
        sizing.today()
                .ifPresentOrElse(today -> reasons.addAll(today(request, today)), () -> lostToday(sizing, reasons));
        if (request.isSteady() && sizing.verdict() != Sizing.Verdict.OVERLOAD) {
            double load = request.utilisation();
            if (load >= RetryQueue.INDEPENDENT_UP_TO) {
                reasons.add("clients that try again are not in these numbers, and at a load of " + number(load)
                        + " of the accept rate they keep the queue full by themselves: expect several times this loss");
            }
        }
        return reasons;
    }

    private static void trace(SizingRequest request, SizingTrace trace, List<String> reasons) {
        reasons.add("the most that arrive within 10 ms are " + trace.mostWithin(Duration.ofMillis(10))
                + ", within 100 ms " + trace.mostWithin(Duration.ofMillis(100)) + ", within 1 s "
                + trace.mostWithin(Duration.ofSeconds(1)));
        if (request.utilisation() >= 1) {
            reasons.add("over the whole trace more arrive than are accepted, a load of " + number(request.utilisation())
                    + ": were it longer, it would need more");
        }
    }

    /// What today's limit turns away where no burst shows it wave by wave.
    private static void lostToday(Sizing sizing, List<String> reasons) {
        SizingRequest request = sizing.request();
        for (SizingCandidate one : sizing.candidates()) {
            if (request.present()
                    .filter(now -> now.limits().limit() == one.limit())
                    .isPresent()) {
                String lost = number(one.lost());
                reasons.add("with today's limit of " + one.limit() + ", "
                        + (request.load().trace().isPresent()
                                ? lost + " connections of the trace"
                                : "about " + lost + (request.isSteady() ? " connections/s" : " connections of a pause"))
                        + " are turned away at their first attempt");
            }
        }
    }

    private static List<String> today(SizingRequest request, SizingToday today) {
        List<String> words = new ArrayList<>();
        SizingPresent present = request.present().orElseThrow();
        QueueLimits limits = present.limits();
        if (today.firstTry() == request.load().burst()) {
            words.add("with today's limit of " + limits.limit() + ", all " + today.firstTry() + " get in at once");
            return words;
        }
        words.add("with today's limit of " + limits.limit() + ", " + today.firstTry() + " of "
                + request.load().burst()
                + " get in at once"
                + (today.dropped() > 0 ? "; " + today.dropped() + " have their SYN dropped and try again later" : ""));
        if (today.phantoms() > 0) {
            words.add("about " + today.phantoms() + " become phantoms: connected as they see it, unknown to the server"
                    + (present.serverFirst()
                            ? ", which would have to speak first: they wait for nothing until they give up"
                            : ", until a retransmission of their data finds a place"));
        }
        if (today.neverIn() > 0) {
            words.add(today.neverIn() + " never get in"
                    + (request.patience().isPresent() ? " within " + patience(request) : ""));
        }
        if (today.late() > 0) {
            words.add(today.late() + " get in but are accepted after they have given up");
        }
        today.lastServed()
                .ifPresent(last -> words.add("the last that gets in is accepted after " + Durations.text(last)));
        return words;
    }

    /// What arrives, as part of a sentence.
    private static String load(SizingRequest request) {
        SizingLoad load = request.load();
        List<String> parts = new ArrayList<>();
        if (load.burst() > 0) {
            parts.add("a burst of " + load.burst()
                    + (load.burstWidth().isZero() ? " at once" : " within " + Durations.text(load.burstWidth())));
        }
        load.peaks()
                .ifPresent(peaks -> parts.add("peaks of " + number(peaks.rate()) + " connections/s for "
                        + Durations.text(peaks.length()) + " every " + Durations.text(peaks.every())));
        if (load.rate() > 0) {
            parts.add(number(load.rate()) + " connections/s" + (load.peaks().isPresent() ? " in between" : ""));
        }
        load.trace()
                .ifPresent(trace -> parts.add("the " + trace.connections() + " connections of the trace, within "
                        + Durations.text(trace.width()) + ","));
        String pause = request.server().pause().isZero()
                ? ""
                : " over a pause of " + Durations.text(request.server().pause());
        return String.join(load.peaks().isPresent() ? " with " : " on top of ", parts) + pause + " at "
                + number(request.server().acceptRate()) + " accepts/s";
    }

    private static String patience(SizingRequest request) {
        return Durations.text(request.patience().orElseThrow());
    }

    /// A number to three digits, from a thousand on to six, without an exponent or trailing zeros.
    static String number(double value) {
        return value == 0
                ? "0"
                : new BigDecimal(value)
                        .round(new MathContext(value < 1000 ? 3 : 6))
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
