package dev.anteroom.traffic;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

/// When the connections of a surge are due. All but [Closed] are an open loop: a connection is due at its time
/// whether or not the ones before it have ended, as those of independent clients are.
public sealed interface Arrivals {

    /// All at the start.
    record AtOnce() implements Arrivals {}

    /// Evenly spaced.
    ///
    /// @param perSecond how many in a second, above 0
    record Uniform(double perSecond) implements Arrivals {
        public Uniform {
            requireAboveZero(perSecond);
        }
    }

    /// Independent of each other: the gaps between them are exponential.
    ///
    /// @param perSecond how many in a second on average, above 0
    /// @param seed the same seed gives the same times
    record Poisson(double perSecond, long seed) implements Arrivals {
        public Poisson {
            requireAboveZero(perSecond);
        }
    }

    /// Evenly more and more often from none at all, then evenly spaced.
    ///
    /// @param perSecond how many in a second at the end of the rise, above 0
    /// @param rise how long it takes to get there
    record Ramp(double perSecond, Duration rise) implements Arrivals {
        public Ramp {
            requireAboveZero(perSecond);
        }
    }

    /// In groups of the same size, each at once; the last ones may be smaller by one.
    ///
    /// @param count how many groups, above 0
    /// @param every from one group to the next
    record Waves(int count, Duration every) implements Arrivals {
        public Waves {
            requireAboveZero(count);
        }
    }

    /// At times of one's own, such as those of a recording.
    ///
    /// @param due from the start, in ascending order, as many as there are connections; the last counts for those
    ///     that have none
    record Trace(List<Duration> due) implements Arrivals {
        public Trace {
            due = List.copyOf(due);
            requireAboveZero(due.size());
        }
    }

    /// A closed loop: the next begins when one ends, so that a slow server slows its clients down. What ab, wrk and
    /// h2load do; times count from the moment that a connection began, and hide what it waited before.
    ///
    /// @param concurrency how many at a time, above 0
    record Closed(int concurrency) implements Arrivals {
        public Closed {
            requireAboveZero(concurrency);
        }
    }

    /// When each connection is due, in nanoseconds from the start, in ascending order; all zero for a closed loop.
    default long[] due(int connections) {
        long[] due = new long[connections];
        LongSupplier moments = moments(connections);
        Arrays.setAll(due, _ -> moments.getAsLong());
        return due;
    }

    /// When the last connection is due.
    default Duration lastDue(int connections) {
        if (!(this instanceof Poisson)) {
            return Duration.ofNanos(moment(connections).applyAsLong(connections - 1));
        }
        LongSupplier moments = moments(connections);
        long last = 0;
        for (int i = 0; i < connections; i++) {
            last = moments.getAsLong();
        }
        return Duration.ofNanos(last);
    }

    /// The same moments one after the other, for more connections than anybody wants to keep; to be asked for as many
    /// as there are connections.
    default LongSupplier moments(int connections) {
        if (this instanceof Poisson poisson) {
            SplittableRandom random = new SplittableRandom(poisson.seed);
            double[] at = {0};
            return () -> nanos(at[0] += random.nextExponential() / poisson.perSecond);
        }
        IntToLongFunction moment = moment(connections);
        int[] next = {0};
        return () -> moment.applyAsLong(next[0]++);
    }

    /// The moment of each connection by its number, where it does not depend on those before.
    private IntToLongFunction moment(int connections) {
        return switch (this) {
            case AtOnce _, Closed _ -> _ -> 0;
            case Uniform uniform -> i -> nanos(i / uniform.perSecond);
            case Poisson _ -> throw new IllegalStateException("each moment depends on the one before");
            case Ramp ramp -> {
                double rise = ramp.rise.toNanos() / 1e9;
                double risen = ramp.perSecond * rise / 2; // how many are due by the end of the rise
                yield i -> nanos(
                        i < risen ? Math.sqrt(2 * i * rise / ramp.perSecond) : rise + (i - risen) / ramp.perSecond);
            }
            case Trace trace ->
                i -> trace.due.get(Math.min(i, trace.due.size() - 1)).toNanos();
            case Waves waves -> i -> (long) i * waves.count / connections * waves.every.toNanos();
        };
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private static void requireAboveZero(double number) {
        if (!(number > 0)) {
            throw new IllegalArgumentException("Expected a number above 0 but was " + number);
        }
    }
}
