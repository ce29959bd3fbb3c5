package dev.anteroom.queue;

import java.util.Locale;

/// What came of TCP Fast Open (RFC 7413) in a handshake, as its packets show it.
public enum FastOpen {
    COOKIE_ASKED("asked for a cookie"),
    COOKIE_GIVEN("got a cookie for the next time"),
    DATA_TAKEN("sent data in the SYN, and the SYN-ACK acknowledged it: in the accept queue before any final ACK"),
    DATA_NOT_TAKEN(
            "sent data in the SYN, and the SYN-ACK left it out: no cookie or an old one, Fast Open is off, or its "
                    + "queue was full; an ordinary handshake from there on"),
    DATA_UNANSWERED("sent data in the SYN, and no SYN-ACK came: a full queue, or a machine on the way that drops it");

    private final String meaning;

    FastOpen(String meaning) {
        this.meaning = meaning;
    }

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What such connections did, and what it means.
    public String meaning() {
        return meaning;
    }
}
