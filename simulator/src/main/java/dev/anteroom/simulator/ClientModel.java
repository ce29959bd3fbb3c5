package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Optional;

/// What each client of a surge does.
///
/// @param talk who speaks first
/// @param patience how long it waits, from when it was due, before it gives up; empty for as long as its kernel does
/// @param close how it ends a connection
/// @param wakeUp how long after the kernel's part of connect(2) is done the program goes on. A reset that comes
///     before that is seen in connect(2)
public record ClientModel(Talk talk, Optional<Duration> patience, Close close, Duration wakeUp) {

    private static final Duration WAKE_UP = Duration.ofNanos(20_000);

    /// Who speaks first.
    public enum Talk {
        /// The client: it sends a request and waits for the answer.
        CLIENT_FIRST,
        /// The server: the client waits for its greeting.
        SERVER_FIRST,
        /// Nobody: the client is served once it is connected, and stays.
        NOBODY
    }

    /// How a client ends a connection.
    public enum Close {
        /// With FIN, as close(2) does.
        FIN,
        /// With a reset, as with SO_LINGER and a time of zero.
        RESET
    }

    /// A client that sends a request and closes with FIN.
    ///
    /// @param patience how long it waits before it gives up
    public static ClientModel speaksFirst(Duration patience) {
        return new ClientModel(Talk.CLIENT_FIRST, Optional.of(patience), Close.FIN, WAKE_UP);
    }

    /// A client that waits for the server's greeting and closes with FIN.
    ///
    /// @param patience how long it waits before it gives up
    public static ClientModel waitsForServer(Duration patience) {
        return new ClientModel(Talk.SERVER_FIRST, Optional.of(patience), Close.FIN, WAKE_UP);
    }

    /// A client that only connects, and stays.
    public static ClientModel connectsOnly() {
        return new ClientModel(Talk.NOBODY, Optional.empty(), Close.FIN, WAKE_UP);
    }

    /// The same client, closing another way.
    public ClientModel closing(Close other) {
        return new ClientModel(talk, patience, other, wakeUp);
    }

    /// The same client, as patient as its kernel.
    public ClientModel patient() {
        return new ClientModel(talk, Optional.empty(), close, wakeUp);
    }
}
