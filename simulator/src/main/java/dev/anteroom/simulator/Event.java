package dev.anteroom.simulator;

/// The kinds of events. Those up to [#LAST_TO_SERVER] are segments that reach the server, those up to
/// [#LAST_TO_CLIENT] segments that reach a client, the others happen on one host.
final class Event {
    static final int SYN = 0;
    /// An ACK whose sequence number is the first after the SYN.
    static final int ACK = 1;
    /// An ACK of a client that has sent data or FIN already: a cookie cannot be found in it.
    static final int ACK_PAST_DATA = 2;
    /// The request, which is the first data of the connection.
    static final int DATA = 3;
    static final int FIN = 4;
    /// The same after data.
    static final int FIN_PAST_DATA = 5;
    /// A reset in answer to a segment: it carries no ACK.
    static final int CLIENT_RESET = 6;
    /// A SYN with the request in it (TCP Fast Open).
    static final int SYN_WITH_DATA = 7;
    /// A reset by which a client ends its connection: it carries an ACK.
    static final int CLIENT_ABORT = 8;
    /// The same after data: its sequence number is not the first after the SYN.
    static final int CLIENT_ABORT_PAST_DATA = 9;

    static final int LAST_TO_SERVER = CLIENT_ABORT_PAST_DATA;

    static final int SYN_ACK = 10;
    static final int SYN_ACK_COOKIE = 11;
    /// A SYN-ACK that acknowledges the request in the SYN.
    static final int SYN_ACK_OF_DATA = 12;
    static final int DATA_ACKED = 13;
    static final int FIN_ACKED = 14;
    /// An ACK in answer to a reset that has not the sequence number expected next (RFC 5961, 3.2).
    static final int CHALLENGE_ACK = 15;
    /// The answer or greeting, with FIN.
    static final int ANSWER = 16;
    static final int SERVER_FIN = 17;
    static final int SERVER_RESET = 18;
    static final int LAST_TO_CLIENT = SERVER_RESET;

    static final int CLIENT_TIMER = 19;
    static final int CONNECT_RETURNS = 20;
    static final int REQUEST_TIMER = 21;
    static final int ANSWER_TIMER = 22;
    static final int ACCEPTOR_READY = 23;
    static final int SERVICE_DONE = 24;

    /// Whether it is a reset of a client.
    static boolean isClientReset(int kind) {
        return kind == CLIENT_RESET || kind == CLIENT_ABORT || kind == CLIENT_ABORT_PAST_DATA;
    }

    private Event() {}
}
