package dev.anteroom.report;

import dev.anteroom.lab.ConformanceResult;
import dev.anteroom.lab.Disagreement;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;

/// What `conform` prints: how many cases agree, and each that does not with what differs and the scenario that shows
/// it.
public final class ConformText {
    private ConformText() {}

    /// The text, in lines.
    public static String of(ConformanceResult result, Style style) {
        StringBuilder out = new StringBuilder();
        int disagree = result.refuted().size();
        out.append(style.bold(result.stack() + ", seed " + result.seed()))
                .append('\n')
                .append(result.compared() - disagree)
                .append(" of ")
                .append(result.compared())
                .append(" cases agree in every count and time\n");
        out.append("drawn ").append(result.drawn());
        out.append(", racy ").append(result.racy());
        out.append(", late ").append(result.late());
        out.append(", compared ").append(result.compared());
        out.append(", agree ").append(result.compared() - disagree).append('\n');
        for (ConformanceResult.Refuted refuted : result.refuted()) {
            out.append('\n').append(style.red("disagrees")).append('\n');
            Table table = new Table(Column.left("quantity"), Column.right("predicted"), Column.right("measured"));
            for (Disagreement differs : refuted.disagreements()) {
                table.add(
                        Cell.of(differs.quantity()), Cell.of(differs.predictedText()), Cell.of(differs.measuredText()));
            }
            table.writeTo(out, style);
            out.append('\n').append(refuted.yaml());
        }
        return out.toString();
    }
}
