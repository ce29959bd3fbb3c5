package dev.anteroom.queue;

import java.util.OptionalLong;

/// One look at the accept queue of a listener.
///
/// @param depth how many connections wait for accept(2)
/// @param limit what the kernel compares the depth with; empty where only /proc/net/tcp could be read
/// @param dropEvents `sk_drops` since the socket was made, 0 to 2^32 - 1: 1 for a dropped SYN or cookie, 2 for a
///     dropped final ACK, and 1 for some harmless duplicates; empty for Unix-domain sockets, for kernels before 4.7
///     and where only /proc/net/tcp could be read
public record QueueSample(long depth, OptionalLong limit, OptionalLong dropEvents) {

    /// Whether the next connection is refused.
    public boolean isFull() {
        return limit.isPresent() && depth > limit.getAsLong();
    }
}
