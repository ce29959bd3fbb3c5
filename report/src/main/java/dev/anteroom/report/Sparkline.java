package dev.anteroom.report;

import java.util.Arrays;

/// A quantity over time in one line of text: each character stands for the highest value of its stretch of time.
final class Sparkline {
    private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
    private static final String LETTERS = " .:-=+*%#";

    private final long[] highest;

    /// @param width how many characters
    Sparkline(int width) {
        this.highest = new long[width];
        Arrays.fill(highest, -1);
    }

    /// One value.
    ///
    /// @param at when, as a share of the whole time from 0 to 1; what lies outside is left out
    void add(double at, long value) {
        int place = (int) (at * highest.length);
        if (at >= 0 && place < highest.length) {
            highest[place] = Math.max(highest[place], value);
        }
    }

    /// The line; a stretch without a value shows that before it. Only zero is blank, only the whole is full.
    ///
    /// @param whole what a full block stands for
    String text(long whole, Style style) {
        String levels = style.blocks() ? BLOCKS : LETTERS;
        int top = levels.length() - 1;
        StringBuilder line = new StringBuilder(highest.length);
        long value = 0;
        for (long high : highest) {
            value = high < 0 ? value : high;
            int level =
                    value == 0 || whole <= 0 ? 0 : value >= whole ? top : Math.clamp(value * top / whole, 1, top - 1);
            line.append(levels.charAt(level));
        }
        return line.toString();
    }
}
