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

    static final int LAST_TO_SERVER = CLIENT_ABORT;

    static final int SYN_ACK = 9;
    static final int SYN_ACK_COOKIE = 10;
    /// A SYN-ACK that acknowledges the request in the SYN.
    static final int SYN_ACK_OF_DATA = 11;
    static final int DATA_ACKED = 12;
    static final int FIN_ACKED = 13;
    /// The answer or greeting, with FIN.
    static final int ANSWER = 14;
    static final int SERVER_FIN = 15;
    static final int SERVER_RESET = 16;
    static final int LAST_TO_CLIENT = SERVER_RESET;

    static final int CLIENT_TIMER = 17;
    static final int CONNECT_RETURNS = 18;
    static final int REQUEST_TIMER = 19;
    static final int ANSWER_TIMER = 20;
    static final int ACCEPTOR_READY = 21;
    static final int SERVICE_DONE = 22;

    private Event() {}
}
