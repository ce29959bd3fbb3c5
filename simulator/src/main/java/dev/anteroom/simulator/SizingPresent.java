package dev.anteroom.simulator;

import dev.anteroom.queue.QueueLimits;
import java.time.Duration;
import java.util.Optional;

/// What the listener has today, and what decides how it loses connections.
///
/// @param limits its limit, and which of backlog and somaxconn set it
/// @param cookies whether net.ipv4.tcp_syncookies is on
/// @param serverFirst whether the server speaks first (SMTP, SSH, MySQL), and not the client (HTTP, TLS)
/// @param roundTrip between client and server; empty if unknown, which is taken as longer than the burst width
public record SizingPresent(QueueLimits limits, boolean cookies, boolean serverFirst, Optional<Duration> roundTrip) {

    /// A limit on a host with SYN cookies, as by default, whose clients speak first.
    public static SizingPresent of(QueueLimits limits) {
        return new SizingPresent(limits, true, false, Optional.empty());
    }
}
