package dev.anteroom.capture;

/// What was seen of a connection, one bit each: a word for all of it, because many connections are remembered at once.
final class FlowMark {
    /// The options of its SYN; nothing is known of them if the recording cut them off or has no SYN.
    static final long CLIENT_SCALES = 1L;

    static final long CLIENT_SELECTS = 1L << 1;
    static final long CLIENT_STAMPS = 1L << 2;
    static final long SYN_CUT = 1L << 3;

    /// An earlier connection had the same addresses and ports.
    static final long PORT_REUSED = 1L << 4;

    /// It began with a SYN-ACK.
    static final long SYN_UNSEEN = 1L << 5;

    static final long ASKED_FOR = 1L << 6;
    static final long CLIENT_SEEN = 1L << 7;

    /// The client acknowledges what is not in the recording.
    static final long ANSWER_UNSEEN = 1L << 8;

    static final long SYN_ACKED = 1L << 9;
    static final long SYN_AGAIN_BEFORE_ANSWER = 1L << 10;
    static final long FINAL_ACK_SENT = 1L << 11;

    /// The same, and not known to be lost.
    static final long FINAL_ACK_ARRIVED = 1L << 12;

    static final long DATA_SENT = 1L << 13;
    static final long SERVER_KNOWS = 1L << 14;
    static final long SERVER_SPOKE = 1L << 15;
    static final long SERVER_CLOSED = 1L << 16;
    static final long CLIENT_CLOSED = 1L << 17;
    static final long CLIENT_RESET = 1L << 18;
    static final long SERVER_RESET = 1L << 19;
    static final long RESET_HAS_ACK = 1L << 20;
    static final long RESET_FROM_ELSEWHERE = 1L << 21;
    static final long RESET_OF_IDLE = 1L << 22;
    static final long ANSWER_AFTER_FINAL_ACK = 1L << 23;
    static final long TAKEN_LATE = 1L << 24;
    static final long OLDER_ACKNOWLEDGED = 1L << 25;
    static final long UNREACHABLE = 1L << 26;
    static final long COOKIE_SUSPECTED = 1L << 27;

    /// Connected, and not answered.
    static final long WAITING = 1L << 28;

    static final long REQUEST_AFTER_IDLE = 1L << 29;

    /// It sent a SYN again before any answer.
    static final long ASKED_AGAIN = 1L << 30;

    static final long LATER_AGAIN = 1L << 31;
    static final long LARGE_AGAIN = 1L << 32;
    static final long LARGE_OFTEN_AGAIN = 1L << 33;

    /// How long after the handshake the first byte came: neither of them is well within a second.
    static final long FIRST_BYTE_DELAYED = 1L << 34;

    static final long FIRST_BYTE_SLOW = 1L << 35;

    // TCP Fast Open (RFC 7413).
    static final long DATA_IN_SYN = 1L << 36;

    /// The SYN-ACK acknowledged it: the connection is in the accept queue, without a final ACK.
    static final long DATA_IN_SYN_TAKEN = 1L << 37;

    static final long FAST_COOKIE_ASKED = 1L << 38;
    static final long FAST_COOKIE_GIVEN = 1L << 39;

    /// The answer came after the client had closed.
    static final long SPOKEN_TO_NOBODY = 1L << 40;

    static final long ANSWER_TOO_LATE = 1L << 41;

    /// A large segment of the server was seen, and acknowledged.
    static final long LARGE_SENT = 1L << 42;

    static final long LARGE_TAKEN = 1L << 43;

    /// Any of it.
    static final long FAST_OPEN = DATA_IN_SYN | FAST_COOKIE_ASKED | FAST_COOKIE_GIVEN;

    /// So many bits of a word are used at most.
    static final int BITS = 56;

    private FlowMark() {}
}
