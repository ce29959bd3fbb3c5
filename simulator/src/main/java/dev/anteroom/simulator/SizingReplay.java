package dev.anteroom.simulator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/// The accept queue over a trace, arrival by arrival, every worker taking the same time for each connection.
///
/// What arrives at the same moment is in the queue before the next accept; whoever is turned away does not come back.
/// A pause is put where it finds the most connections.
final class SizingReplay implements SizingModel {
    private static final long UNLIMITED = Long.MAX_VALUE - 1;

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

    /// The arrival from which on a pause would find the most: those that wait already, and those that come meanwhile.
    private double worstStart() {
        int[] waiting = new int[trace.connections()];
        int[] arrived = {0};
        replay(UNLIMITED, Double.POSITIVE_INFINITY, depth -> waiting[arrived[0]++] = (int) depth);
        int worst = 0;
        int most = 0;
        int end = 0;
        for (int start = 0; start < waiting.length; start++) {
            while (end < waiting.length && trace.moment(end) - trace.moment(start) <= pause) {
                end++;
            }
            int found = waiting[start] + end - start - 1;
            if (found > most) {
                most = found;
                worst = start;
            }
        }
        return (double) trace.moment(worst);
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
