package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// When the connections of a surge are due, from its start.
public sealed interface ArrivalModel {
    /// No connection at all.
    ArrivalModel NONE = new Trace(List.of());

    /// The moments in nanoseconds, in order.
    long[] moments(SplitMix64 random);

    /// All of them, evenly spread over a width.
    ///
    /// @param connections how many, 0 or more
    /// @param width from the first to the last
    record AtOnce(int connections, Duration width) implements ArrivalModel {
        @Override
        public long[] moments(SplitMix64 random) {
            return spread(connections, 0, width.toNanos());
        }
    }

    /// One after the other at the same distance.
    ///
    /// @param connections how many, 0 or more
    /// @param perSecond how many in a second, above 0
    record Paced(int connections, double perSecond) implements ArrivalModel {
        @Override
        public long[] moments(SplitMix64 random) {
            long[] moments = new long[connections];
            for (int i = 0; i < connections; i++) {
                moments[i] = Math.round(i * 1e9 / perSecond);
            }
            return moments;
        }
    }

    /// Independent clients: the times between are exponentially distributed.
    ///
    /// @param connections how many, 0 or more
    /// @param perSecond how many in a second on average, above 0
    record Poisson(int connections, double perSecond) implements ArrivalModel {
        @Override
        public long[] moments(SplitMix64 random) {
            long[] moments = new long[connections];
            double at = 0;
            for (int i = 0; i < connections; i++) {
                at += random.exponential(1e9 / perSecond);
                moments[i] = (long) at;
            }
            return moments;
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
        public long[] moments(SplitMix64 random) {
            long[] moments = new long[Math.multiplyExact(waves, connections)];
            for (int wave = 0; wave < waves; wave++) {
                long[] group = spread(connections, wave * every.toNanos(), width.toNanos());
                System.arraycopy(group, 0, moments, wave * connections, connections);
            }
            Arrays.sort(moments);
            return moments;
        }
    }

    /// Independent clients whose rate changes between two values, each held for an exponentially distributed time: a
    /// Markov-modulated Poisson process. It starts in the quiet phase.
    ///
    /// @param connections how many, 0 or more
    /// @param quietPerSecond the rate of the quiet phase, 0 or more
    /// @param busyPerSecond the rate of the busy phase, above 0
    /// @param quiet how long a quiet phase lasts on average
    /// @param busy how long a busy phase lasts on average
    record MarkovModulated(int connections, double quietPerSecond, double busyPerSecond, Duration quiet, Duration busy)
            implements ArrivalModel {
        @Override
        public long[] moments(SplitMix64 random) {
            long[] moments = new long[connections];
            boolean isBusy = false;
            double at = 0;
            double phaseEnds = random.exponential((double) quiet.toNanos());
            int made = 0;
            while (made < connections) {
                double rate = isBusy ? busyPerSecond : quietPerSecond;
                double next = rate > 0 ? at + random.exponential(1e9 / rate) : Double.POSITIVE_INFINITY;
                if (next < phaseEnds) {
                    at = next;
                    moments[made++] = (long) at;
                } else {
                    // The exponential distribution has no memory: the next arrival may be drawn anew at the change.
                    at = phaseEnds;
                    isBusy = !isBusy;
                    phaseEnds = at + random.exponential((double) (isBusy ? busy : quiet).toNanos());
                }
            }
            return moments;
        }
    }

    /// Moments that were recorded.
    ///
    /// @param recorded from the start of the recording, in any order
    record Trace(List<Duration> recorded) implements ArrivalModel {
        public Trace {
            recorded = List.copyOf(recorded);
        }

        @Override
        public long[] moments(SplitMix64 random) {
            return recorded.stream().mapToLong(Duration::toNanos).sorted().toArray();
        }
    }

    private static long[] spread(int connections, long start, long width) {
        long[] moments = new long[connections];
        for (int i = 0; i < connections; i++) {
            moments[i] = start + (connections == 1 ? 0 : Math.round((double) width * i / (connections - 1)));
        }
        return moments;
    }
}
