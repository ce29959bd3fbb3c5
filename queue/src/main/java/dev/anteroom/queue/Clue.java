package dev.anteroom.queue;

import java.util.OptionalInt;

/// One sign, where it was seen, and how often.
///
/// @param sign what was seen
/// @param source the name of the file, `-` for standard input
/// @param where the line in it, or the packet or listener
/// @param count how many connections, segments or lines showed it, 1 or more
/// @param words what a reader sees there
/// @param port the server's port it is about, 1 to 65535; empty where the source does not tell, as for the counters
///     of a host
public record Clue(Sign sign, String source, String where, long count, String words, OptionalInt port) {

    /// One of which the port is not known.
    public Clue(Sign sign, String source, String where, long count, String words) {
        this(sign, source, where, count, words, OptionalInt.empty());
    }

    /// One about a port.
    public Clue(Sign sign, String source, String where, long count, String words, int port) {
        this(sign, source, where, count, words, OptionalInt.of(port));
    }
}
