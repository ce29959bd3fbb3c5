package dev.anteroom.queue;

/// What became of one connection, as its client can know it. Every connection of a surge ends in exactly one.
///
/// The client's patience runs from the moment the connection was due to the last byte of its answer. When it ends,
/// what has come so far decides: no answer to the SYN is a [#CONNECT_TIMEOUT], a handshake and not a byte a
/// [#PHANTOM], some bytes [#SLOW]. An answer of any status is an answer.
///
/// A reset is told by when the client can notice it: as the answer to its SYN ([#REFUSED]; an ICMP error counts as
/// one), by connect(2), because it came right behind the SYN-ACK ([#RESET_IN_CONNECT]), or later
/// ([#RESET_AFTER_CONNECT]). No server tells its client which of its queues was full.
public enum Outcome {
    SERVED("served", "the answer came in time"),
    REFUSED("refused", "a reset answered the SYN: nobody listens there"),
    RESET_IN_CONNECT("reset-in-connect", "a reset came right behind the answer to the SYN: connect itself fails"),
    CONNECT_TIMEOUT("connect-timeout", "no SYN was answered within the client's patience"),
    PHANTOM("phantom", "established on the client, and not a byte from the server"),
    RESET_AFTER_CONNECT("reset-after-connect", "established on the client, then reset"),
    CLOSED("closed", "established, then closed by the server before an answer"),
    SLOW("slow", "answered, or still being answered, past the client's patience"),
    LOCAL("local", "never left the client: out of ports, descriptors or memory");

    private final String id;
    private final String meaning;

    Outcome(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return id;
    }

    /// One line on what it means.
    public String meaning() {
        return meaning;
    }
}
