package dev.anteroom.report;

import dev.anteroom.queue.QueueLimits;
import dev.anteroom.remedy.FixPlan;
import java.util.List;
import java.util.Locale;

/// What `fix` prints on a terminal: for each listener the target, where it comes from, and the changes, smallest
/// first.
public final class FixText {
    private static final String BLANK = "     ";

    private final Style style;
    private final StringBuilder out = new StringBuilder();

    private FixText(Style style) {
        this.style = style;
    }

    /// Renders plans.
    ///
    /// @param done what was applied, one sentence each; empty for a dry run
    public static String of(List<FixPlan> plans, List<String> done, Style style) {
        FixText text = new FixText(style);
        text.out
                .append(style.bold(
                        plans.isEmpty()
                                ? "Nothing to fix: no listener has a finding; --port PORT tells of one all the same"
                                : done.isEmpty()
                                        ? "Dry run: nothing was changed"
                                        : "Done, what is the host's own; 'anteroom fix --undo' takes it back"))
                .append('\n');
        done.forEach(sentence -> style.paragraph(text.out, "  ", "    ", sentence));
        plans.forEach(text::plan);
        return text.out.toString();
    }

    private void plan(FixPlan plan) {
        String bound = plan.namespace()
                .limits(plan.listener())
                .map(QueueLimits::boundBy)
                .map(by -> ", bound by " + by.name().toLowerCase(Locale.ROOT))
                .orElse("");
        out.append('\n')
                .append(style.bold(Style.printable(plan.listener().listener().label())))
                .append("  in ")
                .append(Style.printable(plan.namespace().label()))
                .append('\n');
        style.paragraph(
                out,
                "  ",
                "  ",
                "limit " + plan.listener().after().limit().orElse(-1) + bound + " (counted by the kernel) -> "
                        + plan.target().limit() + ": " + plan.target().origin());
        if (plan.changes().isEmpty()) {
            out.append("  nothing to change: it has that limit\n");
            return;
        }
        int step = 1;
        for (FixPlan.Change change : plan.changes()) {
            style.paragraph(out, "  " + step + ". ", BLANK, change.why());
            out.append(style.dim(BLANK + "in   "))
                    .append(Style.printable(change.file()))
                    .append('\n');
            String left = style.dim(BLANK + "set  ");
            for (String line : change.text().split("\n", -1)) {
                out.append(left).append(style.bold(Style.printable(line))).append('\n');
                left = BLANK + "     ";
            }
            style.paragraph(out, style.dim(BLANK + "then "), BLANK + "     ", change.then());
            change.traps().forEach(trap -> style.paragraph(out, style.dim(BLANK + "but  "), BLANK + "     ", trap));
            step++;
        }
        plan.live().ifPresent(command -> {
            out.append("  at once, until it restarts:\n");
            out.append(BLANK).append(style.bold(command)).append('\n');
        });
    }
}
