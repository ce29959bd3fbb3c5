package dev.anteroom.report;

import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.Durations;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Latency;
import dev.anteroom.queue.LostSyns;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What `surge` prints on a terminal: the answer first, then what became of the connections, how long they took, what
/// their clients would have logged, and what to do next. Other reports hold the middle of it as a section.
public final class SurgeText {
    /// Upper ends of the rows of the histogram, in milliseconds: fine enough to keep the seconds apart at which SYNs
    /// are sent again.
    private static final long[] STEPS = {
        1, 3, 10, 30, 100, 300, 900, 1500, 2500, 3500, 4500, 6000, 9000, 15_000, 25_000, 50_000, Long.MAX_VALUE
    };

    private final SurgeResult result;
    private final Style style;
    private final Map<Outcome, Integer> outcomes;
    private final StringBuilder out = new StringBuilder();

    private SurgeText(SurgeResult result, Style style) {
        this.result = result;
        this.style = style;
        this.outcomes = result.outcomes();
    }

    /// Renders a result.
    public static String of(SurgeResult result, Style style) {
        SurgeText text = new SurgeText(result, style);
        text.headline();
        text.out.append('\n');
        text.section();
        text.nextSteps();
        return text.out.toString();
    }

    /// The tables of a result, without headline and advice.
    public static String section(SurgeResult result, Style style) {
        SurgeText text = new SurgeText(result, style);
        text.section();
        return text.out.toString();
    }

    private void headline() {
        int all = result.decided();
        int served = count(Outcome.SERVED);
        int sentAgain = servedAfterLostSyn();
        if (!result.complete()) {
            out.append(style.yellow("Stopped early, with the outcome of " + connections(all) + " known. "));
        }
        if (all == 0) {
            out.append("No connection has ended");
        } else if (served < all) {
            out.append(style.red(number(all - served) + " of " + connections(all) + " to " + result.target()
                    + (all - served == 1 ? " was" : " were") + " not served: " + failures()));
        } else if (sentAgain > 0) {
            out.append(style.yellow("All " + connections(all) + " to " + result.target() + " were served, but "
                    + number(sentAgain) + " only after a lost SYN: a second or more late, and no error tells"));
        } else {
            out.append("All " + connections(all) + " to " + result.target() + " were served, and no SYN was lost");
        }
        out.append('\n')
                .append("Burst width " + Durations.text(result.burstWidth())
                        + " from the first SYN to the last; all over after " + Durations.text(result.took()) + "\n");
    }

