package dev.anteroom.diagnosis;

import static dev.anteroom.queue.Sign.*;

import dev.anteroom.queue.Sign;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Signs that say the same thing from different places.
final class SignGroups {
    /// The client's SYN got no answer, or not at once.
    static final Set<Sign> SILENCE = EnumSet.of(
            SYN_NEVER_ANSWERED,
            SYN_REPEATED_ON_SCHEDULE,
            SYN_ANSWERED_LATE,
            NO_SYN_ANSWERED,
            CONNECT_TIMED_OUT,
            CONNECT_GIVEN_UP_BY_KERNEL,
            SYN_SENT_WAITING);

    /// A reset, or its like, came to the SYN.
    static final Set<Sign> REFUSAL = EnumSet.of(SYN_REFUSED_BY_RESET, CONNECT_REFUSED);

    /// A connection that the client had made was reset before any answer.
    static final Set<Sign> RESET =
            EnumSet.of(RESET_RIGHT_AFTER_HANDSHAKE, CONNECT_RESET, READ_RESET, WRITE_RESET, RESET_IN_UNKNOWN_PHASE);

    /// Connected for the client, and no answer, or a late one.
    static final Set<Sign> NO_ANSWER = EnumSet.of(
            DATA_ACKNOWLEDGED_NOT_ANSWERED, SLOW_FIRST_BYTE, READ_TIMED_OUT, SILENT_AFTER_HANDSHAKE, ANSWER_TOO_LATE);

    /// Packets had to be repeated until something was taken.
    static final Set<Sign> REPEATED = EnumSet.of(
            SYN_ANSWERED_LATE, FINAL_ACK_TAKEN_LATE, SEGMENTS_REPEATED_AFTER_HANDSHAKE, DATA_REPEATED_UNANSWERED);

    /// The whole server stood still for a while, or does.
    static final Set<Sign> STANDSTILL =
            EnumSet.of(ANSWERS_STOPPED, LONG_PAUSE, PROCESS_STOPPED, LISTENER_PROCESS_STOPPED);

    /// A table shows connections in the accept queue.
    static final Set<Sign> QUEUED = EnumSet.of(ACCEPT_QUEUE_FULL_NOW, ACCEPT_QUEUE_AT_LIMIT, ACCEPT_QUEUE_WAITING);

    /// The server's table shows connections that no program has taken up.
    static final Set<Sign> WAITING =
            EnumSet.of(ACCEPT_QUEUE_FULL_NOW, ACCEPT_QUEUE_AT_LIMIT, ACCEPT_QUEUE_WAITING, REQUEST_UNREAD);

    /// An accept queue overflowed at some time.
    static final Set<Sign> OVERFLOWED =
            EnumSet.of(LISTEN_OVERFLOWS_MOVED, LISTEN_OVERFLOWS_SINCE_BOOT, LISTEN_OVERFLOW_LOGGED);

    /// What packets show of each face of a full accept queue.
    static final Map<String, Set<Sign>> FACES = Map.of(
            "accept-queue-full",
            EnumSet.of(SYN_NEVER_ANSWERED, SYN_REPEATED_ON_SCHEDULE, SYN_ANSWERED_LATE),
            "final-ack-dropped",
            EnumSet.of(FINAL_ACK_IGNORED),
            "phantom-by-cookie",
            EnumSet.of(DATA_REPEATED_UNANSWERED));

    /// Signs that only describe the circumstances: none of them is a trouble.
    static final Set<Sign> CIRCUMSTANCES = EnumSet.of(
            LISTENS,
            TABLE_OF_LISTENERS,
            TABLE_OF_A_CLIENT,
            SERVER_HOLDS_TIME_WAIT,
            ACCEPT_QUEUE_EMPTY_NOW,
            ACCEPT_QUEUE_WAITING,
            REQUESTS_READ,
            ANSWER_NOT_ACKNOWLEDGED,
            OTHER_SYNS_ANSWERED,
            ANSWERED_AT_ONCE,
            ONE_DIRECTION_ONLY,
            SERVER_IS_LINUX,
            SERVER_IS_MACOS,
            SERVER_IS_BSD,
            SERVER_IS_WINDOWS,
            FIREWALL_COUNTED_NOTHING,
            FIREWALL_DROPS_SOMETHING,
            FIREWALL_REJECTS_SOMETHING,
            LISTEN_OVERFLOWS_UNMOVED,
            LISTEN_DROPS_UNMOVED,
            RESETS_SENT_MOVED,
            RETRANSMISSIONS_MOVED,
            SYN_ACKS_REPEATED_MOVED,
            SYN_COOKIES_RETURNED,
            QUEUED_CONNECTIONS_RESET_MOVED,
            EMBRYONIC_RESETS_MOVED,
            SYN_QUEUE_OCCUPIED,
            RESET_WITH_ACK_FLAG,
            RESET_WITHOUT_ACK_FLAG,
            ABORT_ON_OVERFLOW_ON,
            ABORT_ON_OVERFLOW_OFF,
            COOKIES_OFF,
            COOKIES_ON,
            COOKIES_ALWAYS);

    private SignGroups() {}
}
