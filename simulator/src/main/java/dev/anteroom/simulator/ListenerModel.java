package dev.anteroom.simulator;

import java.time.Duration;
import java.util.OptionalInt;

/// What a program says when it listens.
///
/// @param backlog the argument of listen(2)
/// @param members how many sockets share the port by SO_REUSEPORT, each with queues and workers of its own; a
///     connection goes to one of them by hash
/// @param deferAccept TCP_DEFER_ACCEPT in whole seconds; zero for none
/// @param synCount TCP_SYNCNT of the listener, which stands for tcp_synack_retries
public record ListenerModel(int backlog, int members, Duration deferAccept, OptionalInt synCount) {

    public ListenerModel {
        if (members < 1 || members > 1024) {
            throw new IllegalArgumentException("1 to 1024 sockets can share a port here, not " + members);
        }
    }

    /// One socket with that backlog and no options.
    public static ListenerModel of(int backlog) {
        return new ListenerModel(backlog, 1, Duration.ZERO, OptionalInt.empty());
    }

    /// The same, with TCP_DEFER_ACCEPT.
    public ListenerModel deferring(Duration time) {
        return new ListenerModel(backlog, members, time, synCount);
    }

    /// The same, as a group of sockets that share the port.
    public ListenerModel sharedBy(int sockets) {
        return new ListenerModel(backlog, sockets, deferAccept, synCount);
    }
}
