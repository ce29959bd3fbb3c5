package dev.anteroom.queue;

import java.util.Locale;

/// How far a connection had come when it met its outcome.
public enum Phase {
    /// From the moment it was due until its handshake was done on the client.
    CONNECT,
    /// The TLS handshake.
    TLS,
    /// Sending the request.
    WRITE,
    /// Waiting for the first byte of the answer.
    FIRST_BYTE,
    /// Reading the rest.
    READ;

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
