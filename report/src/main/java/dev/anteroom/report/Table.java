package dev.anteroom.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows of text in aligned columns. A column that is empty in every row is left out.
final class Table {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /// A column.
    ///
    /// @param right whether its text is set to the right, as figures are
    record Column(String title, boolean right) {
        static Column left(String title) {
            return new Column(title, false);
        }

        static Column right(String title) {
            return new Column(title, true);
        }
    }

    /// A cell: what counts for the width, and what is printed.
    record Cell(String text, String painted) {
        static Cell of(String text) {
            String shown = Style.printable(text);
            return new Cell(shown, shown);
        }
    }

    void add(Cell... cells) {
        rows.add(List.of(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void writeTo(StringBuilder out, Style style) {
        int[] shown = IntStream.range(0, columns.size())
                .filter(column ->
                        rows.stream().anyMatch(row -> !row.get(column).text().isEmpty()))
                .toArray();
        int[] widths = IntStream.of(shown)
                .map(column -> Math.max(
                        style.header() ? columns.get(column).title().length() : 0,
                        rows.stream()
                                .mapToInt(row -> row.get(column).text().length())
                                .max()
                                .orElse(0)))
                .toArray();
        if (style.header()) {
            line(
                    out,
                    shown,
                    widths,
                    columns.stream()
                            .map(column -> new Cell(column.title(), style.dim(column.title())))
                            .toList());
        }
        rows.forEach(row -> line(out, shown, widths, row));
    }

    private void line(StringBuilder out, int[] shown, int[] widths, List<Cell> cells) {
        int start = out.length();
        for (int i = 0; i < shown.length; i++) {
            Cell cell = cells.get(shown[i]);
            String padding = " ".repeat(widths[i] - cell.text().length());
            boolean last = i == shown.length - 1;
            boolean right = columns.get(shown[i]).right();
            out.append(right ? padding : "").append(cell.painted()).append(right || last ? "" : padding);
            out.append(last ? "" : GAP);
        }
        // What is empty at the end of a line needs no room.
        while (out.length() > start && out.charAt(out.length() - 1) == ' ') {
            out.setLength(out.length() - 1);
        }
        out.append('\n');
    }
}
