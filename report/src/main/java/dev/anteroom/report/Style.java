package dev.anteroom.report;

/// What the terminal can show.
///
/// @param colour whether to use colour
/// @param blocks whether it shows block characters (UTF-8)
/// @param header whether to print the heading of tables
/// @param numeric whether to leave user ids as numbers
/// @param columns where to break sentences, 0 for nowhere
public record Style(boolean colour, boolean blocks, boolean header, boolean numeric, int columns) {
    private static final int BAR_WIDTH = 8;
    private static final int LEAST_WIDTH = 30;

    /// A text that came from a process or a socket, without what could move the cursor or forge a line.
    static String printable(String text) {
        boolean clean = text.chars().noneMatch(Character::isISOControl);
        return clean
                ? text
                : text.chars()
                        .map(character -> Character.isISOControl(character) ? '?' : character)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    String bold(String text) {
        return coloured("1", text);
    }

    String red(String text) {
        return coloured("1;31", text);
    }

    String yellow(String text) {
        return coloured("33", text);
    }

    String dim(String text) {
        return coloured("2", text);
    }

    private String coloured(String code, String text) {
        return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /// A bar of fixed width for a part of a whole; full only if the part is, empty only if it is zero.
    String bar(long part, long whole) {
        long filled =
                part == 0 ? 0 : part >= whole ? BAR_WIDTH : Math.clamp(BAR_WIDTH * part / whole, 1, BAR_WIDTH - 1);
        String full = blocks ? "█" : "#";
        String empty = blocks ? "░" : ".";
        return full.repeat((int) filled) + empty.repeat((int) (BAR_WIDTH - filled));
    }

    /// Appends one paragraph, broken between words where the terminal ends.
    ///
    /// @param first what stands before its first line
    /// @param others what stands before the others: blanks, as wide as the first
    void paragraph(StringBuilder out, String first, String others, String sentence) {
        String text = printable(sentence);
        int width = columns == 0 ? Integer.MAX_VALUE : Math.max(LEAST_WIDTH, columns - others.length());
        String left = first;
        int start = 0;
        while (text.length() - start > width) {
            int space = text.lastIndexOf(' ', start + width);
            int end = space > start ? space : start + width;
            out.append(left).append(text, start, end).append('\n');
            start = space > start ? end + 1 : end;
            left = others;
        }
        out.append(left).append(text, start, text.length()).append('\n');
    }
}
