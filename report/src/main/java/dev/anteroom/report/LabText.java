package dev.anteroom.report;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.diagnosis.Finding;
import dev.anteroom.kernel.ConnectionRow;
import dev.anteroom.lab.Check;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Library;
import dev.anteroom.lab.Observation;
import dev.anteroom.lab.QueueDepth;
import dev.anteroom.lab.Traces;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Durations;
import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.remedy.ScenarioFix;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// What `lab` prints of one run on a terminal: what came out, what was staged, both queues over time, the sockets, the
/// counters, the fates, whether it is as expected, what doctor says of it, and one connection of each fate.
public final class LabText {
    private static final int CHART_WIDTH = 64;
    private static final int SHOWN_SOCKETS = 12;

    private final LabRun run;
    private final Observation seen;
    private final Style style;
    private final StringBuilder out = new StringBuilder();

    private LabText(LabRun run, Style style) {
        this.run = run;
        this.seen = run.observation();
        this.style = style;
    }

    /// One run.
    public static String of(LabRun run, Style style) {
        return new LabText(run, style).render();
    }

    private String render() {
        headline();
        staged();
        queues();
        sockets();
        counters();
        section("What became of the connections");
        out.append("burst width ")
                .append(Durations.text(seen.surge().burstWidth()))
                .append(" from the first SYN to the last; all over after ")
                .append(Durations.text(seen.surge().took()))
                .append("\n\n")
                .append(SurgeText.section(seen.surge(), style));
        checks();
        run.traces().ifPresent(traces -> {
            findings(traces);
            fix();
            ladders(traces);
        });
        return out.toString();
    }

    private void headline() {
        String name = run.scenario().fullName();
        out.append(style.bold(Style.printable(name))).append(": ").append(sentence());
        if (seen.surge().complete()) {
            out.append(run.agrees() ? "; as expected" : style.red("; NOT as expected"));
        }
        out.append(style.dim(" (" + (run.measured().isPresent() ? "measured on " : "simulated, ") + run.stack() + ")"))
                .append('\n');
        rulesOf(run).ifPresent(whose -> style.paragraph(out, "  ", "  ", whose));
        if (!run.scenario().about().isEmpty()) {
            style.paragraph(out, "  ", "  ", run.scenario().about());
        }
    }

    /// How many connections met each outcome.
    private String sentence() {
        SurgeResult surge = seen.surge();
        List<String> fates = new ArrayList<>();
        surge.outcomes().forEach((outcome, count) -> fates.add(count + " " + outcome.id()));
        int connections = run.scenario().surge().connections();
        if (!surge.complete()) {
            fates.add(connections - surge.decided() + " without an outcome when it was stopped");
        }
        return "of " + connections + " connections " + String.join(", ", fates);
    }

    /// Where a prediction goes by the rules of another version.
    private static Optional<String> rulesOf(LabRun run) {
        return run.predicted()
                .flatMap(predicted -> predicted.stack().rulesOf())
                .map(whose -> "The rules of " + run.stack() + " are not known; predicted by those of " + whose + ".");
    }

    private void section(String title) {
        out.append('\n').append(style.bold(title)).append('\n');
    }

    private void staged() {
        section("Staged");
        ScenarioText.writeTo(out, run.scenario());
    }

    private void queues() {
        section("Both queues over time");
        Duration end = seen.depths().isEmpty()
                ? seen.lookedAt()
                : seen.depths().getLast().at();
        long nanos = Math.max(1, end.toNanos());
        Sparkline accept = new Sparkline(CHART_WIDTH);
        Sparkline syn = new Sparkline(CHART_WIDTH);
        for (QueueDepth depth : seen.depths()) {
            double at = (double) depth.at().toNanos() / nanos;
            accept.add(at, depth.accept());
            syn.add(at, depth.syn());
        }
        long capacity = seen.listeners().stream()
                .mapToLong(listener -> seen.capacity(listener).orElse(0))
                .sum();
        chart("accept queue", accept.text(capacity, style), "at most " + seen.peakDepth() + " of " + capacity);
        chart("SYN queue", syn.text(Math.max(capacity, seen.peakSynQueue()), style), "at most " + seen.peakSynQueue());
        String right = Durations.text(end);
        out.append("                0 s")
                .append(" ".repeat(Math.max(1, CHART_WIDTH - 3 - right.length())))
                .append(right)
                .append('\n');
    }

