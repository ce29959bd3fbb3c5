package dev.anteroom.diagnosis;

import static dev.anteroom.diagnosis.SignGroups.*;
import static dev.anteroom.diagnosis.Suspect.any;
import static dev.anteroom.diagnosis.Suspect.either;
import static dev.anteroom.queue.Sign.*;

import java.util.List;

/// Causes in the server's program.
final class ServerSuspects {
    static final List<Suspect> STANDSTILLS = List.of(
            Suspect.of(
                            "server-out-of-descriptors",
                            "The server cannot accept: it has no file descriptor left. Connections wait in its queue.")
                    .proved(any(SERVER_HAS_NO_DESCRIPTOR))
                    .likely(any(NO_DESCRIPTOR_IN_UNKNOWN_PHASE), WAITING)
                    .possible(any(NO_DESCRIPTOR_IN_UNKNOWN_PHASE, ANSWERS_FOLLOWED_CLOSES))
                    .refutedBy("free descriptors: /proc/PID/fd well below 'Max open files'")
                    .next("on the server: ls /proc/PID/fd | wc -l, beside 'Max open files' in /proc/PID/limits"),
            Suspect.of(
                            "unix-queue-full",
                            "The accept queue of a Unix socket is full: connect() fails at once where it may not wait,"
                                    + " and waits where it may. The server's program accepts too slowly, or its"
                                    + " backlog is short.")
                    .proved(any(UNIX_QUEUE_FULL))
                    .refutedBy("a Recv-Q that stays at or below Send-Q in ss -xl while it happens")
                    .next("on the server, twice: ss -xl; of the socket, Recv-Q above Send-Q is full. Raise the backlog"
                            + " that the program gives to listen(), and net.core.somaxconn if that is lower"),
            Suspect.of(
                            "server-killed",
                            "The kernel killed a process because memory ran out; its connections were reset.")
                    .likely(any(PROCESS_KILLED_FOR_MEMORY), either(RESET, REFUSAL))
                    .possible(any(PROCESS_KILLED_FOR_MEMORY))
                    .refutedBy("the server's process is older than the line in the log")
                    .next("ps -o pid,lstart,cmd of the server, beside the time in dmesg -T"),
            Suspect.of(
                            "server-stopped",
                            "The server's process is stopped: its kernel goes on taking connections into the queue,"
                                    + " and nobody accepts or answers.")
                    .proved(any(LISTENER_PROCESS_STOPPED), either(SILENCE, NO_ANSWER, WAITING))
                    .likely(any(LISTENER_PROCESS_STOPPED))
                    .likely(any(PROCESS_STOPPED), WAITING)
                    .likely(any(PROCESS_STOPPED), NO_ANSWER)
                    .possible(any(PROCESS_STOPPED))
                    .refutedBy("another state than T in ps -o pid,stat of the listener's process")
                    .next("on the server: ss -ltnp 'sport = :PORT', then ps -o pid,stat,wchan -p PID"),
            Suspect.of(
                            "server-paused",
                            "The server's program stood still for a while (garbage collection, a swap, a debugger)"
                                    + " and then went on.")
                    .proved(any(LONG_PAUSE), any(ANSWERS_CAME_TOGETHER), any(ANSWERED_AT_ONCE))
                    .unless(any(SEGMENTS_REPEATED_AFTER_HANDSHAKE))
                    .likely(any(LONG_PAUSE), either(SILENCE, NO_ANSWER, WAITING))
                    .likely(any(ANSWERS_CAME_TOGETHER), any(ANSWERED_AT_ONCE))
                    .unless(any(
                            SEGMENTS_REPEATED_AFTER_HANDSHAKE)) // a kernel acknowledges while its programs stand still
                    .possible(any(LONG_PAUSE, ANSWERS_STOPPED))
                    .refutedBy("a log of pauses (-Xlog:safepoint) with none at that time")
                    .next("on the server: the JVM's -Xlog:gc,safepoint at that time, or /proc/PID/schedstat twice"),
            Suspect.of(
                            "max-connections",
                            "The server reached its own maximum of connections and stopped accepting; the others wait"
                                    + " in the kernel's queue.")
                    .proved(any(MAX_CONNECTIONS_REACHED), WAITING)
                    .likely(any(MAX_CONNECTIONS_REACHED))
                    .likely(any(ANSWERS_FOLLOWED_CLOSES), any(ANSWERED_AT_ONCE))
                    .unless(any(SEGMENTS_REPEATED_AFTER_HANDSHAKE))
                    .possible(any(DATA_ACKNOWLEDGED_NOT_ANSWERED, ACCEPT_QUEUE_FULL_NOW, ANSWERS_FOLLOWED_CLOSES))
                    .ruledOutBy(LISTENER_PROCESS_STOPPED)
                    .ruledOutUnless(ACCEPT_QUEUE_EMPTY_NOW, MAX_CONNECTIONS_REACHED)
                    .refutedBy(
                            "fewer connections with a process than the server's maximum:" + " ss -tnp 'sport = :PORT'")
                    .next("on the server: ss -tnp 'sport = :PORT' | grep -c pid=, beside maxConnections"));

