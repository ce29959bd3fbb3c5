package dev.anteroom.kernel;

import java.nio.ByteBuffer;

/// Sees every packet that enters a link, on the thread that relays them: what it takes long for comes late.
@FunctionalInterface
public interface PacketTap {
    /// Sees nothing.
    PacketTap NONE = (epochNanos, fromClient, lost, ipPacket) -> {};

    /// One packet, when it enters the link.
    ///
    /// @param epochNanos when, in nanoseconds since 1970; of a clock that never goes back while the link is there
    /// @param fromClient which way it goes
    /// @param lost whether it will not arrive, because the shape of the link says so
    /// @param ipPacket its bytes from the IP header on, from position 0 to the limit; valid during the call only
    void packet(long epochNanos, boolean fromClient, boolean lost, ByteBuffer ipPacket);
}
