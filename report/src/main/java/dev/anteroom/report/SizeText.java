package dev.anteroom.report;

import dev.anteroom.queue.Durations;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingAdvice;
import dev.anteroom.simulator.SizingCandidate;
import dev.anteroom.simulator.SizingCandidate.Fit;
import dev.anteroom.simulator.SizingMethod;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingToday;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What `size` prints on a terminal: the answer first, then the numbers behind it, some limits side by side, the waves
/// of today, and what to do.
public final class SizeText {
    /// A probability below this is shown as none.
    private static final double NOTHING = 1e-15;

    private final Sizing sizing;
    private final Optional<SizingSource> source;
    private final Style style;
    private final StringBuilder out = new StringBuilder();

    private SizeText(Sizing sizing, Optional<SizingSource> source, Style style) {
        this.sizing = sizing;
        this.source = source;
        this.style = style;
    }

    /// Renders a sizing.
    ///
    /// @param source of what was read from a file; empty if everything was said by hand
    public static String of(Sizing sizing, Optional<SizingSource> source, Style style) {
        return new SizeText(sizing, source, style).render();
    }

    private String render() {
        SizingAdvice advice = SizingAdvice.of(sizing);
        out.append(
                        sizing.verdict() == Sizing.Verdict.A_LIMIT_HOLDS
                                ? style.bold(advice.headline())
                                : style.red(advice.headline()))
                .append('\n');
        advice.reasons().forEach(reason -> out.append("  ").append(reason).append('\n'));
        out.append(style.dim("  found by " + sizing.method().text() + ", "
                        + sizing.method().tolerance()))
                .append('\n');
        source.ifPresent(known -> known.sentences()
                .forEach(sentence -> out.append(style.dim("  " + sentence)).append('\n')));
        if (!sizing.candidates().isEmpty()) {
            out.append(style.dim("  " + assumed())).append('\n');
        }
        candidates();
        sizing.today().filter(today -> today.waves().size() > 1).ifPresent(this::waves);
        if (!advice.steps().isEmpty()) {
            out.append('\n').append(style.bold("What to do")).append('\n');
            int step = 1;
            for (String sentence : advice.steps()) {
                out.append("  ").append(step).append(". ").append(sentence).append('\n');
                step++;
            }
        }
        return out.toString();
    }

    private String assumed() {
        SizingRequest request = sizing.request();
        double variation = request.server().variation();
        String loss = "LOSS is "
                + (request.load().trace().isPresent()
                        ? "the share of the trace that is turned away"
                        : "the probability that "
                                + (request.load().burst() > 0
                                        ? "any connection of the burst is turned away"
                                        : request.isSteady()
                                                ? "a connection is turned away"
                                                : "any connection is turned away in the pause"))
                + (request.target() == SizingRequest.NOBODY
                        ? ", and none is to be"
                        : ", which is to be " + probability(request.target()) + " or less");
        if (sizing.method() == SizingMethod.COUNTING) {
            return loss;
        }
        return loss + "; the time from one accept to the next is taken as "
                + (variation == 0 || request.load().peaks().isPresent()
                        ? "constant"
                        : variation == 1
                                ? "random, exponentially distributed"
                                : "random, " + variation + " times its mean as standard deviation");
    }

    private void candidates() {
        if (sizing.candidates().isEmpty()) {
            return;
        }
        Table table = new Table(
                Column.right("LIMIT"),
                Column.right("CAPACITY"),
                Column.right("LOSS"),
                Column.right(sizing.request().isSteady() ? "LOST" : "LOST AT ONCE"),
                Column.right("LAST PLACE WAITS"),
                Column.left("VERDICT"),
                Column.left(""));
        for (SizingCandidate one : sizing.candidates()) {
            String verdict = words(one.fit());
            table.add(
                    Cell.of(Long.toString(one.limit())),
                    Cell.of(Long.toString(one.capacity())),
                    Cell.of(probability(one.loss())),
                    Cell.of(lost(one.lost())),
                    Cell.of(Durations.text(one.longestWait())),
                    new Cell(verdict, one.fit() == Fit.HOLDS ? verdict : style.yellow(verdict)),
                    Cell.of(roles(one)));
        }
        out.append('\n');
        table.writeTo(out, style);
    }

    private String lost(double lost) {
        return sizing.request().isSteady()
                ? lost < NOTHING ? "0/s" : String.format(Locale.ROOT, "%.2g/s", lost)
                : Long.toString(Math.round(lost));
    }

    private String roles(SizingCandidate one) {
        List<String> roles = new ArrayList<>();
        sizing.request()
                .present()
                .filter(present -> present.limits().limit() == one.limit())
                .ifPresent(_ -> roles.add("today"));
        if (sizing.smallestThatHolds().orElse(-1) == one.limit()) {
            roles.add("smallest that holds");
        }
        if (sizing.largestThatHelps().orElse(-1) == one.limit()) {
            roles.add("largest that helps");
        }
        return roles.isEmpty() ? "" : "<- " + String.join(", ", roles);
    }

    private void waves(SizingToday today) {
        out.append('\n')
                .append(style.bold("The burst at today's limit, wave by wave"))
                .append(style.dim("  (predicted; " + today.tolerance() + ")"))
                .append('\n');
        Table table = new Table(
                Column.right("AFTER"),
                Column.left("BY"),
                Column.right("TRYING"),
                Column.right("GET IN"),
                Column.right("BECOME PHANTOMS"));
        for (SizingToday.Wave wave : today.waves()) {
            table.add(
                    Cell.of(Durations.text(wave.at())),
                    Cell.of(wave.bySyn() ? "SYN" : "data"),
                    Cell.of(Long.toString(wave.trying())),
                    Cell.of(Long.toString(wave.admitted())),
                    Cell.of(wave.phantoms() == 0 ? "" : Long.toString(wave.phantoms())));
        }
        table.writeTo(out, style);
    }

    private static String words(Fit fit) {
        return switch (fit) {
            case TOO_SMALL -> "too small";
            case HOLDS -> "holds";
            case TOO_LONG_A_WAIT -> "too large: its last give up first";
        };
    }

    private static String probability(double probability) {
        if (probability >= 0.9995) {
            return "1";
        }
        return probability < NOTHING
                ? "0"
                : probability < 0.001
                        ? String.format(Locale.ROOT, "%.1e", probability).replace("e-0", "e-")
                        : String.format(Locale.ROOT, probability < 0.01 ? "%.2g" : "%.3f", probability)
                                .replaceFirst("(\\.\\d*?)0+$", "$1");
    }
}
