package dev.anteroom.capture;

import java.util.Locale;

/// One line of a text.
///
/// @param source the name of the text
/// @param number from 1
/// @param text without its end, spaces at the end removed
/// @param lower the same in lower case, which nearly every format asks for
record Line(String source, long number, String text, String lower) {
    Line(String source, long number, String text) {
        this(source, number, text, text.toLowerCase(Locale.ROOT));
    }

    String where() {
        return "line " + number;
    }

    boolean has(String words) {
        return text.contains(words);
    }

    /// The words between spaces and tabs.
    String[] fields() {
        return text.strip().split("[ \t]+");
    }
}
