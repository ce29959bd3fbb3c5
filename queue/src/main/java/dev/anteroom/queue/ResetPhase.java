package dev.anteroom.queue;

import java.util.Locale;

/// Who reset a connection, and how far it had come.
public enum ResetPhase {
    SERVER_TO_SYN("by the server, to the SYN"),
    SERVER_IN_HANDSHAKE("by the server, after its SYN-ACK and before the final ACK"),
    SERVER_AFTER_FINAL_ACK("by the server, after the final ACK and before it acknowledged a byte"),
    SERVER_AFTER_DATA("by the server, after it acknowledged data and before an answer"),
    SERVER_AFTER_ANSWER("by the server, after its answer"),
    CLIENT_IN_HANDSHAKE("by the client, before its final ACK"),
    CLIENT_BEFORE_ANSWER("by the client, after the handshake and before an answer"),
    CLIENT_AFTER_ANSWER("by the client, after an answer");

    private final String meaning;

    ResetPhase(String meaning) {
        this.meaning = meaning;
    }

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// In words.
    public String meaning() {
        return meaning;
    }
}
