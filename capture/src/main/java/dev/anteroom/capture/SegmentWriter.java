package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// Writes segments, options in the order of Linux (`net/ipv4/tcp_output.c` tcp_options_write).
final class SegmentWriter {
    private static final byte NOTHING = PacketLayout.OPTION_NOTHING;

    private SegmentWriter() {}

    static void write(TcpSegment segment, ByteBuffer into, ByteBuffer payload) {
        int start = into.position();
        int ipBytes = segment.ipv6 ? PacketLayout.IPV6_BYTES : PacketLayout.IPV4_BYTES;
        int tcpBytes = PacketLayout.TCP_BYTES + optionBytes(segment);
        int length = tcpBytes + payload.remaining();
        if (segment.ipv6) {
            ipv6(segment, into, length);
        } else {
            ipv4(segment, into, length);
        }
        tcp(segment, into, tcpBytes);
        options(segment, into);
        int at = into.position();
        into.put(at, payload, payload.position(), payload.remaining()).position(at + payload.remaining());
        int tcp = start + ipBytes;
        seal(segment, into, tcp, into.position());
    }

    /// Sets the checksum of a segment, over what there is in its place.
    static void seal(TcpSegment segment, ByteBuffer packet, int tcp, int end) {
        packet.putShort(
                tcp + PacketLayout.TCP_CHECKSUM, checksum(pseudoHeader(segment, end - tcp) + sum(packet, tcp, end)));
    }

    /// Sets the checksum of an IPv4 header without options, over what there is in its place.
    static void sealIpv4(ByteBuffer packet, int start) {
        packet.putShort(
                start + PacketLayout.IPV4_CHECKSUM, checksum(sum(packet, start, start + PacketLayout.IPV4_BYTES)));
    }

    private static void ipv4(TcpSegment segment, ByteBuffer into, int tcpLength) {
        int start = into.position();
        into.put((byte) ((4 << 4) | (PacketLayout.IPV4_BYTES / Integer.BYTES)))
                .put((byte) 0)
                .putShort((short) (PacketLayout.IPV4_BYTES + tcpLength))
                .putShort((short) 0)
                .putShort((short) PacketLayout.IPV4_DONT_FRAGMENT)
                .put((byte) PacketLayout.HOPS)
                .put((byte) PacketLayout.TCP)
                .putShort((short) 0)
                .putInt((int) segment.sourceLow)
                .putInt((int) segment.destinationLow);
        sealIpv4(into, start);
    }

    private static void ipv6(TcpSegment segment, ByteBuffer into, int tcpLength) {
        into.putInt(6 << 28)
                .putShort((short) tcpLength)
                .put((byte) PacketLayout.TCP)
                .put((byte) PacketLayout.HOPS)
                .putLong(segment.sourceHigh)
                .putLong(segment.sourceLow)
                .putLong(segment.destinationHigh)
                .putLong(segment.destinationLow);
    }

    private static void tcp(TcpSegment segment, ByteBuffer into, int headerBytes) {
        into.putShort((short) segment.sourcePort)
                .putShort((short) segment.destinationPort)
                .putInt(segment.sequence)
                .putInt(segment.acknowledgement)
                .put((byte) ((headerBytes / Integer.BYTES) << 4))
                .put((byte) segment.flags)
                .putShort((short) segment.window)
                .putInt(0);
    }

    private static int optionBytes(TcpSegment segment) {
        return (segment.segmentSize == TcpSegment.ABSENT ? 0 : PacketLayout.OPTION_SEGMENT_SIZE_BYTES)
                + (segment.timestamps ? 12 : segment.sackPermitted ? 4 : 0)
                + (segment.windowScale == TcpSegment.ABSENT ? 0 : 4);
    }

    private static void options(TcpSegment segment, ByteBuffer into) {
        if (segment.segmentSize != TcpSegment.ABSENT) {
            into.put((byte) PacketLayout.OPTION_SEGMENT_SIZE)
                    .put((byte) PacketLayout.OPTION_SEGMENT_SIZE_BYTES)
                    .putShort((short) segment.segmentSize);
        }
        if (segment.sackPermitted) {
            if (!segment.timestamps) {
                into.put(NOTHING).put(NOTHING);
            }
            into.put((byte) PacketLayout.OPTION_SACK_PERMITTED).put((byte) PacketLayout.OPTION_SACK_PERMITTED_BYTES);
        }
        if (segment.timestamps) {
            if (!segment.sackPermitted) {
                into.put(NOTHING).put(NOTHING);
            }
            into.put((byte) PacketLayout.OPTION_TIMESTAMPS)
                    .put((byte) PacketLayout.OPTION_TIMESTAMPS_BYTES)
                    .putInt(segment.timestamp)
                    .putInt(segment.timestampEcho);
        }
        if (segment.windowScale != TcpSegment.ABSENT) {
            into.put(NOTHING)
                    .put((byte) PacketLayout.OPTION_WINDOW_SCALE)
                    .put((byte) PacketLayout.OPTION_WINDOW_SCALE_BYTES)
                    .put((byte) segment.windowScale);
        }
    }

    /// RFC 9293, section 3.1: addresses, protocol and length are summed as if they stood before the header. Of a
    /// mapped IPv4 address the prefix is not.
    private static long pseudoHeader(TcpSegment segment, int tcpLength) {
        long addresses = segment.ipv6
                ? halves(segment.sourceHigh)
                        + halves(segment.sourceLow)
                        + halves(segment.destinationHigh)
                        + halves(segment.destinationLow)
                : (segment.sourceLow & TcpSegment.LOW_HALF) + (segment.destinationLow & TcpSegment.LOW_HALF);
        return addresses + PacketLayout.TCP + tcpLength;
    }

    private static long halves(long word) {
        return (word >>> Integer.SIZE) + (word & TcpSegment.LOW_HALF);
    }

    /// The words of 16 bits, added; an odd last byte counts as the upper half of one.
    private static long sum(ByteBuffer bytes, int from, int end) {
        long sum = 0;
        int at = from;
        for (; at + Integer.BYTES <= end; at += Integer.BYTES) {
            sum += bytes.getInt(at) & TcpSegment.LOW_HALF;
        }
        for (; at < end; at++) {
            sum += (bytes.get(at) & 0xffL) << ((at - from) % 2 == 0 ? Byte.SIZE : 0);
        }
        return sum;
    }

    /// RFC 1071: the carries are added in until none is left; sums of 32-bit words fold to the same.
    private static short checksum(long sum) {
        long folded = sum;
        while (folded >>> Short.SIZE != 0) {
            folded = (folded & 0xffff) + (folded >>> Short.SIZE);
        }
        return (short) ~folded;
    }
}
