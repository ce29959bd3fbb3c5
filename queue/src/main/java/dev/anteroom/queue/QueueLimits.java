package dev.anteroom.queue;

import java.util.OptionalLong;

/// The limit of one accept queue, and which of its two inputs set it.
///
/// The kernel stores only the result, `sk_max_ack_backlog`; the backlog that the program asked for is nowhere kept.
/// What bound it is therefore concluded from the somaxconn of now, unless both inputs are known.
///
/// @param limit what the kernel compares with, 0 or more; a queue holds one more than that
/// @param boundBy which input set it
/// @param certainty how sure that is
public record QueueLimits(long limit, Bound boundBy, Certainty certainty) {

    /// Which of the two inputs set the limit.
    public enum Bound {
        /// The argument of listen(2).
        BACKLOG,
        /// The sysctl net.core.somaxconn.
        SOMAXCONN,
        /// It cannot be told any more.
        UNKNOWN
    }

    /// The first release whose sockets keep the limit in 32 bits; up to there it wraps at 65536
    /// (`include/net/sock.h`; the release is the one that Go's net package names).
    private static final int WIDE_LIMIT_MAJOR = 4;

    private static final int WIDE_LIMIT_MINOR = 1;

    /// What listen(2) makes of a backlog: min(unsigned backlog, somaxconn) (`net/socket.c` __sys_listen_socket).
    /// Linux 2.2 makes one of a backlog of zero (`net/ipv4/af_inet.c` inet_listen).
    ///
    /// @param backlog the argument of listen(2); a negative one is a very large one
    /// @param somaxconn net.core.somaxconn of the socket's network namespace at the time of the call; a
    ///     negative one, which kernels up to 2.6.24 let through, is a very large one too
    public static QueueLimits ofListen(KernelVersion kernel, int backlog, long somaxconn) {
        long asked = backlog == 0 && !kernel.atLeast(2, 4, 0) ? 1 : Integer.toUnsignedLong(backlog);
        long cap = somaxconn < 0 ? Long.MAX_VALUE : somaxconn;
        long limit = Math.min(asked, cap);
        if (!kernel.atLeast(WIDE_LIMIT_MAJOR, WIDE_LIMIT_MINOR, 0)) {
            limit &= 0xffff;
        }
        return new QueueLimits(limit, asked <= cap ? Bound.BACKLOG : Bound.SOMAXCONN, Certainty.PROVED);
    }

    /// What a limit read from a running listener says, given what is known of somaxconn.
    ///
    /// @param limit the listener's limit
    /// @param somaxconn the value of now, empty where it cannot be read
    /// @param history whether somaxconn was written after the program started
    public static QueueLimits observed(long limit, OptionalLong somaxconn, SomaxconnHistory history) {
        if (somaxconn.isEmpty()) {
            return new QueueLimits(limit, Bound.UNKNOWN, Certainty.POSSIBLE);
        }
        long cap = somaxconn.getAsLong();
        if (limit > cap) {
            // Only an earlier, larger somaxconn can have let this limit through.
            return new QueueLimits(limit, Bound.UNKNOWN, Certainty.PROVED);
        }
        if (limit == cap) {
            // A backlog of exactly this value would look the same, and would gain nothing from a larger somaxconn.
            return new QueueLimits(limit, Bound.SOMAXCONN, Certainty.LIKELY);
        }
        return switch (history) {
            case REWRITTEN_SINCE_START -> new QueueLimits(limit, Bound.BACKLOG, Certainty.POSSIBLE);
            case NOT_SEEN_REWRITTEN -> new QueueLimits(limit, Bound.BACKLOG, Certainty.LIKELY);
        };
    }

    /// What is known of earlier values of somaxconn.
    public enum SomaxconnHistory {
        /// The sysctl was written after the owner of the listener started, so the limit may be that of an older
        /// value.
        REWRITTEN_SINCE_START,
        /// No such write was seen. The kernel keeps no history: a write may have left no trace.
        NOT_SEEN_REWRITTEN
    }

    /// How many connections the accept queue really holds: the kernel tests `depth > limit`
    /// (`include/net/sock.h` sk_acceptq_is_full, every release from 2.2 to 6.18).
    public long capacity() {
        return limit + 1;
    }

    /// Whether a queue of this depth refuses the next connection.
    public boolean isFull(long depth) {
        return depth > limit;
    }
}
