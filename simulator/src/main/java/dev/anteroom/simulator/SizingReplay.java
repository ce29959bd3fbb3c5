package dev.anteroom.simulator;

import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/// The accept queue over a trace, arrival by arrival, every worker taking the same time for each connection.
///
/// What arrives at the same moment is in the queue before the next accept; whoever is turned away does not come back.
/// A pause is put where the queue then gets highest.
final class SizingReplay implements SizingModel {
    private static final long UNLIMITED = Long.MAX_VALUE - 1;
    private static final int TRIED = 64;

    private final SizingTrace trace;
    private final int workers;

    /// From one accept of a worker to its next, in nanoseconds.
    private final double service;

    private final double pause;
    private final double pauseStarts;
    private final Map<Long, Integer> lost = new ConcurrentHashMap<>();

    SizingReplay(SizingTrace trace, SizingServer server) {
        this.trace = trace;
        this.workers = server.workers();
        this.service = server.workers() * 1e9 / server.acceptRate();
        this.pause = (double) server.pause().toNanos();
        this.pauseStarts = pause == 0 ? Double.POSITIVE_INFINITY : worstStart();
    }

    @Override
    public double lossAt(long limit) {
        return lostAt(limit) / trace.connections();
    }

    @Override
    public double lostAt(long limit) {
        Integer known = lost.get(limit);
        if (known != null) {
            return known;
        }
        int counted = replay(limit, pauseStarts, _ -> {});
        lost.put(limit, counted);
        return counted;
    }

    @Override
    public SizingMethod method() {
        return SizingMethod.REPLAY;
    }

    /// The arrival from which on a pause makes the queue highest, during it or on the way down from it: all are ranked
    /// as if accepts were a steady flow, and the first of them are tried.
    private double worstStart() {
        int connections = trace.connections();
        int[] waiting = new int[connections];
        int[] arrived = {0};
        replay(UNLIMITED, Double.POSITIVE_INFINITY, depth -> waiting[arrived[0]++] = (int) depth);
        // By how much arrivals run ahead of accepts from any start to each arrival or a later one, at the most.
        double[] ahead = new double[connections + 1];
        ahead[connections] = Double.NEGATIVE_INFINITY;
        for (int i = connections - 1; i >= 0; i--) {
            ahead[i] = Math.max(ahead[i + 1], i + 1 - accepts((double) trace.moment(i)));
        }
        PriorityQueue<Start> worst = new PriorityQueue<>(Comparator.comparingDouble(Start::highest));
        int end = 0;
        for (int i = 0; i < connections; i++) {
            while (end < connections && trace.moment(end) - trace.moment(i) <= pause) {
                end++;
            }
            double during = waiting[i] + end - 1 - i;
            double after = waiting[i] - i - 1 + accepts(trace.moment(i) + pause) + ahead[end];
            worst.add(new Start((double) trace.moment(i), Math.max(during, after)));
            if (worst.size() > TRIED) {
                worst.remove();
            }
        }
        return worst.stream()
                .map(start -> new Start(start.moment, highest(start.moment)))
                .max(Comparator.comparingDouble(Start::highest))
                .orElseThrow()
                .moment;
    }

    /// A moment at which a pause may start, and how high the queue then gets.
    private record Start(double moment, double highest) {}

    private double accepts(double nanos) {
        return nanos * workers / service;
    }

    private double highest(double pausedFrom) {
        long[] most = {0};
        replay(UNLIMITED, pausedFrom, depth -> most[0] = Math.max(most[0], depth));
        return (double) most[0];
    }

    /// Runs the trace against one limit.
    ///
    /// @param depths is told the depth after each arrival that found a place
    /// @return how many did not
    private int replay(long limit, double pausedFrom, LongConsumer depths) {
        // All workers take the same time, so they become free in the order in which they accepted.
        double[] free = new double[workers];
        int next = 0;
        int[] queue = new int[trace.connections()];
        int head = 0;
        int tail = 0;
        int turnedAway = 0;
        for (int connection = 0; connection < queue.length; connection++) {
            long now = trace.moment(connection);
            while (head < tail) {
                double accepted = accepted(Math.max(free[next], (double) trace.moment(queue[head])), pausedFrom);
                if (accepted >= now) {
                    break;
                }
                free[next] = accepted + service;
                next = (next + 1) % workers;
                head++;
            }
            if (tail - head > limit) {
                turnedAway++;
            } else {
                queue[tail++] = connection;
                depths.accept(tail - head);
            }
        }
        return turnedAway;
    }

    private double accepted(double due, double pausedFrom) {
        return due >= pausedFrom && due < pausedFrom + pause ? pausedFrom + pause : due;
    }
}
