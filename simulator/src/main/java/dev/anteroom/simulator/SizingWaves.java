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
/// Those whose SYN was lost follow the SYN schedule. While a place is free SYNs are answered: with cookies every one,
/// without as many as the SYN queue holds. Those whose final ACK then meets a full queue are tried again with each
/// retransmission of the client's data. Where the server speaks first there is none: those with a cookie are phantoms
/// for good, for the server has forgotten them; the others have their SYN-ACK sent again.
final class SizingWaves {
    /// The first retransmission of data comes after this and a round trip, and is a probe, after which nothing doubles
    /// yet (`net/ipv4/tcp_timer.c`, TCP_RTO_MIN; [DataTimeout]).
    private static final double FIRST_RETRANSMISSION = 0.2;

    /// The first of a SYN-ACK, doubling too (`include/net/tcp.h` TCP_TIMEOUT_INIT).
    private static final double FIRST_SYN_ACK_AGAIN = 1;

    /// A cookie is valid for one to two periods of 60 s (`include/net/tcp.h` MAX_SYNCOOKIE_AGE); a request lives for
    /// 63 s, with five SYN-ACKs more.
    private static final double ANSWER_VALID = 60;

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

    /// Whose final ACK came in vain, and who are in the SYN queue still.
    private long requests;

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
        long answered = now.bySyn() && keepsRequests() && answeredTogether()
                ? Math.min(now.count, capacity - requests)
                : now.count;
        long admitted = Math.clamp((long) Math.floor(capacity - depth + meanwhile + 1e-9), 0, answered);
        depth += admitted;
        if (admitted > 0) {
            double inTime = accepted(0, patience) - accepted(0, now.at);
            late += Math.clamp((long) Math.ceil(depth - inTime), 0, admitted);
            lastServed = Math.max(lastServed, servedAt(now.at));
        }
        long left = now.count - admitted;
        if (!now.bySyn()) {
            waves.add(new Wave(SizingWait.seconds(now.at), now.count, admitted, 0, false));
            requests -= keepsRequests() ? admitted : 0;
            tryAgainWithData(new Try(now.at, now.since, now.number, left));
            return;
        }
        // While no place is free, no SYN is answered.
        long inVain = admitted == 0 ? 0 : Math.min(left, answeredInVain(now.count));
        if (!present.cookies()) {
            inVain = keepsRequests() ? Math.min(inVain, Math.max(0, capacity - requests - admitted)) : 0;
            requests += inVain;
        }
        waves.add(new Wave(SizingWait.seconds(now.at), now.count, admitted, present.cookies() ? inVain : 0, true));
        tryAgainWithData(new Try(now.at, now.at, 0, inVain));
        tryAgainWithSyn(now.number + 1, left - inVain);
    }

    /// How many SYNs are answered while the places that they will need are being taken: those of one round trip.
    private long answeredInVain(long count) {
        return answeredTogether() ? count : (long) Math.ceil(Math.max(0, count / width - rate) * roundTrip());
    }

    /// Whether the SYN queue keeps those whose final ACK came in vain. Where the round trip is not known it is taken as
    /// so short that there are none.
    private boolean keepsRequests() {
        return !present.cookies() && present.roundTrip().isPresent();
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
        double at = last.since + (present.serverFirst() ? synAckAgain(last.number) : dataAgain(last.number));
        boolean ever = !present.serverFirst() || !present.cookies();
        if (ever && at <= patience && at - last.since <= ANSWER_VALID) {
            tries.add(new Try(at, last.since, last.number + 1, last.count));
        } else {
            neverIn += last.count;
            requests -= keepsRequests() ? last.count : 0;
        }
    }

    private static double synAckAgain(int number) {
        return FIRST_SYN_ACK_AGAIN * (Math.pow(2, number + 1) - 1);
    }

    private double dataAgain(int number) {
        double known = present.roundTrip().isPresent() ? roundTrip() : 0;
        return (known + Math.max(2 * known, FIRST_RETRANSMISSION)) * Math.pow(2, number);
    }

    /// How many are accepted between two moments while there are some.
    private double accepted(double from, double until) {
        return rate * Math.max(0, until - Math.max(from, pause));
    }

    private double servedAt(double now) {
        return Math.max(now, pause) + depth / rate;
    }
}
