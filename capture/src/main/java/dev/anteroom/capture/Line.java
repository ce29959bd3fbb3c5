package dev.anteroom.capture;

import java.util.Locale;

/// One line of a text.
///
/// @param source the name of the text
/// @param number from 1
/// @param text without its end, spaces at the end removed
record Line(String source, long number, String text) {

    String where() {
        return "line " + number;
    }

    String lower() {
        return text.toLowerCase(Locale.ROOT);
    }

    boolean has(String words) {
        return text.contains(words);
    }

    /// The words between spaces and tabs.
    String[] fields() {
        return text.strip().split("[ \t]+");
    }
}
