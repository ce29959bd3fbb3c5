package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// Takes in the packets of a recording, one after the other.
@FunctionalInterface
interface PacketSink {
    /// Takes in one packet.
    ///
    /// @param epochNanos when it was seen, since 1970 in UTC
    /// @param lost whether the recording says that it was lost on its way
    /// @param ipPacket from its position to its limit, which stay as they are, big endian; the recording may hold
    ///     fewer bytes of it than it had
    void packet(long epochNanos, boolean lost, ByteBuffer ipPacket);
}
