package dev.anteroom.queue;

import java.util.Optional;
import java.util.OptionalLong;

/// What was seen of one listener.
///
/// @param listener the socket and whose it is
/// @param before its queue at the start of the window; empty if it began to listen in the window
/// @param after its queue at the end of the window
/// @param synQueue requests in SYN_RECV on its port. The kernel does not say which member of an SO_REUSEPORT group,
///     or which of several addresses, a request belongs to: all listeners of the port show the same number. Empty
///     where it was not counted
/// @param contents what waits in the queue; empty where it was not looked at
public record ListenerEvidence(
        Listener listener,
        Optional<QueueSample> before,
        QueueSample after,
        OptionalLong synQueue,
        Optional<QueueContents> contents) {

    /// Drop events in the window. For a listener that began in the window: all of them.
    public OptionalLong dropEventsInWindow() {
        if (after.dropEvents().isEmpty()) {
            return OptionalLong.empty();
        }
        long now = after.dropEvents().getAsLong();
        long then = before.isPresent() ? before.get().dropEvents().orElse(now) : 0;
        return OptionalLong.of(CounterStep.between32(then, now));
    }
}