    private String failures() {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getKey() != Outcome.SERVED)
                .map(entry -> number(entry.getValue()) + " " + entry.getKey().id())
                .collect(Collectors.joining(", "));
    }

    private int servedAfterLostSyn() {
        return (int) result.fates().stream()
                .filter(fate -> fate.outcome() == Outcome.SERVED
                        && fate.synRetransmissions().orElse(0) > 0)
                .count();
    }

    private void section() {
        outcomes();
        retransmissions();
        latencies();
        histogram();
        fingerprint();
        exceptions();
    }

    private void outcomes() {
        Table table =
                new Table(Column.left("OUTCOME"), Column.right("CONNECTIONS"), Column.left(""), Column.left("MEANING"));
        outcomes.forEach((outcome, connections) -> table.add(
                new Cell(outcome.id(), outcome == Outcome.SERVED ? outcome.id() : style.red(outcome.id())),
                Cell.of(number(connections)),
                Cell.of(style.bar(connections, result.decided())),
                Cell.of(outcome.meaning())));
        write(table);
    }

    private void retransmissions() {
        Map<Integer, Integer> counts = result.synRetransmissions();
        if (counts.keySet().stream().allMatch(times -> times == 0)) {
            return;
        }
        Table table = new Table(Column.right("SYN SENT AGAIN"), Column.right("CONNECTIONS"), Column.left(""));
        counts.forEach((times, connections) -> table.add(
                Cell.of(times == 0 ? "never" : times == 1 ? "once" : times + " times"),
                Cell.of(number(connections)),
                Cell.of(style.bar(connections, result.decided()))));
        write(table);
    }

    private void latencies() {
        Table table = new Table(
                Column.left("SINCE IT WAS DUE"),
                Column.right("CONNECTIONS"),
                Column.right("MIN"),
                Column.right("P50"),
                Column.right("P90"),
                Column.right("P99"),
                Column.right("MAX"));
        latency(table, "connected", result.connect());
        latency(table, "first byte", result.firstByte());
        write(table);
    }

    private static void latency(Table table, String name, Latency latency) {
        if (latency.count() > 0) {
            table.add(
                    Cell.of(name),
                    Cell.of(number(latency.count())),
                    Cell.of(Durations.text(latency.min())),
                    Cell.of(Durations.text(latency.p50())),
                    Cell.of(Durations.text(latency.p90())),
                    Cell.of(Durations.text(latency.p99())),
                    Cell.of(Durations.text(latency.max())));
        }
    }

    private void histogram() {
        int[] connected = counts(ConnectionFate::connected);
        int[] answered = counts(ConnectionFate::firstByte);
        int[] rows = IntStream.range(0, STEPS.length)
                .filter(row -> connected[row] + answered[row] > 0)
                .toArray();
        if (rows.length < 2) {
            return;
        }
        Table table = new Table(
                Column.right("UP TO"),
                Column.right("CONNECTED"),
                Column.left(""),
                Column.right("FIRST BYTE"),
                Column.left(""));
        int all = result.decided();
        for (int row = rows[0]; row <= rows[rows.length - 1]; row++) {
            table.add(
                    Cell.of(row == STEPS.length - 1 ? "more" : Durations.text(Duration.ofMillis(STEPS[row]))),
                    Cell.of(number(connected[row])),
                    Cell.of(style.bar(connected[row], all)),
                    Cell.of(number(answered[row])),
                    Cell.of(style.bar(answered[row], all)));
        }
        write(table);
    }

    private int[] counts(Function<ConnectionFate, Optional<Duration>> moment) {
        int[] counts = new int[STEPS.length];
        result.fates()
                .forEach(fate -> moment.apply(fate).ifPresent(when -> {
                    int row = 0;
                    while (when.toMillis() >= STEPS[row]) {
                        row++;
                    }
                    counts[row]++;
                }));
        return counts;
    }

    private void fingerprint() {
        Optional<LostSyns> lost = LostSyns.of(result.fates());
        if (lost.isEmpty()) {
            return;
        }
        String peaks = lost.get().peaks().stream()
                .map(peak -> number(peak.connections()) + " at " + Durations.text(peak.median()))
                .collect(Collectors.joining(", "));
        String clock = switch (lost.get().schedule()) {
            case LINEAR_FIRST ->
                "the moments at which Linux 6.5 and later sends a SYN again (" + LostSyns.Schedule.LINEAR_FIRST.text()
                        + ")";
            case DOUBLING ->
                "the moments at which Linux before 6.5 (or tcp_syn_linear_timeouts=0) sends a SYN again ("
                        + LostSyns.Schedule.DOUBLING.text() + ")";
            case EITHER -> "the moment at which a SYN is sent again for the first time";
            case UNKNOWN -> "the kernel counted a SYN sent again for each of them";
        };
        paragraph("Fingerprint of lost SYNs: of the connections that were made, " + peaks + ": " + clock
                + ". The first SYN was dropped without a word: by a listener whose queue was full, or on the way.");
    }

    private void exceptions() {
        if (result.exceptions().isEmpty()) {
            return;
        }
        Table table = new Table(Column.right("COUNT"), Column.left("PHASE"), Column.left("A JAVA CLIENT WOULD LOG"));
        for (ExceptionGroup group : result.exceptions()) {
            table.add(
                    Cell.of(number(group.count())),
                    Cell.of(group.phase().id()),
                    Cell.of(group.type() + (group.message().isEmpty() ? "" : ": " + group.message())));
        }
        write(table);
    }

    private void nextSteps() {
        List<String> steps = SurgeAdvice.of(result);
        if (steps.isEmpty()) {
            return;
        }
        out.append('\n').append(style.bold("What to do next")).append('\n');
        int number = 1;
        for (String step : steps) {
            style.paragraph(out, "  " + number + ". ", "     ", step);
            number++;
        }
    }

    private void write(Table table) {
        if (table.isEmpty()) {
            return;
        }
        blankLine();
        table.writeTo(out, style);
    }

    private void paragraph(String sentence) {
        blankLine();
        style.paragraph(out, "", "", sentence);
    }

    private void blankLine() {
        if (!out.isEmpty()
                && out.charAt(out.length() - 1) == '\n'
                && !out.toString().endsWith("\n\n")) {
            out.append('\n');
        }
    }

    private int count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    private static String connections(int count) {
        return number(count) + " connection" + (count == 1 ? "" : "s");
    }

    private static String number(long count) {
        return Long.toString(count);
    }
}
