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
    static final int CLIENT_RESET = 6;
    /// A SYN with the request in it (TCP Fast Open).
    static final int SYN_WITH_DATA = 7;
    static final int LAST_TO_SERVER = SYN_WITH_DATA;

    static final int SYN_ACK = 8;
    static final int SYN_ACK_COOKIE = 9;
    /// A SYN-ACK that acknowledges the request in the SYN.
    static final int SYN_ACK_OF_DATA = 10;
    static final int DATA_ACKED = 11;
    static final int FIN_ACKED = 12;
    /// The answer or greeting, with FIN.
    static final int ANSWER = 13;
    static final int SERVER_FIN = 14;
    static final int SERVER_RESET = 15;
    static final int LAST_TO_CLIENT = SERVER_RESET;

    static final int CLIENT_TIMER = 16;
    static final int CONNECT_RETURNS = 17;
    static final int REQUEST_TIMER = 18;
    static final int ANSWER_TIMER = 19;
    static final int ACCEPTOR_READY = 20;
    static final int SERVICE_DONE = 21;

    private Event() {}
}
