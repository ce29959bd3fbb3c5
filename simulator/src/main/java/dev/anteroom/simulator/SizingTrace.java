package dev.anteroom.simulator;

import java.time.Duration;

/// Connections that were recorded: when each arrived.
public final class SizingTrace {
    /// Nanoseconds since the first, in order.
    private final long[] moments;

    private SizingTrace(long[] moments) {
        this.moments = moments;
    }

    /// A recording.
    ///
    /// @param moments of the arrivals in nanoseconds from any start, in order; one or more
    public static SizingTrace of(long... moments) {
        if (moments.length == 0) {
            throw new IllegalArgumentException("a trace without an arrival");
        }
        long[] own = new long[moments.length];
        for (int i = 1; i < own.length; i++) {
            if (moments[i] < moments[i - 1]) {
                throw new IllegalArgumentException(
                        "a trace whose arrival " + (i + 1) + " comes before the one it follows");
            }
            own[i] = moments[i] - moments[0];
        }
        return new SizingTrace(own);
    }

    /// How many arrived.
    public int connections() {
        return moments.length;
    }

    /// From the first to the last.
    public Duration width() {
        return Duration.ofNanos(moments[moments.length - 1]);
    }

    /// Connections per second on average; those of a second where all came within less.
    public double meanRate() {
        return moments.length / Math.max(1, moments[moments.length - 1] / 1e9);
    }

    /// The most that arrived within a time.
    public int mostWithin(Duration time) {
        long width = time.toNanos();
        int most = 0;
        int first = 0;
        for (int last = 0; last < moments.length; last++) {
            while (moments[last] - moments[first] >= width) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /// When one arrived, in nanoseconds since the first.
    long moment(int connection) {
        return moments[connection];
    }
}
