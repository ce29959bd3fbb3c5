package dev.anteroom.kernel;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/// One TCP socket as the kernel reports it: a row of the table that netstat(8) and ss(8) print.
///
/// @param local its own end
/// @param remote the other end; address and port of zeros for a listener
/// @param state its state
/// @param receiveQueue bytes that the process has not read yet; the depth of the accept queue of a listener
/// @param sendQueue bytes that the peer has not acknowledged yet, a SYN or FIN counting one; the limit of a
///     listener
/// @param inode what /proc/PID/fd shows; 0 for what no process holds: a request in SYN_RECV, a connection that
///     waits to be accepted, TIME_WAIT
/// @param timer what it waits for; empty if no timer runs
/// @param retransmits how often it has sent again what it waits to have acknowledged, SYN and SYN-ACK included
public record ConnectionRow(
        Endpoint local,
        Endpoint remote,
        TcpState state,
        long receiveQueue,
        long sendQueue,
        long inode,
        Optional<Timer> timer,
        int retransmits) {

    /// A running timer.
    ///
    /// @param kind what happens when it ends
    /// @param left how long until then
    public record Timer(Kind kind, Duration left) {}

    /// What a timer is for, by the name that ss(8) prints, in the order of the kernel's numbers from 1
    /// (`net/ipv4/inet_diag.c`).
    public enum Kind {
        /// Retransmission.
        ON,
        /// Keep-alive; SYN retransmission is [#ON].
        KEEPALIVE,
        /// TIME_WAIT.
        TIMEWAIT,
        /// Window probe.
        PERSIST
    }

    private static final Kind[] KINDS = Kind.values();

    /// Reads a message of sock_diag, from the end of its netlink header on.
    static ConnectionRow of(ByteBuffer message) {
        Family family = SockDiag.family(message);
        int timer = Netlink.unsignedByte(message, InetDiagLayout.TIMER);
        return new ConnectionRow(
                new Endpoint(
                        family,
                        SockDiag.address(message, InetDiagLayout.SOURCE_ADDRESS, family),
                        SockDiag.port(message, InetDiagLayout.SOURCE_PORT)),
                new Endpoint(
                        family,
                        SockDiag.address(message, InetDiagLayout.DESTINATION_ADDRESS, family),
                        SockDiag.port(message, InetDiagLayout.DESTINATION_PORT)),
                TcpState.of(Netlink.unsignedByte(message, InetDiagLayout.STATE)),
                Integer.toUnsignedLong(message.getInt(InetDiagLayout.RECEIVE_QUEUE)),
                Integer.toUnsignedLong(message.getInt(InetDiagLayout.SEND_QUEUE)),
                Integer.toUnsignedLong(message.getInt(InetDiagLayout.INODE)),
                timer < 1 || timer > KINDS.length
                        ? Optional.empty()
                        : Optional.of(new Timer(
                                KINDS[timer - 1],
                                Duration.ofMillis(
                                        Integer.toUnsignedLong(message.getInt(InetDiagLayout.EXPIRES_MILLIS))))),
                Netlink.unsignedByte(message, InetDiagLayout.RETRANSMITS));
    }
}
