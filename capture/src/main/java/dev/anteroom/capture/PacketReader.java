package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// Reads what of a packet matters to a handshake.
final class PacketReader {
    /// What a packet is.
    enum Kind {
        SEGMENT,
        LATER_FRAGMENT,

        /// An ICMP error about a segment.
        UNREACHABLE,

        OTHER
    }

    private PacketReader() {}

    /// Reads a packet.
    ///
    /// @param packet from its position to its limit, which stay as they are
    /// @param to gets the segment, or the one that the packet is about
    static Kind read(ByteBuffer packet, TcpSegment to) {
        if (to.read(packet)) {
            finish(to);
            return Kind.SEGMENT;
        }
        if (to.fragment) {
            return Kind.LATER_FRAGMENT;
        }
        if (IcmpError.read(packet, to)) {
            finish(to);
            return Kind.UNREACHABLE;
        }
        return Kind.OTHER;
    }

    /// What can be worked out before it is known which connection it is of.
    private static void finish(TcpSegment segment) {
        segment.hash = FlowTable.hash(segment);
        segment.print = TcpSegment.print(
                FlowRecord.halves(segment.sequence, segment.acknowledgement),
                segment.payloadLength,
                segment.flags,
                segment.identification,
                segment.timestamps,
                segment.timestamp);
    }
}
