package dev.anteroom.queue;

import java.time.Duration;
import java.util.List;

/// How many connections had done their handshake and were not answered, over time. The depth of the accept queue was
/// at most this: those that a program had accepted and not answered yet are in it, and phantoms are too.
///
/// @param from when the first stretch begins, from the first packet of the recording
/// @param stretch how long each stretch of time is
/// @param highest the most of each stretch
public record Waiting(Duration from, Duration stretch, List<Integer> highest) {
    public Waiting {
        highest = List.copyOf(highest);
    }

    /// The most of all.
    public int most() {
        return highest.stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
