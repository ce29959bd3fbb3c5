package dev.anteroom.queue;

/// How many requests in SYN_RECV fit in one listener's SYN queue, and what happens to the SYN after that.
///
/// @param requests how many fit
/// @param boundBy what sets that number
/// @param whenFull what the kernel does with the next SYN
public record SynQueueCapacity(long requests, Bound boundBy, WhenFull whenFull) {

    /// What sets the capacity of a SYN queue.
    public enum Bound {
        /// The listener's own limit, min(backlog, somaxconn).
        LISTENER_LIMIT,
        /// net.ipv4.tcp_max_syn_backlog.
        MAX_SYN_BACKLOG,
        /// tcp_syncookies is 2: every SYN is answered with a cookie and none is kept.
        ALWAYS_COOKIES
    }

    /// What the kernel does with a SYN that does not fit.
    public enum WhenFull {
        /// A SYN-ACK with a cookie; the server keeps nothing.
        COOKIE,
        /// The SYN is dropped in silence.
        DROP
    }

    /// The capacity for a listener under the given settings.
    ///
    /// @param kernel the running kernel
    /// @param limit the listener's limit, 0 or more
    /// @param syncookies net.ipv4.tcp_syncookies; any value other than 0 and 2 acts as 1
    /// @param maxSynBacklog net.ipv4.tcp_max_syn_backlog
    public static SynQueueCapacity of(KernelVersion kernel, long limit, long syncookies, long maxSynBacklog) {
        if (syncookies == 2) {
            return new SynQueueCapacity(0, Bound.ALWAYS_COOKIES, WhenFull.COOKIE);
        }
        SynQueueRule rule = SynQueueRule.of(kernel);
        long capacity = rule.capacity(limit, maxSynBacklog);
        boolean sysctlBinds = rule.readsMaxSynBacklog() && (!rule.readsLimit() || maxSynBacklog < limit);
        Bound bound = sysctlBinds ? Bound.MAX_SYN_BACKLOG : Bound.LISTENER_LIMIT;
        if (syncookies != 0) {
            return new SynQueueCapacity(capacity, bound, WhenFull.COOKIE);
        }
        if (rule == SynQueueRule.ABOVE_SYSCTL) {
            return new SynQueueCapacity(capacity, bound, WhenFull.DROP);
        }
        long unproven = SynQueueRule.unprovenPeersCapacity(maxSynBacklog);
        return unproven < capacity
                ? new SynQueueCapacity(unproven, Bound.MAX_SYN_BACKLOG, WhenFull.DROP)
                : new SynQueueCapacity(capacity, bound, WhenFull.DROP);
    }
}
