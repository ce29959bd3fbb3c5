package dev.anteroom.simulator;

import dev.anteroom.queue.Latency;
import java.time.Duration;
import java.util.Arrays;

/// How long something took, for many connections.
sealed interface Times {
    void add(long nanos);

    Latency latency();

    /// Every time is kept.
    final class Each implements Times {
        private long[] times = new long[16];
        private int count;

        @Override
        public void add(long nanos) {
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = nanos;
        }

        @Override
        public Latency latency() {
            return Latency.of(Arrays.copyOf(times, count));
        }
    }

    /// Times are counted in groups, each 1/128 of its times wide or less; a quantile is the end of its group, the
    /// shortest and the longest time are exact.
    final class Grouped implements Times {
        private static final int BITS = 7;

        private final long[] groups = new long[(Long.SIZE - BITS) << BITS];
        private long count;
        private long least = Long.MAX_VALUE;
        private long most;

        @Override
        public void add(long nanos) {
            groups[group(nanos)]++;
            count++;
            least = Math.min(least, nanos);
            most = Math.max(most, nanos);
        }

        private static int group(long nanos) {
            int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - BITS - 1);
            return (shift << BITS) + (int) (nanos >>> shift);
        }

        private static long end(int group) {
            int shift = Math.max(0, (group >>> BITS) - 1);
            return (((long) group - ((long) shift << BITS) + 1) << shift) - 1;
        }

        @Override
        public Latency latency() {
            if (count == 0) {
                return Latency.NONE;
            }
            return new Latency(
                    count,
                    Duration.ofNanos(least),
                    percentile(50),
                    percentile(90),
                    percentile(99),
                    Duration.ofNanos(most));
        }

        private Duration percentile(int percent) {
            long rank = (count * percent + 99) / 100;
            long seen = 0;
            for (int group = 0; ; group++) {
                seen += groups[group];
                if (seen >= rank) {
                    return Duration.ofNanos(Math.min(end(group), most));
                }
            }
        }
    }
}
