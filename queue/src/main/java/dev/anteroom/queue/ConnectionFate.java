package dev.anteroom.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// The fate of one connection of a surge, measured or predicted. Times count from the moment the connection was due.
///
/// @param number its place in the surge, from 0
/// @param due when it was due, from the start of the surge
/// @param outcome how it ended
/// @param phase where it ended
/// @param synRetransmissions how often its SYN was sent again; empty where the kernel could not be asked
/// @param connected when its handshake was done on the client; empty if it never was
/// @param firstByte when the first byte of the server came; empty if none did
/// @param ended when its outcome was known
public record ConnectionFate(
        int number,
        Duration due,
        Outcome outcome,
        Phase phase,
        OptionalInt synRetransmissions,
        Optional<Duration> connected,
        Optional<Duration> firstByte,
        Duration ended) {}
