package dev.anteroom.queue;

import java.util.Locale;

/// A fact that can be observed, whatever its origin: packets, the log of a client or a server, a table, a
/// counter. It says what was seen, never why: several causes leave the same sign.
public enum Sign {
    // What packets show.
    SYN_NEVER_ANSWERED("a SYN got no answer at all"),
    SYN_REPEATED_ON_SCHEDULE("a SYN was sent again at the times at which a kernel repeats it"),
    SYN_ANSWERED_LATE("a SYN was answered only after it had been repeated"),
    OTHER_SYNS_ANSWERED("in the same moments other SYNs to the same port were answered"),
    NO_SYN_ANSWERED("not one SYN to this port was answered"),
    SYN_REFUSED_BY_RESET("a reset answered the SYN"),
    SYN_ANSWERED_BY_ICMP("an ICMP error answered the SYN"),
    SYN_ANSWERED_BY_ACK("a bare ACK answered the SYN: the server still has an older connection of this port"),
    SYN_ACK_REPEATED("a SYN-ACK was sent again before any final ACK came"),
    SYN_ACK_NEVER_ACKNOWLEDGED("SYN-ACKs were never acknowledged"),
    SYN_COOKIE_OPTIONS("a SYN-ACK lacks the options that only a SYN cookie leaves out"),
    WINDOW_NOT_SCALED(
            "a SYN cookie cost a connection its window scaling, and it carried more than one window of 64 KiB since"),
    MANY_STRANGERS_HALF_OPEN("many addresses sent a SYN and nothing more"),
    FINAL_ACK_IGNORED("the SYN-ACK was sent again after the final ACK: the server did not take the ACK"),
    FINAL_ACK_TAKEN_LATE("the server took a connection only after its final ACK or data had been repeated"),
    RESET_RIGHT_AFTER_HANDSHAKE("the server reset after the final ACK, before it acknowledged a byte"),
    RESET_WITHOUT_ACK_FLAG("that reset has no ACK flag: the kernel answered a segment it had no connection for"),
    RESET_WITH_ACK_FLAG("that reset has the ACK flag: a connection existed and was aborted"),
    RESET_FROM_ANOTHER_HOST("the reset has another TTL than the server's other packets: a machine on the way sent it"),
    RESET_AFTER_DATA_ACKNOWLEDGED("the server acknowledged data, then reset without an answer"),
    RESET_AFTER_ANSWER("the server answered, then reset"),
    RESETS_AT_ONE_MOMENT("the server reset many connections at one moment"),
    RESET_OF_IDLE_CONNECTION("a connection that had been answered and then idle was reset at its next request"),
    DATA_REPEATED_UNANSWERED("data was sent again and again and never acknowledged, no SYN-ACK was repeated"),
    DATA_ACKNOWLEDGED_NOT_ANSWERED("the server's kernel acknowledged the request, and no answer came"),
    SILENT_AFTER_HANDSHAKE("after the handshake nobody sent a byte"),
    SLOW_FIRST_BYTE("the first byte of the answer came late, and no packet had been repeated"),
    ANSWERED_AT_ONCE("connections were answered without delay"),
    ANSWERS_STOPPED("for a time no connection got an answer"),
    ANSWERS_CAME_TOGETHER("for a time no connection got an answer, then most of those that had waited did at once"),
    ANSWERS_FOLLOWED_CLOSES(
            "for a time no connection got an answer, and answers came again right after others had been closed"),
    SERVER_CLOSED_WITHOUT_ANSWER("the server closed before it sent a byte"),
    CLIENT_GAVE_UP("the client closed or reset before an answer"),
    ANSWER_TOO_LATE("the server's answer came after the client had given up"),
    SEGMENTS_REPEATED_AFTER_HANDSHAKE("segments of connections that were under way had to be repeated"),
    LARGE_SEGMENTS_REPEATED("large segments were repeated and none was acknowledged, while small ones were"),
    ONE_DIRECTION_ONLY("only one direction of the traffic is in the recording"),
    SERVER_IS_LINUX("the server's stack is Linux"),
    SERVER_IS_MACOS("the server's stack is that of macOS"),
    SERVER_IS_BSD("the server's stack is that of a BSD"),
    SERVER_IS_WINDOWS("the server's stack is that of Windows"),

