package dev.anteroom.queue;

import java.time.Duration;

/// How a time was spread over the connections of a surge.
///
/// @param count how many connections it was measured of; all times are zero if none
/// @param min the shortest
/// @param p50 half of them took at most this
/// @param p90 nine in ten
/// @param p99 ninety-nine in a hundred
/// @param max the longest
public record Latency(long count, Duration min, Duration p50, Duration p90, Duration p99, Duration max) {

    /// Nothing was measured.
    public static final Latency NONE =
            new Latency(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
