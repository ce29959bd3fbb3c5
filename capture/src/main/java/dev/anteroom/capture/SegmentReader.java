package dev.anteroom.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads segments. What a length field claims is believed only as far as bytes were captured.
final class SegmentReader {
    private SegmentReader() {}

    static boolean read(TcpSegment to, ByteBuffer packet) {
        ByteBuffer bytes = packet.order() == ByteOrder.BIG_ENDIAN ? packet : packet.duplicate();
        int start = bytes.position();
        int captured = bytes.limit() - start;
        to.fragment = false;
        if (captured < 1) {
            return false;
        }
        return switch (bytes.get(start) >> 4 & 0xf) {
            case 4 -> readIpv4(to, bytes, start, captured);
            case 6 -> readIpv6(to, bytes, start, captured);
            default -> false;
        };
    }

    private static boolean readIpv4(TcpSegment to, ByteBuffer bytes, int start, int captured) {
        if (captured < PacketLayout.IPV4_BYTES) {
            return false;
        }
        int headerBytes = (bytes.get(start) & 0x0f) * Integer.BYTES;
        if (headerBytes < PacketLayout.IPV4_BYTES
                || bytes.get(start + PacketLayout.IPV4_PROTOCOL) != PacketLayout.TCP) {
            return false;
        }
        int fragment = bytes.getShort(start + PacketLayout.IPV4_FRAGMENT);
        to.fragment = (fragment & (PacketLayout.IPV4_FRAGMENT_OFFSET | PacketLayout.IPV4_MORE_FRAGMENTS)) != 0;
        if ((fragment & PacketLayout.IPV4_FRAGMENT_OFFSET) != 0) {
            return false;
        }
        to.ipv6 = false;
        to.sourceHigh = 0;
        to.sourceLow = TcpSegment.mapped(bytes.getInt(start + PacketLayout.IPV4_SOURCE));
        to.destinationHigh = 0;
        to.destinationLow = TcpSegment.mapped(bytes.getInt(start + PacketLayout.IPV4_DESTINATION));
        to.hops = bytes.get(start + PacketLayout.IPV4_TIME_TO_LIVE) & 0xff;
        to.identification = bytes.getShort(start + PacketLayout.IPV4_IDENTIFICATION) & 0xffff;
        int total = bytes.getShort(start + PacketLayout.IPV4_TOTAL_LENGTH) & 0xffff;
        // A packet that segmentation offload has not cut yet may be longer than the field can say, and says 0.
        return readTcp(to, bytes, start, headerBytes, captured, total == 0 ? captured : total);
    }

    private static boolean readIpv6(TcpSegment to, ByteBuffer bytes, int start, int captured) {
        if (captured < PacketLayout.IPV6_BYTES) {
            return false;
        }
        to.ipv6 = true;
        to.sourceHigh = bytes.getLong(start + PacketLayout.IPV6_SOURCE);
        to.sourceLow = bytes.getLong(start + PacketLayout.IPV6_SOURCE + Long.BYTES);
        to.destinationHigh = bytes.getLong(start + PacketLayout.IPV6_DESTINATION);
        to.destinationLow = bytes.getLong(start + PacketLayout.IPV6_DESTINATION + Long.BYTES);
        to.hops = bytes.get(start + PacketLayout.IPV6_HOP_LIMIT) & 0xff;
        to.identification = 0;
        int length = bytes.getShort(start + PacketLayout.IPV6_PAYLOAD_LENGTH) & 0xffff;
        int total = length == 0 ? captured : PacketLayout.IPV6_BYTES + length;
        int header = bytes.get(start + PacketLayout.IPV6_NEXT_HEADER) & 0xff;
        int at = PacketLayout.IPV6_BYTES;
        while (header != PacketLayout.TCP) {
            if (captured - at < Long.BYTES) {
                return false;
            }
            int next = bytes.get(start + at) & 0xff;
            int units = bytes.get(start + at + PacketLayout.EXTENSION_LENGTH) & 0xff;
            switch (header) {
                case PacketLayout.HOP_BY_HOP,
                        PacketLayout.ROUTING,
                        PacketLayout.DESTINATION_OPTIONS,
                        PacketLayout.MOBILITY,
                        PacketLayout.HOST_IDENTITY,
                        PacketLayout.SHIM6 -> at += (units + 1) * Long.BYTES;
                case PacketLayout.AUTHENTICATION -> at += (units + 2) * Integer.BYTES;
                case PacketLayout.FRAGMENT -> {
                    to.fragment = true;
                    if ((bytes.getShort(start + at + PacketLayout.FRAGMENT_OFFSET) & PacketLayout.FRAGMENT_OFFSET_BITS)
                            != 0) {
                        return false;
                    }
                    at += Long.BYTES;
                }
                default -> {
                    return false;
                }
            }
            header = next;
        }
        return readTcp(to, bytes, start, at, captured, total);
    }