    static final List<Suspect> SLOWNESS = List.of(
            Suspect.of(
                            "not-accepting",
                            "The server's program does not accept, or too slowly: finished handshakes wait in its"
                                    + " accept queue.")
                    .likely(any(ACCEPT_QUEUE_FULL_NOW, ACCEPT_QUEUE_AT_LIMIT), any(REQUEST_UNREAD, CLOSE_WAIT_PILE))
                    .likely(any(ACCEPT_QUEUE_WAITING), any(REQUEST_UNREAD), NO_ANSWER)
                    .likely(any(ACCEPT_QUEUE_FULL_NOW), NO_ANSWER)
                    .possible(any(
                            ACCEPT_QUEUE_FULL_NOW,
                            REQUEST_UNREAD,
                            CLOSE_WAIT_PILE,
                            DATA_ACKNOWLEDGED_NOT_ANSWERED,
                            SILENT_AFTER_HANDSHAKE,
                            READ_TIMED_OUT,
                            TIMED_OUT_IN_UNKNOWN_PHASE))
                    .ruledOutBy(ACCEPT_QUEUE_EMPTY_NOW)
                    .refutedBy("an accept queue that is empty while requests wait")
                    .next("on the server, twice: ss -ltn 'sport = :PORT'; does Recv-Q fall?"),
            Suspect.of(
                            "accepted-but-slow",
                            "The server accepted and read the request, and answers late: the program is slow, not the"
                                    + " queue.")
                    .likely(NO_ANSWER, any(ACCEPT_QUEUE_EMPTY_NOW))
                    .unless(either(REPEATED, any(ANSWER_TOO_LATE, ANSWER_NOT_ACKNOWLEDGED)))
                    .likely(any(SLOW_FIRST_BYTE), any(LISTEN_OVERFLOWS_UNMOVED))
                    .unless(either(REPEATED, any(ANSWER_TOO_LATE)))
                    .possible(any(
                            DATA_ACKNOWLEDGED_NOT_ANSWERED,
                            SLOW_FIRST_BYTE,
                            READ_TIMED_OUT,
                            ANSWER_TOO_LATE,
                            TIMED_OUT_IN_UNKNOWN_PHASE))
                    .ruledOutBy(ACCEPT_QUEUE_FULL_NOW, LISTENER_PROCESS_STOPPED)
                    .refutedBy("connections of the port without a process in ss -tnp: those were not accepted yet")
                    .next("on the server: ss -tnp 'sport = :PORT': Recv-Q 0 with a process is slow, Recv-Q above 0"
                            + " without one was not accepted"),
            Suspect.of(
                            "lost-options-of-a-cookie",
                            "A SYN cookie cost the connection its window scaling and selective acknowledgements:"
                                    + " it is slow for its whole life.")
                    .proved(any(WINDOW_NOT_SCALED), any(SYN_COOKIES_RETURNED), any(LISTEN_OVERFLOWS_UNMOVED))
                    .likely(any(WINDOW_NOT_SCALED))
                    .likely(any(SYN_COOKIE_OPTIONS), any(SLOW_FIRST_BYTE, SEGMENTS_REPEATED_AFTER_HANDSHAKE))
                    .possible(any(SYN_COOKIE_OPTIONS))
                    .ruledOutBy(COOKIES_OFF)
                    .refutedBy("wscale in the SYN-ACK")
                    .next("ss -tni 'sport = :PORT': is wscale missing?"),
            Suspect.of(
                            "tcp-memory",
                            "The server's kernel ran out of memory for TCP, or of orphans: it resets connections.")
                    .likely(any(ABORTED_ON_MEMORY_MOVED), either(RESET, any(ORPHANS_LOGGED, TCP_MEMORY_LOGGED)))
                    .possible(any(ABORTED_ON_MEMORY_MOVED, ORPHANS_LOGGED, TCP_MEMORY_LOGGED))
                    .refutedBy("mem in /proc/net/sockstat well below net.ipv4.tcp_mem")
                    .next("on the server: cat /proc/net/sockstat, beside sysctl net.ipv4.tcp_mem"));

    private ServerSuspects() {}
}