    // What a client or a proxy logs.
    CONNECT_TIMED_OUT("connect() had no result when the client's own time-out ended"),
    CONNECT_GIVEN_UP_BY_KERNEL("connect() ended in ETIMEDOUT: the kernel's last SYN stayed unanswered"),
    CONNECT_REFUSED("connect() was refused: ECONNREFUSED"),
    CONNECT_FAILED("connect() failed; the line does not tell whether refused, reset or unreachable"),
    CONNECT_UNREACHABLE("connect() ended in an ICMP error: host or network unreachable, or prohibited"),
    CONNECT_RESET("connect() itself was reset: a reset came right behind the SYN-ACK"),
    READ_RESET("connected, then reset while it waited for the answer"),
    WRITE_RESET("connected, then reset or closed while it sent"),
    RESET_IN_UNKNOWN_PHASE("reset by the peer, in a phase that the line does not tell"),
    READ_TIMED_OUT("connected, and no answer when the client's own time-out ended"),
    TIMED_OUT_IN_UNKNOWN_PHASE("timed out, in a phase that the line does not tell"),
    DATA_GIVEN_UP_BY_KERNEL("connected, then ETIMEDOUT: the kernel repeated data that nobody acknowledged"),
    CLOSED_BEFORE_ANSWER("connected, and closed by the server before an answer"),
    REUSED_CONNECTION_FAILED("a connection kept from an earlier request failed when it was used again"),
    CLIENT_POOL_EXHAUSTED("the client waited for a connection of its own pool: no packet was sent"),
    NO_LOCAL_PORT("the client had no local port left: EADDRNOTAVAIL"),
    NO_DESCRIPTOR("the client had no descriptor left: EMFILE or ENFILE"),
    NO_DESCRIPTOR_IN_UNKNOWN_PHASE(
            "no descriptor left, and the line does not tell whether for a client's socket or for an accepted one"),
    NO_MEMORY_FOR_SOCKET("no memory or buffer space for a socket: ENOBUFS or ENOMEM"),
    UNIX_QUEUE_FULL("the accept queue of a Unix socket was full: connect() ended in EAGAIN, or it held limit + 1"),
    CLIENT_ABORTED("the client of a proxy went away before it was answered"),

    // What a server or its kernel logs.
    SYN_FLOOD_LOGGED("the kernel logged 'possible SYN flooding': a SYN queue was full"),
    SYN_FLOOD_DROPS_LOGGED("the kernel logged 'possible SYN flooding' and that it drops requests: cookies are off"),
    CONNTRACK_FULL("the connection tracking table was full at some time, and packets were dropped"),
    CONNTRACK_FULL_NOW("the connection tracking table holds as many entries as it may"),
    ORPHANS_LOGGED("the kernel logged too many orphaned sockets"),
    TCP_MEMORY_LOGGED("the kernel logged that TCP is out of memory"),
    PROCESS_KILLED_FOR_MEMORY("the kernel killed a process because memory ran out"),
    LISTEN_OVERFLOW_LOGGED("the kernel or the server logged that a listen queue overflowed"),
    MAX_CONNECTIONS_REACHED("the server reached its own maximum of connections and stopped accepting"),
    SERVER_HAS_NO_DESCRIPTOR("accept() failed: the server has no descriptor left"),
    FIREWALL_DROP_COUNTED("a firewall rule dropped packets to this port"),
    FIREWALL_REJECT_COUNTED("a firewall rule rejected packets to this port"),
    FIREWALL_DROPS_SOMETHING("a firewall rule or policy dropped packets; to which port, it does not tell"),
    FIREWALL_REJECTS_SOMETHING("a firewall rule or policy rejected packets; to which port, it does not tell"),
    FIREWALL_COUNTED_NOTHING("the firewall's rules dropped and rejected nothing"),
    PROCESS_STOPPED("a process is stopped; whose the listener is, is not known"),
    LISTENER_PROCESS_STOPPED("the process that owns the listener is stopped"),
    LONG_PAUSE("the process paused for a second or longer"),

