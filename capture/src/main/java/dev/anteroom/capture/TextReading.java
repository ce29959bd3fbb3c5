package dev.anteroom.capture;

import java.util.List;
import java.util.Optional;

/// How the reading of one text went.
///
/// @param source its name
/// @param understood lines that a format took
/// @param notUnderstood lines that none did; blank ones are not counted
/// @param unknown the first of these, with their numbers
/// @param refused why reading ended before the end, with the offset; empty if it did not
public record TextReading(
        String source, long understood, long notUnderstood, List<String> unknown, Optional<String> refused) {

    public TextReading {
        unknown = List.copyOf(unknown);
    }
}
