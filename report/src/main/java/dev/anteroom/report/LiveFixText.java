package dev.anteroom.report;

import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.remedy.LiveChange;
import dev.anteroom.remedy.LivePlan;
import dev.anteroom.remedy.Undo;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// What `fix --live` and `fix --undo` print on a terminal.
public final class LiveFixText {
    private final Style style;
    private final StringBuilder out = new StringBuilder();

    private LiveFixText(Style style) {
        this.style = style;
    }

    /// What would be done.
    public static String of(LivePlan plan, Style style) {
        LiveFixText text = new LiveFixText(style);
        text.out.append(style.bold(
                plan.listenersToChange().isEmpty()
                        ? "Nothing to do: the limit is " + plan.limit() + " already"
                        : "Dry run: nothing was changed; --apply does it"));
        text.out.append("\n\n");
        text.before(plan);
        if (!plan.listenersToChange().isEmpty()) {
            text.numbered("What will be done", plan.steps());
            text.listed("What it costs, and what it does not do", plan.costs());
        }
        return text.out.toString();
    }

    /// What was done, as the kernel says it.
    public static String of(LiveChange change, Style style) {
        LiveFixText text = new LiveFixText(style);
        text.out
                .append(style.bold("Done: the limit is " + change.plan().limit()
                        + ", and nothing was restarted; 'anteroom fix --undo' takes it back"))
                .append("\n\n");
        text.after(change);
        text.listed("What it costs, and what it does not do", change.plan().costs());
        return text.out.toString();
    }

    /// What was restored.
    public static String of(List<Undo.Step> steps, Style style) {
        boolean all = steps.stream().allMatch(Undo.Step::restored);
        LiveFixText text = new LiveFixText(style);
        text.out
                .append(style.bold(all ? "Undone: the last change is taken back" : "Undone as far as it was possible"))
                .append('\n');
        steps.forEach(
                step -> style.paragraph(text.out, step.restored() ? "  " : "  left alone: ", "    ", step.text()));
        return text.out.toString();
    }

    private void before(LivePlan plan) {
        Table table = new Table(
                Column.left("LISTENER"),
                Column.left("PROCESS"),
                Column.right("DEPTH"),
                Column.right("LIMIT"),
                Column.left("BOUND BY"),
                Column.right("DROP EVENTS"));
        for (ListenerEvidence one : plan.listeners()) {
            table.add(
                    Cell.of(one.listener().endpoint().toString()),
                    Cell.of(process(one)),
                    Cell.of(Long.toString(one.after().depth())),
                    Cell.of(number(one.after().limit())),
                    Cell.of(plan.namespace()
                            .limits(one)
                            .map(QueueLimits::boundBy)
                            .map(bound -> bound.name().toLowerCase(Locale.ROOT))
                            .orElse("")),
                    Cell.of(number(one.after().dropEvents())));
        }
        table.writeTo(out, style);
        out.append("in ")
                .append(Style.printable(plan.namespace().label()))
                .append(", net.core.somaxconn ")
                .append(plan.somaxconn())
                .append("  (counted by the kernel, sock_diag)\n");
    }

    private void after(LiveChange change) {
        Table table = new Table(
                Column.left("LISTENER"),
                Column.left("PROCESS"),
                Column.right("DEPTH"),
                Column.left(""),
                Column.right("LIMIT"),
                Column.left(""),
                Column.right("DROP EVENTS"),
                Column.left(""));
        for (LiveChange.Result one : change.results()) {
            table.add(
                    Cell.of(one.listener().listener().endpoint().toString()),
                    Cell.of(process(one.listener())),
                    Cell.of(Long.toString(one.before().depth())),
                    Cell.of("-> " + one.after().depth()),
                    Cell.of(number(one.before().limit())),
                    Cell.of("-> " + number(one.after().limit())),
                    Cell.of(number(one.before().dropEvents())),
                    Cell.of("-> " + number(one.after().dropEvents())));
        }
        table.writeTo(out, style);
        out.append("in ")
                .append(Style.printable(change.plan().namespace().label()))
                .append(", net.core.somaxconn ")
                .append(change.plan().somaxconn())
                .append(" -> ")
                .append(change.somaxconn())
                .append("  (counted by the kernel, sock_diag)\n");
    }

    private void numbered(String title, List<String> sentences) {
        out.append('\n').append(style.bold(title)).append('\n');
        int step = 1;
        for (String sentence : sentences) {
            style.paragraph(out, "  " + step + ". ", "     ", sentence);
            step++;
        }
    }

    private void listed(String title, List<String> sentences) {
        out.append('\n').append(style.bold(title)).append('\n');
        sentences.forEach(sentence -> style.paragraph(out, "  - ", "    ", sentence));
    }

    private static String process(ListenerEvidence one) {
        return one.listener().processes().isEmpty()
                ? "?"
                : one.listener().processes().getFirst().label();
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "?";
    }
}
