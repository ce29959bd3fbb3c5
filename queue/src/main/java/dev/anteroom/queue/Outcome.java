package dev.anteroom.queue;

/// What became of one connection, as its client can know it. Every connection of a surge ends in exactly one.
public enum Outcome {
    SERVED("served", "the answer came in time"),
    REFUSED("refused", "a reset answered the SYN: nobody listens there"),
    RESET_IN_CONNECT(
            "reset-in-connect",
            "a reset came before the handshake was done on the client, not as the answer to its SYN"),
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
