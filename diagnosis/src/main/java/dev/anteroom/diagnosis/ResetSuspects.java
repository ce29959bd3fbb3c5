package dev.anteroom.diagnosis;

import static dev.anteroom.diagnosis.SignGroups.*;
import static dev.anteroom.diagnosis.Suspect.any;
import static dev.anteroom.diagnosis.Suspect.either;
import static dev.anteroom.queue.Sign.*;

import java.util.List;

/// Causes that end in a reset, a refusal or an early close.
///
/// A reset that answers a segment (`net/ipv4/tcp_ipv4.c` tcp_v4_send_reset) has no ACK flag when the segment
/// had one; a reset that aborts a connection (`net/ipv4/tcp_output.c` tcp_send_active_reset) has it. So the
/// flags tell whether a connection existed (Linux 6.18).
final class ResetSuspects {
    static final List<Suspect> ALL = List.of(
            Suspect.of(
                            "listener-closed",
                            "The listener was closed or restarted in the middle: what waited in its queue was reset,"
                                    + " and later connections were refused.")
                    .proved(
                            any(RESETS_AT_ONE_MOMENT),
                            any(RESET_WITH_ACK_FLAG),
                            REFUSAL,
                            any(OTHER_SYNS_ANSWERED, ANSWERED_AT_ONCE))
                    .likely(any(RESETS_AT_ONE_MOMENT), REFUSAL)
                    .likely(REFUSAL, any(DATA_ACKNOWLEDGED_NOT_ANSWERED, SILENT_AFTER_HANDSHAKE))
                    .likely(REFUSAL, any(OTHER_SYNS_ANSWERED, ANSWERED_AT_ONCE))
                    .likely(REFUSAL, RESET)
                    .possible(any(
                            RESETS_AT_ONE_MOMENT,
                            RESET_RIGHT_AFTER_HANDSHAKE,
                            RESET_AFTER_DATA_ACKNOWLEDGED,
                            READ_RESET,
                            WRITE_RESET,
                            RESET_IN_UNKNOWN_PHASE))
                    .ruledOutBy(SERVER_IS_WINDOWS)
                    .refutedBy("a server process that started before the first of these resets")
                    .next("on the server: ps -o pid,lstart,cmd of the listener's process; did it start since?"),
            Suspect.of(
                            "reset-by-abort-on-overflow",
                            "The accept queue was full when the final ACK came, and tcp_abort_on_overflow=1 made the kernel"
                                    + " reset instead of staying silent. The client's connect() has succeeded by then; over a"
                                    + " short round trip it may itself fail with the reset.")
                    .proved(
                            any(RESET_RIGHT_AFTER_HANDSHAKE),
                            any(RESET_WITHOUT_ACK_FLAG),
                            any(LISTEN_OVERFLOWS_MOVED),
                            any(EMBRYONIC_RESETS_MOVED))
                    .proved(RESET, any(LISTEN_OVERFLOWS_MOVED), any(EMBRYONIC_RESETS_MOVED), any(ABORT_ON_OVERFLOW_ON))
                    .likely(either(RESET, OVERFLOWED), any(ABORT_ON_OVERFLOW_ON), OVERFLOWED)
                    .likely(any(LISTEN_OVERFLOWS_MOVED), any(EMBRYONIC_RESETS_MOVED), any(RESETS_SENT_MOVED))
                    .likely(RESET, any(ABORT_ON_OVERFLOW_ON))
                    .likely(any(RESET_RIGHT_AFTER_HANDSHAKE), any(RESET_WITHOUT_ACK_FLAG), any(SERVER_IS_LINUX))
                    .possible(RESET)
                    .ruledOutBy(
                            ABORT_ON_OVERFLOW_OFF,
                            LISTEN_OVERFLOWS_UNMOVED,
                            SERVER_IS_MACOS,
                            SERVER_IS_BSD,
                            SERVER_IS_WINDOWS)
                    .ruledOutUnless(RESET_WITH_ACK_FLAG, RESET_WITHOUT_ACK_FLAG)
                    .refutedBy(
                            "net.ipv4.tcp_abort_on_overflow is 0 in the server's namespace, its default: then a full"
                                    + " queue stays silent, and the client sees one second more and no exception",
                            "ListenOverflows or EmbryonicRsts that stand still while it happens")
                    .next(
                            "on the server: uname -s; on Linux sysctl net.ipv4.tcp_abort_on_overflow, then nstat -az TcpExtListenOverflows"
                                    + " TcpExtEmbryonicRsts, twice"),
            Suspect.of(
                            "reset-by-another-stack",
                            "The server is macOS or a BSD and its listen queue overflowed. macOS counts both queues"
                                    + " together and makes room for a new SYN by silently closing an incomplete"
                                    + " connection, whose final ACK then meets a listener that knows nothing of it and"
                                    + " is reset; FreeBSD resets at the final ACK.")
                    .proved(
                            any(RESET_RIGHT_AFTER_HANDSHAKE),
                            any(SERVER_IS_MACOS, SERVER_IS_BSD),
                            any(OVERFLOWS_OF_ANOTHER_STACK, ACCEPT_QUEUE_FULL_NOW))
                    .likely(any(RESET_RIGHT_AFTER_HANDSHAKE), any(SERVER_IS_MACOS, SERVER_IS_BSD))
                    .likely(RESET, any(OVERFLOWS_OF_ANOTHER_STACK))
                    .possible(any(
                            RESET_RIGHT_AFTER_HANDSHAKE,
                            CONNECT_RESET,
                            RESET_IN_UNKNOWN_PHASE,
                            OVERFLOWS_OF_ANOTHER_STACK))
                    .ruledOutBy(SERVER_IS_LINUX, SERVER_IS_WINDOWS, ABORT_ON_OVERFLOW_ON, ABORT_ON_OVERFLOW_OFF)
                    .ruledOutUnless(LISTEN_OVERFLOWS_MOVED, OVERFLOWS_OF_ANOTHER_STACK)
                    .ruledOutUnless(LISTEN_OVERFLOWS_UNMOVED, OVERFLOWS_OF_ANOTHER_STACK)
                    .ruledOutUnless(RESET_WITH_ACK_FLAG, RESET_WITHOUT_ACK_FLAG)
                    .refutedBy("the server runs Linux: it does so only with tcp_abort_on_overflow=1, and by default"
                            + " hides the same surge in a connect that takes one second longer")
                    .next("on the server: uname, then netstat -Lan and netstat -s -p tcp | grep -i 'listen queue'"),
            Suspect.of(
                            "cookie-refused",
                            "A SYN cookie came back too old or wrong: the server remembers nothing of the connection"
                                    + " and resets it.")
                    .likely(either(RESET, any(RESET_AFTER_ANSWER)), any(SYN_COOKIES_FAILED))
                    .possible(any(SYN_COOKIES_FAILED))
                    .ruledOutBy(COOKIES_OFF)
                    .refutedBy("SyncookiesFailed that stands still")
                    .next("on the server, twice: nstat -az TcpExtSyncookiesFailed TcpExtSyncookiesSent"),
            Suspect.of(
                            "idle-connection-closed",
                            "A connection kept from an earlier request was used in the moment when, or after, the"
                                    + " server closed it as idle.")
                    .proved(any(RESET_OF_IDLE_CONNECTION), any(REUSED_CONNECTION_FAILED))
                    .unless(either(REFUSAL, any(RESETS_AT_ONE_MOMENT)))
                    .likely(any(RESET_OF_IDLE_CONNECTION))
                    .likely(any(RESET_AFTER_ANSWER), any(RESET_WITHOUT_ACK_FLAG))
                    .unless(any(RESET_WITH_ACK_FLAG))
                    .likely(any(REUSED_CONNECTION_FAILED))
                    .possible(any(READ_RESET, WRITE_RESET, CLOSED_BEFORE_ANSWER, RESET_IN_UNKNOWN_PHASE))
                    .refutedBy("a failure on a connection's first request")
                    .next("the server's keep-alive time-out beside the client's: the client's must be the shorter"),
            Suspect.of(
                            "closed-with-reset",
                            "The server's program closed the connection while data was unread, or with SO_LINGER 0:"
                                    + " the kernel then resets instead of closing.")
                    .proved(
                            any(RESET_AFTER_DATA_ACKNOWLEDGED, RESET_AFTER_ANSWER, RESET_RIGHT_AFTER_HANDSHAKE),
                            any(RESET_WITH_ACK_FLAG),
                            any(ABORTED_ON_CLOSE_MOVED, ABORTED_ON_DATA_MOVED),
                            any(LISTEN_OVERFLOWS_UNMOVED))
                    .unless(either(REFUSAL, any(NOBODY_LISTENS)))
                    .likely(
                            either(RESET, any(RESET_AFTER_DATA_ACKNOWLEDGED, RESET_AFTER_ANSWER)),
                            any(ABORTED_ON_CLOSE_MOVED, ABORTED_ON_DATA_MOVED))
                    .likely(any(RESET_AFTER_ANSWER), any(RESET_WITH_ACK_FLAG))
                    .likely(any(RESET_AFTER_DATA_ACKNOWLEDGED), any(RESET_WITH_ACK_FLAG))
                    .likely(any(ABORTED_ON_CLOSE_MOVED, ABORTED_ON_DATA_MOVED))
                    .possible(either(RESET, any(RESET_AFTER_DATA_ACKNOWLEDGED, RESET_AFTER_ANSWER)))
                    .ruledOutBy(RESETS_AT_ONE_MOMENT)
                    .ruledOutUnless(RESET_WITHOUT_ACK_FLAG, RESET_WITH_ACK_FLAG)
                    .refutedBy("TCPAbortOnClose and TCPAbortOnData that stand still on the server")
                    .next("on the server, twice: nstat -az TcpExtTCPAbortOnClose TcpExtTCPAbortOnData"),
            Suspect.of(
                            "closed-without-answer",
                            "The server's program accepted the connection and closed it without an answer.")
                    .likely(any(SERVER_CLOSED_WITHOUT_ANSWER))
                    .likely(any(CLOSED_BEFORE_ANSWER))
                    .refutedBy("a connection that had already served a request: then the server closed it as idle")
                    .next("the server's own log at that time; a limit of connections often shows as this"),
            Suspect.of(
                            "firewall-reject",
                            "A firewall rejects the SYN, with a reset or an ICMP error; the server may listen.")
                    .proved(either(REFUSAL, any(SYN_ANSWERED_BY_ICMP)), any(FIREWALL_REJECT_COUNTED), any(LISTENS))
                    .likely(
                            either(REFUSAL, any(SYN_ANSWERED_BY_ICMP, CONNECT_UNREACHABLE, CONNECT_FAILED)),
                            any(FIREWALL_REJECT_COUNTED))
                    .likely(any(SYN_ANSWERED_BY_ICMP))
                    .likely(any(RESET_FROM_ANOTHER_HOST))
                    .likely(either(REFUSAL, any(CONNECT_FAILED)), any(LISTENS))
                    .likely(any(FIREWALL_REJECT_COUNTED))
                    .likely(either(REFUSAL, any(CONNECT_UNREACHABLE)), any(FIREWALL_REJECTS_SOMETHING))
                    .possible(any(FIREWALL_REJECTS_SOMETHING))
                    .possible(either(REFUSAL, any(CONNECT_UNREACHABLE, CONNECT_FAILED)))
                    .ruledOutBy(FIREWALL_COUNTED_NOTHING)
                    .ruledOutUnless(OTHER_SYNS_ANSWERED, FIREWALL_REJECT_COUNTED, SYN_ANSWERED_BY_ICMP)
                    .refutedBy("no rule with a growing counter on the server or on the way")
                    .next("on the server: nft list ruleset or iptables -nvL, twice; does a reject counter grow?"),
            Suspect.of("no-listener", "Nobody listens on this address and port: the server's kernel refuses the SYN.")
                    .proved(any(SYN_REFUSED_BY_RESET, CONNECT_REFUSED), any(NOBODY_LISTENS))
                    .unless(either(RESET, NO_ANSWER, any(CLOSED_BEFORE_ANSWER, REUSED_CONNECTION_FAILED)))
                    .likely(REFUSAL)
                    .likely(any(CONNECT_FAILED), any(NOBODY_LISTENS))
                    .possible(any(CONNECT_FAILED))
                    .ruledOutBy(
                            LISTENS,
                            FIREWALL_REJECT_COUNTED,
                            OTHER_SYNS_ANSWERED,
                            ANSWERED_AT_ONCE,
                            RESETS_AT_ONE_MOMENT,
                            RESET_RIGHT_AFTER_HANDSHAKE,
                            RESET_AFTER_DATA_ACKNOWLEDGED,
                            DATA_ACKNOWLEDGED_NOT_ANSWERED,
                            SILENT_AFTER_HANDSHAKE,
                            RESET_FROM_ANOTHER_HOST)
                    .ruledOutUnless(SYN_ANSWERED_BY_ICMP, SYN_REFUSED_BY_RESET)
                    .refutedBy("a line for the port in ss -ltn in the server's namespace")
                    .next("on the server: ss -ltn 'sport = :PORT'"),
            Suspect.of(
                            "refused-by-windows-queue",
                            "The server is Windows and its backlog is full: Windows answers a SYN that it cannot queue"
                                    + " by a reset.")
                    .likely(REFUSAL, any(SERVER_IS_WINDOWS), any(LISTENS, OTHER_SYNS_ANSWERED, ANSWERED_AT_ONCE))
                    .possible(REFUSAL)
                    .ruledOutBy(
                            SERVER_IS_LINUX,
                            SERVER_IS_MACOS,
                            SERVER_IS_BSD,
                            NOBODY_LISTENS,
                            LISTEN_OVERFLOWS_MOVED,
                            LISTEN_OVERFLOWS_UNMOVED,
                            FIREWALL_REJECT_COUNTED,
                            ABORT_ON_OVERFLOW_ON,
                            ABORT_ON_OVERFLOW_OFF)
                    .refutedBy("a server that does not run Windows: no other stack known refuses for a full queue")
                    .next("on the server: netstat -an | findstr LISTENING, while it happens"),
            Suspect.of("no-route", "A router, or the client's own kernel, says that the server cannot be reached.")
                    .likely(any(CONNECT_UNREACHABLE))
                    .ruledOutBy(FIREWALL_REJECT_COUNTED)
                    .refutedBy("an ICMP error of the type 'administratively prohibited': a firewall")
                    .next("tcpdump -ni any icmp, on the client: who sends which ICMP error?"));

    private ResetSuspects() {}
}
