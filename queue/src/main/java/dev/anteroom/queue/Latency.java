package dev.anteroom.queue;

import java.time.Duration;
import java.util.Arrays;

/// How a time was spread over the connections of a surge. Every time is known, so the quantiles are exact: each is the
/// time of a connection (nearest rank), not the edge of a bucket.
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

    /// Of the times of some connections.
    ///
    /// @param nanos one of each, in any order
    public static Latency of(long[] nanos) {
        if (nanos.length == 0) {
            return NONE;
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latency(
                sorted.length,
                Duration.ofNanos(sorted[0]),
                percentile(sorted, 50),
                percentile(sorted, 90),
                percentile(sorted, 99),
                Duration.ofNanos(sorted[sorted.length - 1]));
    }

    /// The shortest time that at least so many in a hundred took at most.
    private static Duration percentile(long[] sorted, int percent) {
        return Duration.ofNanos(sorted[(int) ((long) sorted.length * percent + 99) / 100 - 1]);
    }
}
