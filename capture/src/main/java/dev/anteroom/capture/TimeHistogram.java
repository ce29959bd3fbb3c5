package dev.anteroom.capture;

import dev.anteroom.queue.Latency;
import java.time.Duration;
import java.util.Arrays;

/// How often which time was seen, to some 3 %, in a few hundred words however many there are.
final class TimeHistogram {
    /// Steps between a time and its double.
    private static final int STEP_BITS = 5;

    private static final int STEPS = 1 << STEP_BITS;
    private static final int SLOTS = (Long.SIZE - STEP_BITS) * STEPS;
    private static final double HALF = 0.5;

    private int[] counts = new int[STEPS];
    private long count;
    private long shortest = Long.MAX_VALUE;
    private long longest;

    /// @param nanos below zero counts as zero
    void add(long nanos) {
        long time = Math.max(0, nanos);
        int slot = slot(time);
        if (slot >= counts.length) {
            counts = Arrays.copyOf(counts, Math.min(SLOTS, Math.max(slot + 1, 2 * counts.length)));
        }
        counts[slot]++;
        count++;
        shortest = Math.min(shortest, time);
        longest = Math.max(longest, time);
    }

    void add(TimeHistogram others) {
        counts = Arrays.copyOf(counts, Math.max(counts.length, others.counts.length));
        for (int slot = 0; slot < others.counts.length; slot++) {
            counts[slot] += others.counts[slot];
        }
        count += others.count;
        shortest = Math.min(shortest, others.shortest);
        longest = Math.max(longest, others.longest);
    }

    long count() {
        return count;
    }

    Duration median() {
        return quantile(HALF);
    }

    Latency latency() {
        return count == 0
                ? Latency.NONE
                : new Latency(
                        count,
                        Duration.ofNanos(shortest),
                        median(),
                        quantile(0.9),
                        quantile(0.99),
                        Duration.ofNanos(longest));
    }

    private Duration quantile(double share) {
        long wanted = (long) Math.ceil(share * count);
        long seen = 0;
        for (int slot = 0; slot < counts.length; slot++) {
            seen += counts[slot];
            if (seen >= wanted) {
                return Duration.ofNanos(Math.clamp(middle(slot), shortest, longest));
            }
        }
        return Duration.ofNanos(longest);
    }

    /// The first steps are a nanosecond wide, the next ones two, four and so on.
    private static int slot(long time) {
        int doublings = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(time) - STEP_BITS - 1);
        return doublings * STEPS + (int) (time >>> doublings);
    }

    private static long middle(int slot) {
        int doublings = Math.max(0, slot / STEPS - 1);
        long lower = (long) (slot - doublings * STEPS) << doublings;
        return lower + (1L << doublings) / 2;
    }
}
