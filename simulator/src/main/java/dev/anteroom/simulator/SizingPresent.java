package dev.anteroom.simulator;

import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.QueueLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the listener has today, and what decides how it loses connections.
///
/// @param limits its limit, and which of backlog and somaxconn set it
/// @param somaxconn net.core.somaxconn of the listener's network namespace
/// @param cookies whether net.ipv4.tcp_syncookies is on
/// @param serverFirst whether the server speaks first (SMTP, SSH, MySQL), and not the client (HTTP, TLS)
/// @param roundTrip between client and server; empty if unknown, which is taken as longer than the burst width: then
///     all SYNs of the burst are there before the first handshake is done
/// @param synTimes when a client sends its SYN, from its first, which is at zero
public record SizingPresent(
        QueueLimits limits,
        long somaxconn,
        boolean cookies,
        boolean serverFirst,
        Optional<Duration> roundTrip,
        List<Duration> synTimes) {

    /// The default of net.core.somaxconn since Linux 5.4.
    public static final long USUAL_SOMAXCONN = 4096;

    private static final KernelVersion CURRENT = KernelVersion.of(6, 18, 0);

    /// Linux clients since 6.5: four times a second apart, then doubling (tcp_syn_linear_timeouts 4).
    public static final List<Duration> SYN_TIMES = seconds(0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67);

    /// Linux clients from 3.1 to 6.4: doubling from the start.
    public static final List<Duration> SYN_TIMES_BEFORE_6_5 = seconds(0, 1, 3, 7, 15, 31, 63);

    public SizingPresent {
        synTimes = List.copyOf(synTimes);
    }

    /// A program that calls listen(2) with this backlog on a current Linux with SYN cookies, as by default, and whose
    /// clients are of today and speak first.
    ///
    /// @param somaxconn net.core.somaxconn, 0 or more; [#USUAL_SOMAXCONN] by default
    public static SizingPresent listening(int backlog, long somaxconn) {
        QueueLimits limits = QueueLimits.ofListen(CURRENT, backlog, somaxconn);
        return new SizingPresent(limits, somaxconn, true, false, Optional.empty(), SYN_TIMES);
    }

    private static List<Duration> seconds(Integer... seconds) {
        return Stream.of(seconds).map(Duration::ofSeconds).toList();
    }
}
