package dev.anteroom.simulator;

import dev.anteroom.queue.SynQueueRule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a stack does with connections before accept(2), as data.
///
/// @param backlog what listen(2) makes of its argument
/// @param acceptRoom how many connections wait for accept(2)
/// @param synRoom how many requests wait for their final ACK
/// @param cookies when a SYN is answered with a cookie
/// @param synWhenAcceptQueueFull what becomes of a SYN while the accept queue is full
/// @param keepsQuarter whether a SYN is refused once less than a quarter of tcp_max_syn_backlog is left and cookies
///     are off
/// @param ackWhenAcceptQueueFull what becomes of a final ACK while the accept queue is full
/// @param reset which reset ends a request
/// @param pruning when old requests lose their retransmissions
/// @param defer how TCP_DEFER_ACCEPT treats a bare ACK
/// @param counting which events move which counters
/// @param synAckTimeout the first SYN-ACK time-out; it doubles with each
/// @param synAckScan how far apart the looks at the requests are; zero for a timer of each request's own
/// @param duplicateSynPause how long a duplicate SYN goes unanswered after another was answered
/// @param cookieMemory how long after the last cookie a listener still looks for cookies in ACKs
public record ServerRules(
        BacklogRule backlog,
        AcceptRoom acceptRoom,
        SynRoom synRoom,
        CookieRule cookies,
        SynWhenAcceptQueueFull synWhenAcceptQueueFull,
        boolean keepsQuarter,
        AckWhenAcceptQueueFull ackWhenAcceptQueueFull,
        ResetOfRequest reset,
        Pruning pruning,
        DeferRule defer,
        CountingRule counting,
        Duration synAckTimeout,
        Duration synAckScan,
        Duration duplicateSynPause,
        Duration cookieMemory) {

    /// The rules that are more than a number.
    public List<Rule> rules() {
        return List.of(
                backlog,
                acceptRoom,
                synRoom,
                cookies,
                synWhenAcceptQueueFull,
                ackWhenAcceptQueueFull,
                reset,
                pruning,
                defer,
                counting);
    }

    /// What listen(2) makes of its argument.
    public enum BacklogRule implements Rule {
        LINUX(
                "the smaller of backlog, taken as unsigned, and somaxconn; 16 bits of it before 4.1",
                "net/socket.c sys_listen, include/net/sock.h; 2.2 to 6.18"),
        FREEBSD(
                "a negative backlog or one above kern.ipc.soacceptqueue becomes that",
                "kern/uipc_socket.c solisten_proto; FreeBSD 13"),
        XNU(
                "a backlog of 0 or less, or above kern.ipc.somaxconn, becomes that",
                "bsd/kern/uipc_socket.c solisten; xnu-11417"),
        WINDOWS(
                "taken as it is, 200 at most; SOMAXCONN_HINT is not modelled",
                "KB113576; the effective value cannot be read"),
        GVISOR("the smaller of backlog, taken as unsigned, and 1024", "pkg/sentry/syscalls/linux/sys_socket.go Listen");

        private final String says;
        private final String source;

        BacklogRule(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// How many connections wait for accept(2).
    public enum AcceptRoom implements Rule {
        ABOVE_LIMIT(
                "full above the limit: limit + 1 fit",
                "include/net/sock.h sk_acceptq_is_full, 2.2 to 6.18; gVisor accept.go"),
        THREE_HALVES("full above 3/2 of the limit", "kern/uipc_socket.c sonewconn; FreeBSD 13"),
        SHARED_WITH_REQUESTS(
                "full at the limit, requests and connections counted together",
                "bsd/kern/uipc_socket2.c sonewconn_internal, kern.ipc.soqlimitcompat=1; xnu-11417"),
        AT_LIMIT("full at the limit", "KB113576: the backlog is the number of connections that wait");

        private final String says;
        private final String source;

        AcceptRoom(String says, String source) {
            this.says = says;
            this.source = source;
        }

        /// The number of connections that fit.
        ///
        /// @param limit the listener's limit, 0 or more
        public long capacity(long limit) {
            return switch (this) {
                case ABOVE_LIMIT -> limit + 1;
                case THREE_HALVES -> limit + limit / 2 + 1;
                case SHARED_WITH_REQUESTS, AT_LIMIT -> limit;
            };
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// How many requests wait for their final ACK.
    public enum SynRoom implements Rule {
        LINUX_ABOVE_SYSCTL(
                SynQueueRule.ABOVE_SYSCTL, "tcp_max_syn_backlog + 1", "net/ipv4/tcp_ipv4.c tcp_v4_conn_request; 2.2.1"),
        LINUX_SYSCTL_ROUNDED_UP(
                SynQueueRule.SYSCTL_ROUNDED_UP,
                "tcp_max_syn_backlog, rounded up to a power of two, at least 64",
                "net/ipv4/tcp.c tcp_listen_start; 2.4.20 to 2.6.11"),
        LINUX_BOTH_ROUNDED_UP(
                SynQueueRule.BOTH_ROUNDED_UP,
                "the smaller of limit and tcp_max_syn_backlog, at least 8, plus 1, rounded up to a power of two",
                "net/core/request_sock.c reqsk_queue_alloc; 2.6.20 to 4.3"),
        LINUX_AT_LIMIT(
                SynQueueRule.FULL_AT_LIMIT,
                "full at the limit",
                "include/net/inet_connection_sock.h inet_csk_reqsk_queue_is_full; 4.4 to 6.13"),
        LINUX_ABOVE_LIMIT(
                SynQueueRule.FULL_ABOVE_LIMIT,
                "full above the limit: limit + 1 fit",
                "include/net/inet_connection_sock.h; 6.14, 6.12.10, 6.1.125 (3479c7549fb1)"),
        GVISOR_AT_LIMIT(
                SynQueueRule.FULL_AT_LIMIT,
                "full at the limit",
                "pkg/tcpip/transport/tcp/accept.go handleListenSegment"),
        FREEBSD_SYNCACHE(
                null,
                "one cache for all listeners, 512 buckets of 30; the oldest of a full bucket makes room",
                "netinet/tcp_syncache.c syncache_insert; FreeBSD 13"),
        XNU_SHARED(
                null,
                "counted with the accept queue",
                "bsd/kern/uipc_socket2.c sonewconn_internal, kern.ipc.soqlencomp=0; xnu-11417"),
        WINDOWS_UNKNOWN(null, "no limit of its own is documented; none is modelled", "KB113576");

        private final @Nullable SynQueueRule linux;
        private final String says;
        private final String source;

        SynRoom(@Nullable SynQueueRule linux, String says, String source) {
            this.linux = linux;
            this.says = says;
            this.source = source;
        }

        static SynRoom of(SynQueueRule rule) {
            return switch (rule) {
                case ABOVE_SYSCTL -> LINUX_ABOVE_SYSCTL;
                case SYSCTL_ROUNDED_UP -> LINUX_SYSCTL_ROUNDED_UP;
                case BOTH_ROUNDED_UP -> LINUX_BOTH_ROUNDED_UP;
                case FULL_AT_LIMIT -> LINUX_AT_LIMIT;
                case FULL_ABOVE_LIMIT -> LINUX_ABOVE_LIMIT;
            };
        }

        /// The number of requests that fit, the largest value where the stack sets no limit for each listener.
        ///
        /// @param limit the listener's limit, 0 or more
        /// @param maxSynBacklog net.ipv4.tcp_max_syn_backlog, 0 or more
        public long capacity(long limit, long maxSynBacklog) {
            return linux == null ? Long.MAX_VALUE : linux.capacity(limit, maxSynBacklog);
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// When a SYN is answered with a cookie.
    public enum CookieRule implements Rule {
        NEVER("no SYN cookies", "xnu-11417 has none for a full queue; Windows documents none"),
        ON_OR_OFF(
                "tcp_syncookies on: when the SYN queue is full",
                "net/ipv4/tcp_ipv4.c tcp_v4_conn_request; 2.2 to 2.6.32"),
        SETTING(
                "tcp_syncookies 1: when the SYN queue is full; 2: for every SYN",
                "net/ipv4/tcp_input.c tcp_conn_request, tcp_syn_flood_action; 3.10 to 6.18"),
        ALWAYS_WHEN_FULL(
                "when the SYN queue is full, without a setting",
                "pkg/tcpip/transport/tcp/accept.go handleListenSegment"),
        EVERY_SYN_ACK(
                "every SYN-ACK carries a cookie, which counts once its entry is gone",
                "netinet/tcp_syncache.c, net.inet.tcp.syncookies=1; FreeBSD 13");

        private final String says;
        private final String source;

        CookieRule(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// What becomes of a SYN while the accept queue is full.
    public enum SynWhenAcceptQueueFull implements Rule {
        ANSWERED("answered as ever", "net/ipv4/tcp_ipv4.c tcp_v4_conn_request, 2.2.1; netinet/tcp_input.c, FreeBSD 13"),
        DROPPED_IF_TWO_ARE_YOUNG(
                "dropped while two or more requests have never timed out, else answered",
                "net/ipv4/tcp_ipv4.c, tcp_input.c tcp_conn_request; 2.4.20 to 4.9.80 and 4.4.155"),
        DROPPED(
                "dropped in silence",
                "net/ipv4/tcp_input.c tcp_conn_request; 4.10 (5ea8ea2cb7f1), 4.4.178, late 4.9.y; gVisor accept.go"),
        RESET("answered with a reset", "KB113576"),
        MAKES_ROOM(
                "the oldest request is forgotten in silence to make room; dropped if there is none",
                "bsd/netinet/tcp_input.c tcp_dropdropablreq; xnu-11417");

        private final String says;
        private final String source;

        SynWhenAcceptQueueFull(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// What becomes of a final ACK while the accept queue is full.
    public enum AckWhenAcceptQueueFull implements Rule {
        REQUEST_STAYS("dropped in silence, the request stays", "net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock; 2.2.1"),
        REQUEST_STAYS_OR_ABORTS(
                "dropped in silence, the request stays; with tcp_abort_on_overflow it is reset; a cookie is dropped"
                        + " either way",
                "net/ipv4/tcp_minisocks.c tcp_check_req, syncookies.c tcp_get_cookie_sock; 2.4.20 to 6.18"),
        RESETS("answered with a reset, the entry is forgotten", "netinet/tcp_syncache.c syncache_expand; FreeBSD 13"),
        HAS_ITS_PLACE("fits: its place was counted at the SYN", "bsd/kern/uipc_socket2.c; xnu-11417"),
        GVISOR_STAYS("dropped in silence, the request stays", "pkg/tcpip/transport/tcp/accept.go, connect.go");

        private final String says;
        private final String source;

        AckWhenAcceptQueueFull(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// Which reset ends a request. The difference shows when a client resets that has sent its request already.
    public enum ResetOfRequest implements Rule {
        IN_WINDOW(
                "any within the window",
                "net/ipv4/tcp_minisocks.c tcp_check_req; 2.4.20 to 6.18.19, 6.12.104, 6.1.190"),
        EXPECTED_NEXT(
                "one whose sequence number is the next; any other within the window is answered by an ACK, twice a"
                        + " second at most, and its sender resets again",
                "net/ipv4/tcp_minisocks.c tcp_check_req; 6.12.105, 6.1.191, 6.18.44 (RFC 5961, 3.2)"),
        UNKNOWN("any", "stacks other than Linux: not looked up");

        private final String says;
        private final String source;

        ResetOfRequest(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// When old requests lose their retransmissions.
    public enum Pruning implements Rule {
        NEVER("every request has all its retransmissions", "stacks other than Linux; not read for Linux 2.2"),
        ABOVE_HALF_TABLE_SPARING_ACKED(
                "while half of the table is taken, down to 2 retransmissions; not for requests whose final ACK came",
                "net/ipv4/tcp_timer.c tcp_synack_timer; 2.4.20 to 2.6.24"),
        ABOVE_HALF_TABLE(
                "while half of the table is taken, down to 2 retransmissions",
                "net/ipv4/inet_connection_sock.c inet_csk_reqsk_queue_prune, reqsk_timer_handler; 2.6.32 to 4.3"),
        ABOVE_HALF_LIMIT(
                "while more than half of the limit, or of 8, is taken, down to 2 retransmissions",
                "net/ipv4/inet_connection_sock.c reqsk_timer_handler; 4.4 to 6.18");

        private final String says;
        private final String source;

        Pruning(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// How TCP_DEFER_ACCEPT treats a bare ACK.
    public enum DeferRule implements Rule {
        NONE("there is no such option", "stacks other than Linux, and Linux 2.2"),
        FOR_EVER("dropped as long as the option is set", "net/ipv4/tcp_minisocks.c tcp_check_req; 2.6.24"),
        FOR_ITS_PERIODS(
                "dropped until the request has timed out as often as the option says",
                "net/ipv4/tcp_minisocks.c tcp_check_req, inet_connection_sock.c syn_ack_recalc; 3.13 to 6.18");

        private final String says;
        private final String source;

        DeferRule(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }
}
