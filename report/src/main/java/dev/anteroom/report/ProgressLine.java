package dev.anteroom.report;

/// A line of a terminal that is written over and over while connections are on their way, and is gone at the end.
///
/// @param all how many connections there are
/// @param blocks whether the terminal shows block characters (UTF-8)
/// @param columns how wide it is, 0 if it does not tell
public record ProgressLine(int all, boolean blocks, int columns) {
    /// Takes the line away, for what is printed next.
    public static final String BACK_AND_CLEAR = "\r\u001b[K";

    /// What to print now.
    ///
    /// @param begun how many connections were begun
    /// @param ended of how many the outcome is known
    public String at(int begun, int ended) {
        if (ended >= all) {
            return BACK_AND_CLEAR;
        }
        String line = new Style(false, blocks, false, false, columns).bar(ended, all) + "  " + ended + " of " + all
                + " ended, " + begun + " begun  (Ctrl-C stops and tells)";
        return BACK_AND_CLEAR + (columns > 0 && line.length() >= columns ? line.substring(0, columns - 1) : line);
    }
}