    /// @param at where the TCP header begins, from the start of the packet
    /// @param total how long the packet was on the wire, by its IP header
    private static boolean readTcp(TcpSegment to, ByteBuffer bytes, int start, int at, int captured, int total) {
        if (captured - at < PacketLayout.TCP_BYTES) {
            return false;
        }
        int tcp = start + at;
        int headerBytes = (bytes.get(tcp + PacketLayout.TCP_DATA_OFFSET) >> 4 & 0xf) * Integer.BYTES;
        if (headerBytes < PacketLayout.TCP_BYTES || at + headerBytes > total) {
            return false;
        }
        to.sourcePort = bytes.getShort(tcp + PacketLayout.TCP_SOURCE_PORT) & 0xffff;
        to.destinationPort = bytes.getShort(tcp + PacketLayout.TCP_DESTINATION_PORT) & 0xffff;
        to.sequence = bytes.getInt(tcp + PacketLayout.TCP_SEQUENCE);
        to.acknowledgement = bytes.getInt(tcp + PacketLayout.TCP_ACKNOWLEDGEMENT);
        to.flags = bytes.get(tcp + PacketLayout.TCP_FLAGS) & 0xff;
        to.window = bytes.getShort(tcp + PacketLayout.TCP_WINDOW) & 0xffff;
        to.tcpOffset = tcp;
        to.payloadOffset = tcp + headerBytes;
        to.payloadLength = total - at - headerBytes;
        to.noOptions();
        to.optionsCut = at + headerBytes > captured;
        if (headerBytes == PacketLayout.TCP_BYTES + PacketLayout.ALIGNED_TIMESTAMPS_BYTES
                && !to.optionsCut
                && bytes.getInt(tcp + PacketLayout.TCP_BYTES) == PacketLayout.ALIGNED_TIMESTAMPS) {
            to.optionOrder = PacketLayout.ALIGNED_TIMESTAMPS_ORDER;
            to.timestamps(
                    bytes.getInt(tcp + PacketLayout.TCP_BYTES + 4), bytes.getInt(tcp + PacketLayout.TCP_BYTES + 8));
        } else if (headerBytes == PacketLayout.TCP_BYTES + PacketLayout.LINUX_SYN_OPTION_BYTES
                && !to.optionsCut
                && isLinuxSyn(bytes, tcp + PacketLayout.TCP_BYTES)) {
            readLinuxSyn(to, bytes, tcp + PacketLayout.TCP_BYTES);
        } else if (headerBytes > PacketLayout.TCP_BYTES) {
            readOptions(to, bytes, tcp + PacketLayout.TCP_BYTES, start + Math.min(at + headerBytes, captured));
        }
        return true;
    }

    /// Whether these are the options of most SYNs and SYN-ACKs: those of Linux with all that it offers.
    private static boolean isLinuxSyn(ByteBuffer bytes, int at) {
        return bytes.getShort(at) == PacketLayout.LINUX_SYN_SEGMENT_SIZE
                && bytes.getInt(at + 4) == PacketLayout.LINUX_SYN_SACK_AND_TIMESTAMPS
                && bytes.getInt(at + 16) >>> Byte.SIZE == PacketLayout.LINUX_SYN_WINDOW_SCALE;
    }

    private static void readLinuxSyn(TcpSegment to, ByteBuffer bytes, int at) {
        to.segmentSize = bytes.getShort(at + 2) & 0xffff;
        to.sackPermitted = true;
        to.timestamps(bytes.getInt(at + 8), bytes.getInt(at + 12));
        to.windowScale = Math.min(bytes.get(at + 19) & 0xff, TcpSegment.LARGEST_WINDOW_SCALE);
        to.optionOrder = PacketLayout.LINUX_SYN_ORDER;
    }

    private static void readOptions(TcpSegment to, ByteBuffer bytes, int from, int end) {
        int at = from;
        while (at < end) {
            int kind = bytes.get(at) & 0xff;
            to.optionOrder = (to.optionOrder << TcpSegment.OPTION_ORDER_BITS) | Math.min(kind, TcpSegment.OTHER_OPTION);
            if (kind == PacketLayout.OPTION_END) {
                return;
            }
            if (kind == PacketLayout.OPTION_NOTHING) {
                at++;
                continue;
            }
            int length = at + 1 < end ? bytes.get(at + 1) & 0xff : 0;
            if (length < 2 || length > end - at) {
                return;
            }
            switch (kind) {
                case PacketLayout.OPTION_SEGMENT_SIZE -> {
                    if (length == PacketLayout.OPTION_SEGMENT_SIZE_BYTES) {
                        to.segmentSize = bytes.getShort(at + 2) & 0xffff;
                    }
                }
                case PacketLayout.OPTION_WINDOW_SCALE -> {
                    if (length == PacketLayout.OPTION_WINDOW_SCALE_BYTES) {
                        to.windowScale = Math.min(bytes.get(at + 2) & 0xff, TcpSegment.LARGEST_WINDOW_SCALE);
                    }
                }
                case PacketLayout.OPTION_SACK_PERMITTED ->
                    to.sackPermitted = length == PacketLayout.OPTION_SACK_PERMITTED_BYTES;
                case PacketLayout.OPTION_TIMESTAMPS -> {
                    if (length == PacketLayout.OPTION_TIMESTAMPS_BYTES) {
                        to.timestamps(bytes.getInt(at + 2), bytes.getInt(at + 2 + Integer.BYTES));
                    }
                }
                case PacketLayout.OPTION_FAST_OPEN ->
                    to.fastOpenCookieBytes = length - PacketLayout.OPTION_FAST_OPEN_BYTES;
                default -> {}
            }
            at += length;
        }
    }
}