    // What a table of sockets shows.
    TABLE_OF_LISTENERS("a table of the listening sockets is at hand"),
    LISTENS("a socket listens on this port"),
    TABLE_OF_A_CLIENT("the table shows connections to this port from here: it is a client's"),
    NOBODY_LISTENS("the table of listeners has none on this port"),
    ACCEPT_QUEUE_FULL_NOW("the accept queue holds its capacity, limit + 1"),
    ACCEPT_QUEUE_AT_LIMIT("the accept queue holds as many as its limit: one more fits"),
    ACCEPT_QUEUE_WAITING("connections wait in the accept queue"),
    ACCEPT_QUEUE_EMPTY_NOW("nothing waits in the accept queue at the moment of the table"),
    SYN_QUEUE_OCCUPIED("handshakes wait for their final ACK: SYN-RECV"),
    SYN_SENT_WAITING("the client waits for an answer to its SYN: SYN-SENT"),
    REQUEST_UNREAD("a connection of the server holds bytes that no program has read"),
    REQUESTS_READ("a program has read all that the server's connections received"),
    ANSWER_NOT_ACKNOWLEDGED("a connection of the server holds bytes that the client has not acknowledged"),
    SENT_NOT_ACKNOWLEDGED("a connection of the client holds bytes that the server has not acknowledged"),
    CLOSE_WAIT_PILE("many connections were closed by the peer and not by the program: CLOSE-WAIT"),
    SERVER_HOLDS_TIME_WAIT("the server still holds connections of this port in TIME-WAIT"),
    TIME_WAIT_PILE("so many connections are in TIME-WAIT that local ports run short"),

    // What counters show. MOVED: between two readings. SINCE_BOOT: one reading, so of unknown age.
    LISTEN_OVERFLOWS_MOVED("ListenOverflows moved: segments met a full accept queue"),
    LISTEN_OVERFLOWS_SINCE_BOOT("ListenOverflows is not zero since the namespace was made"),
    LISTEN_OVERFLOWS_UNMOVED("ListenOverflows did not move: no segment met a full accept queue"),
    LISTEN_DROPS_MOVED("ListenDrops moved by more than ListenOverflows and TCPReqQFullDrop"),
    LISTEN_DROPS_SINCE_BOOT("ListenDrops is higher than ListenOverflows and TCPReqQFullDrop explain"),
    LISTEN_DROPS_UNMOVED("ListenDrops did not move: no listener of the namespace refused a segment"),
    SYN_QUEUE_DROPS_MOVED("TCPReqQFullDrop moved: SYNs met a full SYN queue, cookies off"),
    SYN_QUEUE_DROPS_SINCE_BOOT("TCPReqQFullDrop is not zero since the namespace was made"),
    SYN_COOKIES_SENT("SyncookiesSent moved: SYNs met a full SYN queue, or tcp_syncookies is 2"),
    SYN_COOKIES_SINCE_BOOT("SyncookiesSent is not zero since the namespace was made"),
    SYN_COOKIES_RETURNED("SyncookiesRecv moved: valid cookies came back"),
    SYN_COOKIES_FAILED("SyncookiesFailed moved: cookies came back too old or wrong, and were answered by a reset"),
    EMBRYONIC_RESETS_MOVED("EmbryonicRsts moved: handshakes ended by a reset"),
    ABORTED_ON_CLOSE_MOVED("TCPAbortOnClose moved: sockets were closed with unread data, which resets"),
    ABORTED_ON_DATA_MOVED("TCPAbortOnData moved: SO_LINGER 0, or data that came after close()"),
    ABORTED_ON_MEMORY_MOVED("TCPAbortOnMemory moved: connections were reset for lack of memory or too many orphans"),
    SYN_ACKS_REPEATED_MOVED("TCPSynRetrans moved: SYNs or SYN-ACKs were sent again"),
    RETRANSMISSIONS_MOVED("segments of established connections were sent again"),
    RESETS_SENT_MOVED("OutRsts moved: the kernel sent resets"),
    QUEUED_CONNECTIONS_RESET_MOVED("EstabResets and OutRsts moved together: established connections were reset"),
    OVERFLOWS_OF_ANOTHER_STACK("a BSD or macOS counts listen queue overflows"),

    // Settings.
    ABORT_ON_OVERFLOW_ON("tcp_abort_on_overflow is 1"),
    ABORT_ON_OVERFLOW_OFF("tcp_abort_on_overflow is 0"),
    COOKIES_OFF("tcp_syncookies is 0"),
    COOKIES_ON("tcp_syncookies is 1"),
    COOKIES_ALWAYS("tcp_syncookies is 2");

    private final String sentence;

    Sign(String sentence) {
        this.sentence = sentence;
    }

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What was seen, in one sentence.
    public String sentence() {
        return sentence;
    }
}
