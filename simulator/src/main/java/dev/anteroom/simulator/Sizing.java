package dev.anteroom.simulator;

import dev.anteroom.queue.QueueLimits;
import dev.anteroom.simulator.SizingCandidate.Fit;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;

/// The limit of an accept queue that a surge needs, and the one past which it only turns drops into time-outs.
///
/// Counts places on the listener alone: the capacity of an accept queue is limit + 1, and a connection in service is
/// no longer in it. Not modelled: clients that try again (see docs/sizing.md), more than one listener per port, the
/// SYN queue, which has the same limit and holds each connection for one round trip only.
///
/// @param request what was asked
/// @param verdict the answer
/// @param knob what has to change first
/// @param smallestThatHolds the smallest limit that loses no more than the target; empty if none does
/// @param largestThatHelps the largest limit whose last place is served within the patience; empty without patience,
///     or if the pause alone is longer
/// @param acceptRateNeeded accepts per second above which some limit will do; empty if one does today, or if no rate
///     is enough
/// @param method how it was found
/// @param candidates some limits side by side, the smallest first; none where everything overflows in the end
/// @param today what a burst meets at the limit of today; empty if that was not given, or without a burst
public record Sizing(
        SizingRequest request,
        Verdict verdict,
        Knob knob,
        OptionalLong smallestThatHolds,
        OptionalLong largestThatHelps,
        OptionalDouble acceptRateNeeded,
        SizingMethod method,
        List<SizingCandidate> candidates,
        Optional<SizingToday> today) {

    /// Whether a queue can help.
    public enum Verdict {
        /// Some limit holds the surge, and everybody in it is served in time.
        A_LIMIT_HOLDS,
        /// No queue can help: the last of those that it could hold wait past their patience.
        NOBODY_WAITS_THAT_LONG,
        /// No queue can help: in the long run more arrive than are accepted.
        OVERLOAD
    }

    /// What has to change first.
    public enum Knob {
        /// Nothing: today's limit holds.
        NONE,
        /// The argument of listen(2), in the program's own settings.
        BACKLOG,
        /// The sysctl net.core.somaxconn.
        SOMAXCONN,
        /// How fast connections are accepted.
        ACCEPT_RATE,
        /// The pause in which nobody accepts.
        PAUSE
    }

    /// The largest backlog that listen(2) takes.
    public static final long MOST = Integer.MAX_VALUE;

    private static final List<Long> USUAL_LIMITS = List.of(50L, 128L, 511L, 1024L, 4096L, 65_535L);
    private static final double MOST_FACTOR = 1 << 20;
    private static final double FACTOR_PRECISION = 1e-3;

    public Sizing {
        candidates = List.copyOf(candidates);
    }

    /// Finds the limit.
    public static Sizing of(SizingRequest request) {
        Optional<SizingModel> model = model(request);
        OptionalLong smallest = request.isOverload() ? OptionalLong.empty() : smallest(request, model);
        SizingWait wait = new SizingWait(request);
        Verdict verdict = smallest.isEmpty()
                ? Verdict.OVERLOAD
                : wait.isInTime(smallest.getAsLong()) ? Verdict.A_LIMIT_HOLDS : Verdict.NOBODY_WAITS_THAT_LONG;
        boolean helps = verdict == Verdict.A_LIMIT_HOLDS;
        return new Sizing(
                request,
                verdict,
                helps ? knobOfToday(request, smallest.getAsLong()) : knobOfTheServer(request),
                smallest,
                wait.largestThatHelps(),
                helps ? OptionalDouble.empty() : acceptRateNeeded(request),
                model.map(SizingModel::method).orElse(SizingMethod.COUNTING),
                model.map(known -> candidates(request, known, smallest)).orElse(List.of()),
                request.load().burst() == 0 || model.isEmpty()
                        ? Optional.empty()
                        : request.present().map(present -> SizingWaves.of(request, present)));
    }

    /// What to give to listen(2): the next power of two from [#smallestThatHolds], unless that is more than helps.
    /// Empty if no limit will do.
    public OptionalLong recommended() {
        if (verdict != Verdict.A_LIMIT_HOLDS) {
            return OptionalLong.empty();
        }
        long smallest = smallestThatHolds.orElseThrow();
        long rounded = smallest <= 1 ? smallest : Long.highestOneBit(smallest - 1) << 1;
        return OptionalLong.of(rounded <= largestThatHelps.orElse(MOST) ? rounded : smallest);
    }

    private static OptionalLong smallest(SizingRequest request, Optional<SizingModel> model) {
        return model.map(known -> SizingSearch.smallest(0, MOST, limit -> known.lossAt(limit) <= request.target()))
                .orElse(OptionalLong.empty());
    }

    /// Empty for a queue that grows for ever: there is nothing to start a burst or a pause from.
    private static Optional<SizingModel> model(SizingRequest request) {
        if (request.load().trace().isPresent()) {
            return Optional.of(new SizingReplay(request.load().trace().get(), request.server()));
        }
        if (request.isSteady()) {
            double rate = request.load().rate();
            return Optional.of(request.load()
                    .peaks()
                    .<SizingModel>map(peaks -> new SizingBursty(rate, peaks, request.server()))
                    .orElseGet(() -> new SizingSteady(rate, request.server())));
        }
        return request.isOverload() ? Optional.empty() : Optional.of(new SizingBurst(request.load(), request.server()));
    }

    private static Knob knobOfToday(SizingRequest request, long needed) {
        if (request.present().isEmpty()) {
            return Knob.BACKLOG;
        }
        QueueLimits limits = request.present().get().limits();
        if (limits.limit() >= needed) {
            return Knob.NONE;
        }
        return limits.boundBy() == QueueLimits.Bound.SOMAXCONN ? Knob.SOMAXCONN : Knob.BACKLOG;
    }

    /// The pause is to blame if without it a limit would do.
    private static Knob knobOfTheServer(SizingRequest request) {
        boolean paused = !request.server().pause().isZero();
        return paused && someLimitHolds(request, request.server().withPause(Duration.ZERO))
                ? Knob.PAUSE
                : Knob.ACCEPT_RATE;
    }

    /// Whether the largest queue that helps holds: the loss falls with every place.
    private static boolean someLimitHolds(SizingRequest request, SizingServer server) {
        SizingRequest other = request.withServer(server);
        OptionalLong largest =
                other.patience().isEmpty() ? OptionalLong.of(MOST) : new SizingWait(other).largestThatHelps();
        return largest.isPresent()
                && !other.isOverload()
                && model(other)
                        .map(known -> known.lossAt(largest.getAsLong()) <= other.target())
                        .orElse(false);
    }

    private static OptionalDouble acceptRateNeeded(SizingRequest request) {
        SizingServer server = request.server();
        if (request.patience().isEmpty()) {
            return request.utilisation() < 1
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(request.load().meanRate());
        }
        double no = 1;
        double yes = 2;
        while (!someLimitHolds(request, server.times(yes))) {
            no = yes;
            yes *= 2;
            if (yes > MOST_FACTOR) {
                return OptionalDouble.empty();
            }
        }
        while (yes - no > FACTOR_PRECISION * yes) {
            double middle = (no + yes) / 2;
            if (someLimitHolds(request, server.times(middle))) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return OptionalDouble.of(yes * server.acceptRate());
    }

    private static List<SizingCandidate> candidates(SizingRequest request, SizingModel model, OptionalLong smallest) {
        SizingWait wait = new SizingWait(request);
        NavigableSet<Long> limits = new TreeSet<>();
        request.present().ifPresent(present -> limits.add(present.limits().limit()));
        smallest.ifPresent(limits::add);
        wait.largestThatHelps().ifPresent(limits::add);
        // And the usual ones, up to the first that is above all of these.
        long above = limits.isEmpty() ? SizingPresent.USUAL_SOMAXCONN : limits.last();
        for (long usual : USUAL_LIMITS) {
            limits.add(usual);
            if (usual > above) {
                break;
            }
        }
        return limits.parallelStream()
                .map(limit -> {
                    double loss = model.lossAt(limit);
                    Fit fit = loss > request.target()
                            ? Fit.TOO_SMALL
                            : wait.isInTime(limit) ? Fit.HOLDS : Fit.TOO_LONG_A_WAIT;
                    return new SizingCandidate(limit, loss, model.lostAt(limit), wait.longest(limit), fit);
                })
                .toList();
    }
}
