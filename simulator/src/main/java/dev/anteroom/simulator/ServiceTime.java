package dev.anteroom.simulator;

import java.time.Duration;

/// How long a worker is busy with one request.
public sealed interface ServiceTime {

    /// One service time in nanoseconds.
    long draw(SplitMix64 random);

    /// Always the same.
    record Constant(Duration time) implements ServiceTime {
        @Override
        public long draw(SplitMix64 random) {
            return time.toNanos();
        }
    }

    /// Exponentially distributed around a mean.
    record Exponential(Duration mean) implements ServiceTime {
        @Override
        public long draw(SplitMix64 random) {
            return (long) random.exponential((double) mean.toNanos());
        }
    }

    /// Evenly distributed between two times.
    record Uniform(Duration least, Duration most) implements ServiceTime {
        @Override
        public long draw(SplitMix64 random) {
            return least.toNanos() + (long) (random.fraction() * (most.toNanos() - least.toNanos()));
        }
    }

    /// Mostly short, now and then long.
    ///
    /// @param usual the time of most requests
    /// @param rare the time of the others
    /// @param share how many are rare, 0 to 1
    record TwoKinds(Duration usual, Duration rare, double share) implements ServiceTime {
        @Override
        public long draw(SplitMix64 random) {
            return (random.fraction() < share ? rare : usual).toNanos();
        }
    }
}
