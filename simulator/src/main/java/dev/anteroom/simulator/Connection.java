package dev.anteroom.simulator;

/// What both hosts and the observer know of one connection, from its first SYN until nothing of it is left. Then it
/// stands for another one: [InFlight] hands it out.
///
/// Each group of fields belongs to the class that it names, which alone changes it.
final class Connection {
    static final long NEVER = Long.MIN_VALUE;

    /// Where it stands in [InFlight], for good.
    final int slot;

    /// Its place in the surge from 0; those of a flood come after those of the surge.
    int number;

    /// Events and queues that still know it ([InFlight]).
    int holds;

    // Simulation: when it was due, and what the observer saw.
    long due;
    long connected;
    boolean decided;
    short synsSentAgain;

    // Clients.
    byte clientState;
    byte clientFlags;

    /// Of the SYN until it is answered, then of data and FIN.
    short sentAgain;

    byte resets;
    final Timer clientTimer = new Timer();
    long synSent;
    long roundTrip;

    // Handshakes: when the SYN that is answered came, when the last SYN-ACK with a cookie was sent, and when a segment
    // of a request that was out of order was answered last (a duplicate SYN, or a reset).
    long synTaken;
    long cookieSent;
    long answered;

    // RequestTimers: how often the timer of a request fired, -1 where there is no request.
    short timeouts;
    boolean acked;
    final Timer requestTimer = new Timer();

    // Connections.
    byte serverState;
    byte serverFlags;
    byte answersSent;
    final Timer serverTimer = new Timer();
    long timeWaitEnds;

    Connection(int slot) {
        this.slot = slot;
    }
}
