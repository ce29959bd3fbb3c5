package dev.anteroom.simulator;

import java.time.Duration;

/// How long a host waits for the acknowledgement of the first data of a connection, after one measured round trip.
///
/// The time-out is three round trips, or one and the floor (`net/ipv4/tcp_input.c` tcp_rtt_estimator, first sample).
/// With tail loss probes the first one sends a probe, which counts no time-out and doubles nothing
/// (`net/ipv4/tcp_output.c` tcp_schedule_loss_probe, one packet in flight).
final class DataTimeout {
    private static final long MAX = Duration.ofMinutes(2).toNanos();

    private final long floor;
    private final boolean probes;

    DataTimeout(ClientRules rules) {
        floor = rules.dataTimeoutFloor().toNanos();
        probes = rules.probesTail();
    }

    /// The wait after data was sent `sent` times again.
    ///
    /// @param roundTrip the measured round trip, in nanoseconds
    long of(long roundTrip, int sent) {
        long timeout = roundTrip + Math.max(2 * roundTrip, floor);
        if (probes && sent == 0) {
            return Math.min(timeout, 2 * roundTrip + floor);
        }
        int doublings = probes ? sent - 1 : sent;
        return doublings > 20 ? MAX : Math.min(timeout << doublings, MAX);
    }

    /// Whether the end of that wait counts TCPTimeouts.
    boolean counts(int sent) {
        return !probes || sent > 0;
    }
}
