package dev.anteroom.report;

import dev.anteroom.queue.Durations;
import dev.anteroom.queue.Outcome;
import dev.anteroom.remedy.Trial;
import dev.anteroom.remedy.Verification;
import dev.anteroom.remedy.Verification.Verdict;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// What `fix --verify` prints on a terminal: the verdict, the two surges row by row, what was changed in between, and
/// what comes next.
public final class VerifyText {
    private final Verification verification;
    private final Style style;
    private final StringBuilder out = new StringBuilder();

    private VerifyText(Verification verification, Style style) {
        this.verification = verification;
        this.style = style;
    }

    /// Renders it.
    public static String of(Verification verification, Style style) {
        return new VerifyText(verification, style).render();
    }

    private String render() {
        Verdict verdict = verification.verdict();
        String sentence = capital(verdict.text());
        out.append(verification.after().isClean() ? style.bold(sentence) : style.red(sentence))
                .append(": ")
                .append(turnedAway(verification.before()))
                .append(" before, ")
                .append(turnedAway(verification.after()))
                .append(" after, of ")
                .append(verification.after().connections())
                .append(" connections each time\n");
        out.append(Style.printable(verification.subject()))
                .append(", ")
                .append(verification.place().text())
                .append(" (measured on this kernel)\n\n");
        rows();
        changes();
        next(verdict);
        return out.toString();
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String turnedAway(Trial trial) {
        if (trial.isClean()) {
            return "none lost";
        }
        return trial.lost() + trial.late() > 0
                ? trial.lost() + " lost and " + trial.late() + " late"
                : trial.drops().orElse(0) + " segments refused";
    }

    private void rows() {
        boolean nobodyServed = verification.before().held().isPresent();
        Table table = new Table(
                Column.left(""),
                Column.right("LIMIT"),
                Column.right(nobodyServed ? "HELD" : "SERVED"),
                Column.right("LATE"),
                Column.right("LOST"),
                Column.right("DROPS"),
                Column.right("FIRST BYTE P50"),
                Column.right("MAX"),
                Column.left("OUTCOMES"));
        row(table, "before", verification.before());
        row(table, "after", verification.after());
        table.writeTo(out, style);
        style.paragraph(
                out,
                "",
                "",
                (nobodyServed
                                ? "held: found a place in the queue of a server that accepts nobody"
                                : "late: of the served, those whose SYN was sent again")
                        + "; drops: segments that the listener refused, counted by the kernel");
    }

    private static void row(Table table, String name, Trial trial) {
        table.add(
                Cell.of(name),
                Cell.of(Long.toString(trial.limit())),
                Cell.of(Long.toString(trial.served())),
                Cell.of(trial.held().isPresent() ? "-" : Long.toString(trial.late())),
                Cell.of(Long.toString(trial.lost())),
                Cell.of(trial.drops().isPresent() ? Long.toString(trial.drops().getAsLong()) : "?"),
                Cell.of(time(trial, trial.surge().firstByte().p50())),
                Cell.of(time(trial, trial.surge().firstByte().max())),
                Cell.of(trial.surge().outcomes().entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey().id())
                        .collect(Collectors.joining(", "))));
    }

    private static String time(Trial trial, Duration value) {
        return trial.surge().firstByte().count() == 0 ? "-" : Durations.text(value);
    }

    private void changes() {
        out.append('\n').append(style.bold("What was changed in between")).append('\n');
        if (verification.changes().isEmpty()) {
            out.append("  nothing: it has that limit already\n");
        }
        verification.changes().forEach(change -> style.paragraph(out, "  - ", "    ", change));
    }

    private void next(Verdict verdict) {
        List<String> steps = switch (verdict) {
            case GONE -> verification.commands();
            case NONE_EITHER_TIME -> List.of("fire more at once: a larger --burst");
            case SMALLER, NO_CHANGE, LARGER -> List.of(why());
        };
        if (!steps.isEmpty()) {
            out.append('\n').append(style.bold("What to do next")).append('\n');
            steps.forEach(step -> style.paragraph(out, "  - ", "    ", step));
        }
    }

    private String why() {
        Trial after = verification.after();
        boolean queue = after.late() > 0 || after.drops().orElse(0) > 0;
        if (queue) {
            return "the queue was still too short: a larger --limit, as 'anteroom size' computes it, or a server that"
                    + " accepts faster";
        }
        return after.surge().outcomes().containsKey(Outcome.LOCAL)
                ? "this host ran out of ports or descriptors: a smaller --burst, or a higher 'ulimit -n'"
                : "nothing was refused by the queue any more: those that are lost waited longer than --patience for a"
                        + " slow server, or the server did not like what was said to it (--send, --server-first,"
                        + " --connect-only)";
    }
}
