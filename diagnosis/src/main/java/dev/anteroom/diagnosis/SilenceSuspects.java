package dev.anteroom.diagnosis;

import static dev.anteroom.diagnosis.SignGroups.*;
import static dev.anteroom.diagnosis.Suspect.any;
import static dev.anteroom.diagnosis.Suspect.either;
import static dev.anteroom.queue.Sign.*;

import java.util.List;

/// Causes that leave silence: SYNs, final ACKs or data that nobody answers.
final class SilenceSuspects {
    static final List<Suspect> ALL = List.of(
            Suspect.of("firewall-drop", "A firewall drops the SYNs before the server's TCP sees them.")
                    .proved(SILENCE, any(FIREWALL_DROP_COUNTED), any(LISTEN_DROPS_UNMOVED))
                    .likely(SILENCE, any(FIREWALL_DROP_COUNTED))
                    .likely(
                            any(NO_SYN_ANSWERED, CONNECT_GIVEN_UP_BY_KERNEL, CONNECT_TIMED_OUT),
                            any(LISTEN_DROPS_UNMOVED))
                    .unless(any(SEGMENTS_REPEATED_AFTER_HANDSHAKE)) // a path that loses these loses SYNs as well
                    .likely(any(NO_SYN_ANSWERED), any(ACCEPT_QUEUE_EMPTY_NOW))
                    .likely(any(FIREWALL_DROP_COUNTED))
                    .likely(SILENCE, any(FIREWALL_DROPS_SOMETHING))
                    .possible(any(FIREWALL_DROPS_SOMETHING))
                    .possible(any(SYN_NEVER_ANSWERED, NO_SYN_ANSWERED, CONNECT_GIVEN_UP_BY_KERNEL, CONNECT_TIMED_OUT))
                    .ruledOutBy(FIREWALL_COUNTED_NOTHING)
                    .ruledOutUnless(OTHER_SYNS_ANSWERED, FIREWALL_DROP_COUNTED)
                    .ruledOutUnless(SYN_ANSWERED_LATE, FIREWALL_DROP_COUNTED)
                    .ruledOutUnless(ACCEPT_QUEUE_FULL_NOW, FIREWALL_DROP_COUNTED)
                    .ruledOutUnless(CONNTRACK_FULL_NOW, FIREWALL_DROP_COUNTED)
                    .refutedBy(
                            "another SYN to the same port answered in the same second, by the same address",
                            "ListenDrops that grows with each of these SYNs")
                    .next("on the server: tcpdump -ni any 'tcp port PORT'; do the SYNs arrive? Then nstat -az"
                            + " TcpExtListenDrops, twice, and nft list ruleset"),
            Suspect.of(
                            "conntrack-full",
                            "The connection tracking table is full: SYNs of new connections are dropped before TCP"
                                    + " sees them; connections that exist go on.")
                    .proved(SILENCE, any(CONNTRACK_FULL_NOW), any(LISTEN_DROPS_UNMOVED), any(FIREWALL_COUNTED_NOTHING))
                    .likely(any(CONNTRACK_FULL_NOW, CONNTRACK_FULL))
                    .possible(any(SYN_NEVER_ANSWERED, NO_SYN_ANSWERED, CONNECT_GIVEN_UP_BY_KERNEL, CONNECT_TIMED_OUT))
                    .ruledOutBy(ACCEPT_QUEUE_FULL_NOW)
                    .ruledOutUnless(LISTEN_OVERFLOWS_MOVED, CONNTRACK_FULL, CONNTRACK_FULL_NOW)
                    .refutedBy("nf_conntrack_count well below nf_conntrack_max on the server and on every router")
                    .next("on the server: sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max;"
                            + " dmesg | grep 'table full'"),
            Suspect.of(
                            "time-wait-reuse-refused",
                            "The server still has an older connection of the same address and port and only"
                                    + " acknowledges it: the client must reset that first.")
                    .proved(any(SYN_ANSWERED_BY_ACK), any(SYN_ANSWERED_LATE), any(SERVER_HOLDS_TIME_WAIT))
                    .likely(any(SYN_ANSWERED_BY_ACK))
                    .refutedBy("no socket of the client's address and port on the server")
                    .next("on the server: ss -tan 'sport = :PORT' | grep the client's port: TIME-WAIT or ESTAB?"),
            Suspect.of(
                            "large-packets-lost",
                            "Large packets are lost and small ones pass: the path's MTU is smaller than thought, and"
                                    + " nobody says so.")
                    .likely(any(LARGE_SEGMENTS_REPEATED))
                    .likely(any(ANSWER_NOT_ACKNOWLEDGED), any(DATA_ACKNOWLEDGED_NOT_ANSWERED, READ_TIMED_OUT))
                    .unless(either(REPEATED, OVERFLOWED, WAITING, any(ANSWERED_AT_ONCE, SLOW_FIRST_BYTE)))
                    .refutedBy("ping -M do -s 1472 that passes")
                    .next("from the client: ping -M do -s 1472 SERVER"),
            Suspect.of("path-loss", "Packets are lost on the way, whatever they carry.")
                    .proved(any(SEGMENTS_REPEATED_AFTER_HANDSHAKE), SILENCE, any(LISTEN_DROPS_UNMOVED))
                    .unless(either(
                            STANDSTILL,
                            any(
                                    FIREWALL_DROP_COUNTED,
                                    FIREWALL_DROPS_SOMETHING,
                                    CONNTRACK_FULL,
                                    CONNTRACK_FULL_NOW,
                                    LARGE_SEGMENTS_REPEATED)))
                    .likely(any(SEGMENTS_REPEATED_AFTER_HANDSHAKE))
                    .likely(any(FINAL_ACK_IGNORED, FINAL_ACK_TAKEN_LATE), any(SYN_ANSWERED_LATE), any(ANSWERED_AT_ONCE))
                    .unless(either(NO_ANSWER, any(ACCEPT_QUEUE_FULL_NOW, LISTEN_OVERFLOWS_MOVED)))
                    .likely(any(SYN_ACK_REPEATED), SILENCE)
                    .unless(any(MANY_STRANGERS_HALF_OPEN))
                    .likely(any(SYN_ANSWERED_LATE), any(LISTEN_DROPS_UNMOVED))
                    .possible(either(
                            SILENCE,
                            any(
                                    SYN_ACK_REPEATED,
                                    DATA_REPEATED_UNANSWERED,
                                    FINAL_ACK_IGNORED,
                                    FINAL_ACK_TAKEN_LATE,
                                    DATA_GIVEN_UP_BY_KERNEL,
                                    SENT_NOT_ACKNOWLEDGED)))
                    .ruledOutUnless(ACCEPT_QUEUE_FULL_NOW, SEGMENTS_REPEATED_AFTER_HANDSHAKE)
                    .refutedBy(
                            "a capture at the server that holds every SYN that the client sent",
                            "connections that are under way and repeat nothing")
                    .next(
                            "capture at both ends at once: tcpdump -ni any -w end.pcap 'tcp port PORT'; compare the SYNs"),
            Suspect.of(
                            "phantom-by-cookie",
                            "The final ACK of a SYN cookie met a full accept queue: the client is connected, the server"
                                    + " knows nothing of it. If the server is to speak first, nothing ever comes.")
                    .proved(any(DATA_REPEATED_UNANSWERED), any(SYN_COOKIES_RETURNED), any(LISTEN_OVERFLOWS_MOVED))
                    .likely(
                            either(NO_ANSWER, any(DATA_REPEATED_UNANSWERED, DATA_GIVEN_UP_BY_KERNEL)),
                            any(SYN_COOKIES_SENT, SYN_FLOOD_LOGGED, SYN_COOKIE_OPTIONS),
                            either(OVERFLOWED, any(ACCEPT_QUEUE_FULL_NOW, DATA_REPEATED_UNANSWERED)))
                    .possible(any(
                            DATA_REPEATED_UNANSWERED,
                            DATA_GIVEN_UP_BY_KERNEL,
                            SENT_NOT_ACKNOWLEDGED,
                            SILENT_AFTER_HANDSHAKE,
                            READ_TIMED_OUT))
                    .ruledOutBy(LISTEN_OVERFLOWS_UNMOVED, COOKIES_OFF)
                    .refutedBy(
                            "the SYN-ACK repeated after the final ACK: then the request was kept",
                            "SyncookiesSent that stands still")
                    .next("on the server, twice: nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv"
                            + " TcpExtListenOverflows"),
            Suspect.of(
                            "final-ack-dropped",
                            "The accept queue was full when the final ACK came: it was dropped, the request stays in"
                                    + " the SYN queue and the SYN-ACK is repeated at 1, 3, 7, 15 and 31 s.")
                    .proved(any(FINAL_ACK_IGNORED), any(LISTEN_OVERFLOWS_MOVED), any(ACCEPT_QUEUE_FULL_NOW))
                    .likely(any(FINAL_ACK_IGNORED, FINAL_ACK_TAKEN_LATE), OVERFLOWED)
                    .likely(any(FINAL_ACK_IGNORED))
                    .likely(any(ACCEPT_QUEUE_FULL_NOW), any(SYN_QUEUE_OCCUPIED), any(SYN_ACKS_REPEATED_MOVED))
                    .possible(any(FINAL_ACK_TAKEN_LATE))
                    .ruledOutBy(LISTEN_OVERFLOWS_UNMOVED)
                    .refutedBy(
                            "TCP_DEFER_ACCEPT on the listener and clients that sent no data: TCPDeferAcceptDrop"
                                    + " grows, ListenOverflows does not",
                            "a capture at the server without the final ACK: it was lost on the way")
                    .next("on the server, twice: nstat -az TcpExtListenOverflows TcpExtTCPDeferAcceptDrop;"
                            + " ss -ltn 'sport = :PORT'"),
            Suspect.of("syn-flood", "Strangers send SYNs and never finish: a SYN flood fills the SYN queue.")
                    .proved(
                            any(MANY_STRANGERS_HALF_OPEN),
                            // Without one of these the recording may hold SYNs only, and everybody looks half open.
                            either(NO_ANSWER, any(ANSWERED_AT_ONCE, SYN_ACK_REPEATED)),
                            any(
                                    SYN_FLOOD_LOGGED,
                                    SYN_FLOOD_DROPS_LOGGED,
                                    SYN_COOKIES_SENT,
                                    SYN_QUEUE_DROPS_MOVED,
                                    LISTEN_DROPS_MOVED))
                    .likely(any(MANY_STRANGERS_HALF_OPEN))
                    .possible(any(SYN_FLOOD_LOGGED, SYN_FLOOD_DROPS_LOGGED, SYN_ACK_NEVER_ACKNOWLEDGED))
                    .refutedBy(
                            "handshakes that are finished in the end: SyncookiesRecv grows as fast as SyncookiesSent;"
                                    + " then it is a surge of real clients")
                    .next("on the server, twice: nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv"),
            Suspect.of("syn-queue-full", "The SYN queue was full and cookies are off: SYNs are dropped.")
                    .proved(SILENCE, any(SYN_QUEUE_DROPS_MOVED), any(SYN_QUEUE_OCCUPIED))
                    .likely(any(SYN_QUEUE_DROPS_MOVED))
                    .likely(any(SYN_FLOOD_DROPS_LOGGED))
                    .likely(SILENCE, any(SYN_QUEUE_DROPS_SINCE_BOOT))
                    .possible(any(SYN_QUEUE_DROPS_SINCE_BOOT, SYN_ACK_NEVER_ACKNOWLEDGED))
                    .ruledOutUnless(COOKIES_ON, SYN_QUEUE_DROPS_MOVED)
                    .ruledOutUnless(COOKIES_ALWAYS, SYN_QUEUE_DROPS_MOVED)
                    .refutedBy("TCPReqQFullDrop that stands still, or tcp_syncookies 1")
                    .next("on the server, twice: nstat -az TcpExtTCPReqQFullDrop; ss -tn state syn-recv 'sport = :PORT'"
                            + " | wc -l"),
            Suspect.of(
                            "syn-refused-by-max-syn-backlog",
                            "Cookies are off and three quarters of tcp_max_syn_backlog are taken: SYNs of clients that"
                                    + " the server does not know are dropped.")
                    .proved(SILENCE, any(LISTEN_DROPS_MOVED), any(COOKIES_OFF), any(SYN_QUEUE_OCCUPIED))
                    .likely(any(LISTEN_DROPS_MOVED), any(COOKIES_OFF))
                    .likely(SILENCE, any(LISTEN_DROPS_MOVED), any(SYN_QUEUE_OCCUPIED))
                    .possible(any(LISTEN_DROPS_MOVED, LISTEN_DROPS_SINCE_BOOT))
                    .ruledOutBy(COOKIES_ON, COOKIES_ALWAYS, LISTEN_DROPS_UNMOVED)
                    .refutedBy(
                            "tcp_syncookies 1 or 2 in the server's namespace",
                            "ICMP errors or a lack of memory: these count in ListenDrops as well")
                    .next("on the server: sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog;"
                            + " ss -tn state syn-recv | wc -l"),
            Suspect.of(
                            "accept-queue-full",
                            "The accept queue is full: SYNs are dropped, the clients repeat them after 1, 2, 3 … s and"
                                    + " see a slow connect or a time-out, never an error of the server.")
                    .proved(SILENCE, any(ACCEPT_QUEUE_FULL_NOW), any(LISTEN_OVERFLOWS_MOVED))
                    .proved(any(ACCEPT_QUEUE_FULL_NOW), any(LISTEN_OVERFLOWS_MOVED))
                    .likely(any(ACCEPT_QUEUE_FULL_NOW))
                    .likely(SILENCE, OVERFLOWED)
                    .likely(any(LISTEN_OVERFLOWS_MOVED))
                    .likely(any(LISTEN_OVERFLOW_LOGGED))
                    .likely(SILENCE, any(FINAL_ACK_IGNORED, FINAL_ACK_TAKEN_LATE))
                    .likely(
                            any(SYN_NEVER_ANSWERED, SYN_ANSWERED_LATE),
                            any(DATA_ACKNOWLEDGED_NOT_ANSWERED, SILENT_AFTER_HANDSHAKE, ANSWERS_STOPPED))
                    .possible(either(
                            SILENCE,
                            any(LISTEN_OVERFLOWS_SINCE_BOOT, ACCEPT_QUEUE_AT_LIMIT, TIMED_OUT_IN_UNKNOWN_PHASE)))
                    .ruledOutBy(LISTEN_OVERFLOWS_UNMOVED, NOBODY_LISTENS)
                    .ruledOutUnless(LISTEN_DROPS_UNMOVED, ACCEPT_QUEUE_FULL_NOW)
                    .refutedBy(
                            "ListenOverflows that stands still while SYNs go unanswered",
                            "SYNs that do not arrive at the server: a firewall or a loss on the way")
                    .next("on the server: ss -ltn 'sport = :PORT' (Recv-Q above Send-Q is full) and, twice,"
                            + " nstat -az TcpExtListenOverflows"),
            Suspect.of(
                            "syn-cookies-sent",
                            "A SYN queue was full, or tcp_syncookies is 2, and the kernel answered with cookies. A surge"
                                    + " of real clients does this as well as an attack; nothing is lost by it alone.")
                    .likely(any(SYN_COOKIES_SENT, SYN_FLOOD_LOGGED))
                    .possible(any(SYN_COOKIES_SINCE_BOOT, SYN_COOKIE_OPTIONS))
                    .ruledOutBy(COOKIES_OFF)
                    .refutedBy("SyncookiesSent that stands still")
                    .next("on the server: ss -ltn 'sport = :PORT'; the SYN queue is as long as Send-Q, raise the"
                            + " backlog"));

    private SilenceSuspects() {}
}
