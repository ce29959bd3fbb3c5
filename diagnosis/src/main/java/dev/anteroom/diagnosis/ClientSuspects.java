package dev.anteroom.diagnosis;

import static dev.anteroom.diagnosis.SignGroups.*;
import static dev.anteroom.diagnosis.Suspect.any;
import static dev.anteroom.diagnosis.Suspect.either;
import static dev.anteroom.queue.Sign.*;

import java.util.List;

/// Causes on the client's own side.
final class ClientSuspects {
    static final List<Suspect> OWN_LIMITS = List.of(
            Suspect.of(
                            "client-out-of-ports",
                            "The client has no local port left for another connection to this address: nothing was"
                                    + " sent to the server.")
                    .proved(any(NO_LOCAL_PORT), any(TIME_WAIT_PILE))
                    .likely(any(NO_LOCAL_PORT))
                    .likely(any(TIME_WAIT_PILE))
                    .refutedBy(
                            "the client binds its sockets to an address that this host does not have: the same error")
                    .next("on the client: ss -s, and sysctl net.ipv4.ip_local_port_range"),
            Suspect.of(
                            "client-out-of-descriptors",
                            "The client has no file descriptor left: nothing was sent to the server.")
                    .proved(any(NO_DESCRIPTOR))
                    .possible(any(NO_DESCRIPTOR_IN_UNKNOWN_PHASE))
                    .ruledOutUnless(SERVER_HAS_NO_DESCRIPTOR, NO_DESCRIPTOR)
                    .refutedBy("the line is of the server's own accept(2), or of a file that it opened")
                    .next("on the client: ls /proc/PID/fd | wc -l, beside 'Max open files' in /proc/PID/limits"),
            Suspect.of(
                            "client-pool-exhausted",
                            "The client waited for a connection of its own pool: nothing was sent to the server.")
                    .proved(any(CLIENT_POOL_EXHAUSTED))
                    .refutedBy("connections of the pool that hang in connect(): then the server side is the root")
                    .next("the pool's statistics: leased, available, pending"),
            Suspect.of(
                            "client-out-of-memory",
                            "The client's kernel had no buffer space for a socket: nothing was sent to the server.")
                    .likely(any(NO_MEMORY_FOR_SOCKET))
                    .refutedBy("free memory, and a neighbour table (arp) that is not full")
                    .next("on the client: cat /proc/net/sockstat, and dmesg | grep -i neighbour"));

    static final List<Suspect> OWN_PATIENCE = List.of(
            Suspect.of(
                            "client-time-out",
                            "The client's own time-out ended before the server's answer came: the answer was on its"
                                    + " way.")
                    .proved(
                            any(ANSWER_TOO_LATE),
                            any(READ_TIMED_OUT),
                            any(ACCEPT_QUEUE_EMPTY_NOW),
                            any(REQUESTS_READ),
                            any(LISTEN_OVERFLOWS_UNMOVED))
                    .unless(either(SILENCE, REPEATED, STANDSTILL, any(ANSWERED_AT_ONCE)))
                    .likely(any(ANSWER_TOO_LATE))
                    .unless(either(SILENCE, REPEATED, STANDSTILL, QUEUED))
                    .possible(any(CLIENT_GAVE_UP, READ_TIMED_OUT, CONNECT_TIMED_OUT, TIMED_OUT_IN_UNKNOWN_PHASE))
                    .refutedBy("a longer time-out that ends the same way")
                    .next("the same request once with a time-out of 60 s: how long does the answer take?"),
            Suspect.of(
                            "proxy-client-went-away",
                            "The client of the proxy went away before it was answered; the server is not to blame by"
                                    + " this alone.")
                    .likely(any(CLIENT_ABORTED))
                    .refutedBy("times in the log that show a slow server before the client left")
                    .next("the timers of the same lines: how long had the server been silent?"));

    private ClientSuspects() {}
}
