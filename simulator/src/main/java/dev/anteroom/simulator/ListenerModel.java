package dev.anteroom.simulator;

import java.time.Duration;
import java.util.OptionalInt;

/// One listening socket and the program behind it.
///
/// @param backlog the argument of listen(2)
/// @param deferAccept TCP_DEFER_ACCEPT in whole seconds; zero for none
/// @param synCount TCP_SYNCNT of the listener, which stands for tcp_synack_retries
/// @param fastOpenQueue TCP_FASTOPEN: how many connections may wait for their final ACK with the request taken
///     already; 0 for none. It also needs tcp_fastopen of the server
/// @param acceptor the program
public record ListenerModel(
        int backlog, Duration deferAccept, OptionalInt synCount, int fastOpenQueue, AcceptorModel acceptor) {

    /// A listener without options.
    public static ListenerModel of(int backlog, AcceptorModel acceptor) {
        return new ListenerModel(backlog, Duration.ZERO, OptionalInt.empty(), 0, acceptor);
    }

    /// The same with TCP_DEFER_ACCEPT.
    public ListenerModel deferring(Duration time) {
        return new ListenerModel(backlog, time, synCount, fastOpenQueue, acceptor);
    }

    /// The same with TCP_FASTOPEN.
    public ListenerModel openingFast(int queue) {
        return new ListenerModel(backlog, deferAccept, synCount, queue, acceptor);
    }
}