    private void chart(String title, String line, String note) {
        out.append(String.format(Locale.ROOT, "  %-12s |%s| %s%n", title, line, note));
    }

    private void sockets() {
        section("Sockets " + Durations.text(seen.lookedAt()) + " after the start");
        for (QueueSample listener : seen.listeners()) {
            out.append("  server  LISTEN       Recv-Q ")
                    .append(listener.depth())
                    .append("  Send-Q ")
                    .append(listener.limit().isEmpty() ? "?" : listener.limit().getAsLong())
                    .append(style.dim("  (depth, limit)"))
                    .append('\n');
        }
        states("server", seen.serverSockets());
        states("client", seen.clientSockets());
        run.traces().ifPresent(this::socketTable);
    }

    private void socketTable(Traces traces) {
        if (traces.clientSockets().size() <= SHOWN_SOCKETS) {
            Table table = new Table(
                    Column.left("  PROTO"),
                    Column.right("RECV-Q"),
                    Column.right("SEND-Q"),
                    Column.left("LOCAL ADDRESS"),
                    Column.left("FOREIGN ADDRESS"),
                    Column.left("STATE"));
            rows(table, traces.serverSockets());
            rows(table, traces.clientSockets());
            table.writeTo(out, style);
        }
    }

    private void states(String whose, Map<String, Integer> sockets) {
        String counts = sockets.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("  "));
        out.append("  ")
                .append(whose)
                .append("  ")
                .append(counts.isEmpty() ? "none" : counts)
                .append('\n');
    }

    private static void rows(Table table, List<ConnectionRow> sockets) {
        for (ConnectionRow socket : sockets) {
            table.add(
                    Cell.of("  tcp"),
                    Cell.of(Long.toString(socket.receiveQueue())),
                    Cell.of(Long.toString(socket.sendQueue())),
                    Cell.of(address(socket.local())),
                    Cell.of(address(socket.remote())),
                    Cell.of(socket.state().name()));
        }
    }

    /// A server of Java listens on IPv6 sockets for IPv4 too; the link is IPv4 alone.
    private static String address(Endpoint endpoint) {
        String mapped = "::ffff:";
        return endpoint.address().startsWith(mapped)
                ? endpoint.address().substring(mapped.length()) + ":" + endpoint.port()
                : endpoint.toString();
    }

    private void counters() {
        section("Counters of the server's host that moved");
        Table table = new Table(
                Column.left("  COUNTER"),
                Column.right("BY " + Durations.text(seen.lookedAt())),
                Column.right("IN ALL"),
                Column.left("MEANING"));
        for (Counter counter : Counter.values()) {
            Long inAll = seen.countersAtEnd().get(counter);
            if (inAll != null && inAll > 0) {
                table.add(
                        Cell.of("  " + counter.kernelName()),
                        Cell.of(Long.toString(seen.counters().getOrDefault(counter, 0L))),
                        Cell.of(Long.toString(inAll)),
                        Cell.of(counter.meaning()));
            }
        }
        if (table.isEmpty()) {
            out.append("  none\n");
        }
        table.writeTo(out, style);
    }

    private void checks() {
        if (run.checks().isEmpty() || !seen.surge().complete()) {
            return;
        }
        section("Expected, predicted and measured");
        Table table = new Table(
                Column.left("  QUANTITY"),
                Column.right("EXPECTED"),
                Column.right("PREDICTED"),
                Column.right("MEASURED"),
                Column.left(""));
        for (Check check : run.checks()) {
            String verdict = check.agrees() ? "agrees" : "DIFFERS";
            table.add(
                    Cell.of("  " + check.expectation().quantity()),
                    Cell.of(check.expectation().text()),
                    Cell.of(check.predictedText()),
                    Cell.of(check.measuredText()),
                    check.agrees() ? Cell.of(verdict) : new Cell(verdict, style.red(verdict)));
        }
        table.writeTo(out, style);
        if (!run.agrees()) {
            run.traces().ifPresent(this::lateness);
        }
    }

    /// What a busy machine does to a run, so that nobody looks for the reason elsewhere.
    private void lateness(Traces traces) {
        Duration there = traces.link().fromClient().maxLateness();
        Duration back = traces.link().fromServer().maxLateness();
        style.paragraph(
                out,
                "  ",
                "  ",
                "The link delivered packets up to " + Durations.text(there.compareTo(back) > 0 ? there : back)
                        + " later than due, because the processors were busy. The later, the more may differ: run it"
                        + " again on a quiet machine.");
    }

    private void findings(Traces traces) {
        List<Finding> findings = Diagnosis.of(traces.evidence());
        section("What doctor says of the server's host at that moment");
        if (findings.isEmpty()) {
            out.append("  nothing: no listener is losing connections\n");
        }
        for (Finding finding : findings) {
            out.append("  ")
                    .append(finding.severity())
                    .append("  ")
                    .append(style.bold(finding.cause().id()));
            out.append('\n');
            style.paragraph(out, "    ", "    ", finding.summary());
        }
    }

    /// Where the queue was too short: what holds the surge, and the command that shows it.
    private void fix() {
        boolean overflowed = seen.countersAtEnd().getOrDefault(Counter.LISTEN_OVERFLOWS, 0L) > 0;
        Optional<ScenarioFix> fix = overflowed ? ScenarioFix.of(run.scenario(), OptionalInt.empty()) : Optional.empty();
        if (fix.isEmpty()) {
            return;
        }
        section("What holds this surge");
        fix.get().changes().forEach(change -> style.paragraph(out, "  - ", "    ", change));
        if (Library.isOwn(run.scenario())) {
            String variant = run.scenario().variant().isEmpty()
                    ? ""
                    : " --variant " + run.scenario().variant();
            out.append("  the same surge before and after it:\n    ")
                    .append(style.bold("anteroom fix --verify "
                            + Style.printable(run.scenario().name() + variant)))
                    .append('\n');
        }
    }

    private void ladders(Traces traces) {
        section("One connection of each fate, as the packets on the link show it");
        traces.handshakes()
                .examples()
                .forEach(
                        handshake -> out.append(LadderText.of(handshake, style)).append('\n'));
        traces.captureFailure()
                .ifPresent(failure -> out.append(style.red("The capture is incomplete: "))
                        .append(Style.printable(failure))
                        .append('\n'));
    }

    /// Several runs side by side: what a change of setting changed.
    public static String comparison(List<LabRun> runs, Style style) {
        StringBuilder out =
                new StringBuilder("\n").append(style.bold("Side by side")).append('\n');
        List<Column> columns = new ArrayList<>(List.of(
                Column.left("  RUN"),
                Column.left("STACK"),
                Column.right("LIMIT"),
                Column.right("SERVED"),
                Column.right("NOT"),
                Column.right("SYN SENT AGAIN"),
                Column.right("OVERFLOWS"),
                Column.right("FIRST BYTE P50"),
                Column.right("P99"),
                Column.right("MAX"),
                Column.left("")));
        Table table = new Table(columns.toArray(Column[]::new));
        for (LabRun run : runs) {
            SurgeResult surge = run.observation().surge();
            int served = surge.outcomes().getOrDefault(Outcome.SERVED, 0);
            QueueSample listener = run.observation().listeners().getFirst();
            table.add(
                    Cell.of("  " + Style.printable(run.scenario().fullName())),
                    Cell.of(run.measured().isPresent() ? run.stack() : run.stack() + " (simulated)"),
                    Cell.of(
                            listener.limit().isEmpty()
                                    ? "?"
                                    : Long.toString(listener.limit().getAsLong())),
                    Cell.of(Integer.toString(served)),
                    Cell.of(Integer.toString(surge.decided() - served)),
                    Cell.of(Integer.toString(surge.synRetransmissions().entrySet().stream()
                            .filter(entry -> entry.getKey() > 0)
                            .mapToInt(Map.Entry::getValue)
                            .sum())),
                    Cell.of(Long.toString(
                            run.observation().countersAtEnd().getOrDefault(Counter.LISTEN_OVERFLOWS, 0L))),
                    Cell.of(time(surge, surge.firstByte().p50())),
                    Cell.of(time(surge, surge.firstByte().p99())),
                    Cell.of(time(surge, surge.firstByte().max())),
                    Cell.of(!surge.complete() ? "stopped" : run.agrees() ? "as expected" : "NOT as expected"));
        }
        table.writeTo(out, style);
        runs.stream()
                .flatMap(run -> rulesOf(run).stream())
                .distinct()
                .forEach(whose -> style.paragraph(out, "  ", "  ", whose));
        return out.toString();
    }

    private static String time(SurgeResult surge, Duration value) {
        return surge.firstByte().count() == 0 ? "-" : Durations.text(value);
    }
}
