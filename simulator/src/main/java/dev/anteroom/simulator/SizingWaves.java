package dev.anteroom.simulator;

import dev.anteroom.simulator.SizingToday.Wave;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// A burst against a queue that is too small, as waves: all who were turned away together try again together.
///
/// Without SYN cookies those turned away lost their SYN and follow the SYN schedule. With cookies every SYN that
/// arrives while a place is free is answered, and all whose final ACK then meets a full queue become phantoms: the
/// server has forgotten them. Where the client speaks first, each retransmission of its data is tried again as a
/// cookie; where the server does, nothing of theirs ever is.
final class SizingWaves {
    /// The first retransmission of data, doubling after that (`net/ipv4/tcp_timer.c`, TCP_RTO_MIN).
    private static final double FIRST_RETRANSMISSION = 0.2;

    /// A cookie is valid for one to two periods of 60 s (`include/net/tcp.h` MAX_SYNCOOKIE_AGE).
    private static final double COOKIE_VALID = 60;

    private final SizingPresent present;
    private final double patience;
    private final double width;
    private final double pause;

    /// Accepts per second that are left for the burst.
    private final double rate;

    private final long capacity;

    private final PriorityQueue<Try> tries = new PriorityQueue<>(Comparator.comparingDouble(Try::at));
    private final List<Wave> waves = new ArrayList<>();
    private double depth;
    private double depthAt;
    private long late;
    private long neverIn;
    private double lastServed = Double.NEGATIVE_INFINITY;

    /// @param at seconds from the start of the burst
    /// @param since when its clients last thought that they were connected; negative for those that send SYNs
    /// @param number of the try
    private record Try(double at, double since, int number, long count) {
        boolean bySyn() {
            return since < 0;
        }
    }

    private SizingWaves(SizingRequest request, SizingPresent present) {
        this.present = present;
        this.patience = request.patience().map(time -> time.toNanos() / 1e9).orElse(Double.POSITIVE_INFINITY);
        this.width = request.load().burstSeconds();
        this.pause = request.server().pauseSeconds();
        this.rate = request.server().acceptRate() - request.load().rate();
        this.capacity = present.limits().capacity();
        this.depth = request.server().inTheLongRun(request.load().rate()).mean();
    }

    /// @param request with a burst, and with fewer steady arrivals than accepts
    static SizingToday of(SizingRequest request, SizingPresent present) {
        return new SizingWaves(request, present).run(request.load().burst());
    }

    private SizingToday run(long burst) {
        tries.add(new Try(0, -1, 0, burst));
        while (!tries.isEmpty()) {
            wave(tries.remove());
        }
        Wave first = waves.getFirst();
        return new SizingToday(
                capacity,
                first.admitted(),
                burst - first.admitted() - first.phantoms(),
                waves.stream().mapToLong(Wave::phantoms).sum(),
                late,
                neverIn,
                Double.isFinite(lastServed) ? Optional.of(SizingWait.seconds(lastServed)) : Optional.empty(),
                waves,
                present.cookies(),
                answeredTogether());
    }

    private void wave(Try now) {
        depth = Math.max(0, depth - accepted(depthAt, now.at));
        depthAt = now.at;
        double meanwhile = accepted(now.at, now.at + width);
        long admitted = Math.clamp((long) Math.floor(capacity - depth + meanwhile + 1e-9), 0, now.count);
        depth += admitted;
        if (admitted > 0) {
            double inTime = accepted(0, patience) - accepted(0, now.at);
            late += Math.clamp((long) Math.ceil(depth - inTime), 0, admitted);
            lastServed = Math.max(lastServed, servedAt(now.at));
        }
        long left = now.count - admitted;
        long phantoms = now.bySyn() && present.cookies() ? Math.min(left, answeredInVain(now.count)) : 0;
        waves.add(new Wave(SizingWait.seconds(now.at), now.count, admitted, phantoms, now.bySyn()));
        if (phantoms > 0) {
            tryAgainWithData(new Try(now.at, now.at, 0, phantoms));
        }
        if (now.bySyn()) {
            tryAgainWithSyn(now.number + 1, left - phantoms);
        } else {
            tryAgainWithData(new Try(now.at, now.since, now.number, left));
        }
    }

    /// How many SYNs are answered while the places that they will need are being taken: those of one round trip.
    private long answeredInVain(long count) {
        return answeredTogether() ? count : (long) Math.ceil(Math.max(0, count / width - rate) * roundTrip());
    }

    private boolean answeredTogether() {
        return roundTrip() >= width;
    }

    private double roundTrip() {
        return present.roundTrip().map(time -> time.toNanos() / 1e9).orElse(Double.POSITIVE_INFINITY);
    }

    private void tryAgainWithSyn(int number, long count) {
        if (count == 0) {
            return;
        }
        List<Duration> times = present.synTimes();
        double at = number < times.size() ? times.get(number).toNanos() / 1e9 : Double.POSITIVE_INFINITY;
        if (at <= patience && number < times.size()) {
            tries.add(new Try(at, -1, number, count));
        } else {
            neverIn += count;
        }
    }

    private void tryAgainWithData(Try last) {
        if (last.count == 0) {
            return;
        }
        double at = last.since + FIRST_RETRANSMISSION * (Math.pow(2, last.number + 1) - 1);
        if (!present.serverFirst() && at <= patience && at - last.since <= COOKIE_VALID) {
            tries.add(new Try(at, last.since, last.number + 1, last.count));
        } else {
            neverIn += last.count;
        }
    }

    /// How many are accepted between two moments while there are some.
    private double accepted(double from, double until) {
        return rate * Math.max(0, until - Math.max(from, pause));
    }

    private double servedAt(double now) {
        return Math.max(now, pause) + depth / rate;
    }
}
