package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// When the connections of a surge are due, from its start.
public sealed interface ArrivalModel {
    /// No connection at all.
    ArrivalModel NONE = new Trace(List.of());

    /// How many connections there are.
    int count();

    /// The moments in nanoseconds, in order, one after the other; to be asked for as many as there are.
    LongSupplier moments(SplitMix64 random);

    /// All of them, evenly spread over a width.
    ///
    /// @param count how many, 0 or more
    /// @param width from the first to the last
    record AtOnce(int count, Duration width) implements ArrivalModel {
        @Override
        public LongSupplier moments(SplitMix64 random) {
            return oneByOne(i -> spread(i, count, width));
        }
    }

    /// One after the other at the same distance.
    ///
    /// @param count how many, 0 or more
    /// @param perSecond how many in a second, above 0
    record Paced(int count, double perSecond) implements ArrivalModel {
        @Override
        public LongSupplier moments(SplitMix64 random) {
            return oneByOne(i -> Math.round(i * 1e9 / perSecond));
        }
    }

    /// Independent clients: the times between are exponentially distributed.
    ///
    /// @param count how many, 0 or more
    /// @param perSecond how many in a second on average, above 0
    record Poisson(int count, double perSecond) implements ArrivalModel {
        @Override
        public LongSupplier moments(SplitMix64 random) {
            double mean = 1e9 / perSecond;
            return new LongSupplier() {
                private double at;

                @Override
                public long getAsLong() {
                    at += random.exponential(mean);
                    return (long) at;
                }
            };
        }
    }

    /// Groups, each evenly spread over a width.
    ///
    /// @param waves how many groups, 0 or more
    /// @param connections how many in each
    /// @param every from the start of one to the start of the next
    /// @param width from the first to the last of a group
    record Waves(int waves, int connections, Duration every, Duration width) implements ArrivalModel {
        @Override
        public int count() {
            return Math.multiplyExact(waves, connections);
        }

        @Override
        public LongSupplier moments(SplitMix64 random) {
            if (width.compareTo(every) <= 0) {
                return oneByOne(this::moment);
            }
            // A group begins before the one before it is through.
            long[] moments = new long[count()];
            Arrays.setAll(moments, this::moment);
            Arrays.sort(moments);
            return oneByOne(i -> moments[i]);
        }

        private long moment(int i) {
            return i / connections * every.toNanos() + spread(i % connections, connections, width);
        }
    }

    /// Independent clients whose rate changes between two values, each held for an exponentially distributed time: a
    /// Markov-modulated Poisson process. It starts in the quiet phase.
    ///
    /// @param count how many, 0 or more
    /// @param quietPerSecond the rate of the quiet phase, 0 or more
    /// @param busyPerSecond the rate of the busy phase, above 0
    /// @param quiet how long a quiet phase lasts on average
    /// @param busy how long a busy phase lasts on average
    record MarkovModulated(int count, double quietPerSecond, double busyPerSecond, Duration quiet, Duration busy)
            implements ArrivalModel {
        @Override
        public LongSupplier moments(SplitMix64 random) {
            return new LongSupplier() {
                private boolean isBusy;
                private double at;
                private double phaseEnds = random.exponential((double) quiet.toNanos());

                @Override
                public long getAsLong() {
                    while (true) {
                        double rate = isBusy ? busyPerSecond : quietPerSecond;
                        double next = rate > 0 ? at + random.exponential(1e9 / rate) : Double.POSITIVE_INFINITY;
                        if (next < phaseEnds) {
                            at = next;
                            return (long) at;
                        }
                        // The exponential distribution has no memory: the next arrival may be drawn anew at the change.
                        at = phaseEnds;
                        isBusy = !isBusy;
                        phaseEnds = at + random.exponential((double) (isBusy ? busy : quiet).toNanos());
                    }
                }
            };
        }
    }

    /// Moments that were recorded.
    ///
    /// @param recorded from the start of the recording, in any order
    record Trace(List<Duration> recorded) implements ArrivalModel {
        public Trace {
            recorded = recorded.stream().sorted().toList();
        }

        @Override
        public int count() {
            return recorded.size();
        }

        @Override
        public LongSupplier moments(SplitMix64 random) {
            return oneByOne(i -> recorded.get(i).toNanos());
        }
    }

    /// Moments that are made elsewhere, however many.
    ///
    /// @param count how many, 0 or more
    /// @param source gives them anew each time, in nanoseconds and in order
    record Given(int count, Supplier<LongSupplier> source) implements ArrivalModel {
        @Override
        public LongSupplier moments(SplitMix64 random) {
            return source.get();
        }
    }

    private static LongSupplier oneByOne(IntToLongFunction moment) {
        return new LongSupplier() {
            private int next;

            @Override
            public long getAsLong() {
                return moment.applyAsLong(next++);
            }
        };
    }

    private static long spread(int number, int connections, Duration width) {
        return connections == 1 ? 0 : Math.round((double) width.toNanos() * number / (connections - 1));
    }
}
