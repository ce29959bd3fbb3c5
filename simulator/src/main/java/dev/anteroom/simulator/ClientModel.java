package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Optional;

/// What each client of a surge does.
///
/// @param talk who speaks first
/// @param patience how long it waits, from when it was due, before it gives up; empty for as long as its kernel does
/// @param leaving how it ends a connection that it gives up or that it was greeted on; one on which its request was
///     answered, or that the server closed, it closes with FIN
/// @param wakeUp how long after the kernel's part of connect(2) is done the program goes on. A reset that comes
///     before that is seen in connect(2)
public record ClientModel(Talk talk, Optional<Duration> patience, Leaving leaving, Duration wakeUp) {

    private static final Duration WAKE_UP = Duration.ofNanos(20_000);

    /// Who speaks first.
    public enum Talk {
        /// The client: it sends a request and waits for the answer.
        CLIENT_FIRST,
        /// The client, with its request in the SYN (TCP Fast Open, its cookie known). A server that does not take it
        /// gets it again after the handshake.
        CLIENT_FIRST_IN_SYN,
        /// The server: the client waits for its greeting.
        SERVER_FIRST,
        /// Nobody: the client is served once it is connected, and stays.
        CONNECT_AND_STAY,
        /// Nobody: the client is served once it is connected, and leaves.
        CONNECT_AND_LEAVE
    }

    /// How a client ends a connection that it has no more use for.
    public enum Leaving {
        /// With FIN, as close(2) does.
        FIN,
        /// With a reset, as with SO_LINGER and a time of zero.
        RESET
    }

    /// A client that sends a request and gives up with FIN.
    ///
    /// @param patience how long it waits before it gives up
    public static ClientModel speaksFirst(Duration patience) {
        return new ClientModel(Talk.CLIENT_FIRST, Optional.of(patience), Leaving.FIN, WAKE_UP);
    }

    /// A client that waits for the server's greeting and gives up with FIN.
    ///
    /// @param patience how long it waits before it gives up
    public static ClientModel waitsForServer(Duration patience) {
        return new ClientModel(Talk.SERVER_FIRST, Optional.of(patience), Leaving.FIN, WAKE_UP);
    }

    /// A client that only connects, and stays.
    public static ClientModel connectsOnly() {
        return new ClientModel(Talk.CONNECT_AND_STAY, Optional.empty(), Leaving.FIN, WAKE_UP);
    }

    /// The same client, giving up another way.
    public ClientModel leavingBy(Leaving other) {
        return new ClientModel(talk, patience, other, wakeUp);
    }

    /// The same client, as patient as its kernel.
    public ClientModel patient() {
        return new ClientModel(talk, Optional.empty(), leaving, wakeUp);
    }
}
