package dev.anteroom.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What most segments are: IPv4 without options, TCP without any or with timestamps alone, and no SYN. Their numbers
/// stand in the packet side by side, and one thread hands them to another as they stand there: it has less to do than
/// if it took them apart.
final class PlainSegment extends Apart {
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    private static final int VERSION_SHIFT = Long.SIZE - Byte.SIZE;
    private static final int TOTAL_LENGTH_SHIFT = Integer.SIZE;
    private static final int IDENTIFICATION_SHIFT = Short.SIZE;
    private static final int FRAGMENT = PacketLayout.IPV4_FRAGMENT_OFFSET | PacketLayout.IPV4_MORE_FRAGMENTS;
    private static final int TCP_AT = PacketLayout.IPV4_BYTES;
    private static final int OPTIONS_AT = TCP_AT + PacketLayout.TCP_BYTES;
    private static final int AFTER_TIMESTAMPS = OPTIONS_AT + PacketLayout.ALIGNED_TIMESTAMPS_BYTES;
    private static final int TIMESTAMP_AT = OPTIONS_AT + Integer.BYTES;

    private static final int SHORT = 0xffff;

    /// The length of the TCP header, in words, stands in four bits above its flags.
    private static final int LENGTH_SHIFT = 12;

    /// Source and destination.
    long addresses;

    /// Likewise.
    int ports;

    /// The sequence number and the acknowledgement.
    long numbers;

    int payloadLength;
    int hops;
    int flags;
    boolean timestamps;

    /// As [TcpSegment] has them.
    int hash;

    int print;

    /// Reads a packet, if it is one.
    ///
    /// @param packet from its position to its limit, which stay as they are
    /// @return false if it is none; then the fields mean nothing
    boolean read(ByteBuffer packet) {
        int at = packet.position();
        int captured = packet.limit() - at;
        if (captured < OPTIONS_AT || packet.order() != ByteOrder.BIG_ENDIAN) {
            return false;
        }
        long head = packet.getLong(at);
        int lengthAndFlags = packet.getShort(at + TCP_AT + PacketLayout.TCP_DATA_OFFSET);
        if (head >>> VERSION_SHIFT != VERSION_4_WITHOUT_OPTIONS
                || (head & FRAGMENT) != 0
                || packet.get(at + PacketLayout.IPV4_PROTOCOL) != PacketLayout.TCP
                || (lengthAndFlags & TcpSegment.SYN) != 0) {
            return false;
        }
        int payloadAt = TCP_AT + ((lengthAndFlags >> LENGTH_SHIFT & 0xf) * Integer.BYTES);
        timestamps = payloadAt == AFTER_TIMESTAMPS
                && captured >= AFTER_TIMESTAMPS
                && packet.getInt(at + OPTIONS_AT) == PacketLayout.ALIGNED_TIMESTAMPS;
        payloadLength = (int) (head >>> TOTAL_LENGTH_SHIFT & SHORT) - payloadAt;
        if ((payloadAt != OPTIONS_AT && !timestamps) || payloadLength < 0) {
            return false;
        }
        addresses = packet.getLong(at + PacketLayout.IPV4_SOURCE);
        ports = packet.getInt(at + TCP_AT + PacketLayout.TCP_SOURCE_PORT);
        numbers = packet.getLong(at + TCP_AT + PacketLayout.TCP_SEQUENCE);
        hops = packet.get(at + PacketLayout.IPV4_TIME_TO_LIVE) & 0xff;
        flags = lengthAndFlags & 0xff;
        hash = FlowTable.hash(this);
        print = TcpSegment.print(
                numbers,
                payloadLength,
                flags,
                (int) (head >>> IDENTIFICATION_SHIFT) & SHORT,
                timestamps,
                timestamps ? packet.getInt(at + TIMESTAMP_AT) : 0);
        return true;
    }

    /// As IPv6 maps it.
    long source() {
        return TcpSegment.mapped((int) (addresses >>> Integer.SIZE));
    }

    long destination() {
        return TcpSegment.mapped((int) addresses);
    }

    int sourcePort() {
        return ports >>> Short.SIZE;
    }

    int destinationPort() {
        return ports & SHORT;
    }

    /// Whether all of these flags are set.
    boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }
}
