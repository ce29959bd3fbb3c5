package dev.anteroom.queue;

/// How many requests in SYN_RECV one listener may hold, by kernel version.
///
/// Sources: `net/ipv4/tcp_ipv4.c` (2.2), `include/net/tcp.h` (2.4), `net/core/request_sock.c` reqsk_queue_alloc
/// (2.6.20 to 4.3), `include/net/inet_connection_sock.h` inet_csk_reqsk_queue_is_full (4.4 and later).
public enum SynQueueRule {
    /// 2.2: one more than tcp_max_syn_backlog; the backlog plays no part.
    ABOVE_SYSCTL,
    /// 2.4 to 2.6.11: the power of two, at least 64, that is not below tcp_max_syn_backlog.
    SYSCTL_ROUNDED_UP,
    /// 2.6.20 to 4.3: the smaller of limit and tcp_max_syn_backlog, at least 8, plus one, rounded up to a power of
    /// two.
    BOTH_ROUNDED_UP,
    /// 4.4 to 6.13: full at the limit. With a limit of 0 no request fits.
    FULL_AT_LIMIT,
    /// 6.14, and 6.12.10, 6.1.125 of the stable branches: full above the limit, like the accept queue.
    FULL_ABOVE_LIMIT;

    /// The rule that a kernel follows.
    public static SynQueueRule of(KernelVersion kernel) {
        if (kernel.atLeast(6, 14, 0) || kernel.stable(6, 12, 10) || kernel.stable(6, 1, 125)) {
            return FULL_ABOVE_LIMIT;
        }
        if (kernel.atLeast(4, 4, 0)) {
            return FULL_AT_LIMIT;
        }
        if (kernel.atLeast(2, 6, 20)) {
            return BOTH_ROUNDED_UP;
        }
        return kernel.atLeast(2, 4, 0) ? SYSCTL_ROUNDED_UP : ABOVE_SYSCTL;
    }

    /// The number of requests that fit, before SYN cookies or drops begin.
    ///
    /// @param limit the listener's limit, 0 or more
    /// @param maxSynBacklog the sysctl net.ipv4.tcp_max_syn_backlog, 0 or more
    public long capacity(long limit, long maxSynBacklog) {
        return switch (this) {
            case ABOVE_SYSCTL -> maxSynBacklog + 1;
            case SYSCTL_ROUNDED_UP -> Math.max(64, roundUpToPowerOfTwo(maxSynBacklog));
            case BOTH_ROUNDED_UP -> roundUpToPowerOfTwo(Math.max(8, Math.min(limit, maxSynBacklog)) + 1);
            case FULL_AT_LIMIT -> limit;
            case FULL_ABOVE_LIMIT -> limit + 1;
        };
    }

    /// Whether tcp_max_syn_backlog takes part in [#capacity(long, long)].
    public boolean readsMaxSynBacklog() {
        return compareTo(FULL_AT_LIMIT) < 0;
    }

    /// Whether the listener's limit takes part in [#capacity(long, long)].
    public boolean readsLimit() {
        return compareTo(BOTH_ROUNDED_UP) >= 0;
    }

    /// The number of requests that clients without a good entry in tcp_metrics may fill while tcp_syncookies is 0:
    /// a SYN is refused once less than a quarter of tcp_max_syn_backlog is left (tcp_conn_request, 2.4 to 6.18).
    public static long unprovenPeersCapacity(long maxSynBacklog) {
        return maxSynBacklog - (maxSynBacklog >> 2) + 1;
    }

    private static long roundUpToPowerOfTwo(long value) {
        return value <= 1 ? 1 : Long.highestOneBit(value - 1) << 1;
    }
}
