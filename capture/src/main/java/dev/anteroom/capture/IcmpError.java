package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// ICMP errors that say that a segment could not be delivered: they hold the beginning of that segment's packet.
final class IcmpError {
    private IcmpError() {}

    /// Reads the segment that an ICMP or ICMPv6 error 'destination unreachable' is about.
    ///
    /// @param packet big endian, from its position to its limit, which stay as they are
    /// @param about gets the addresses, ports and sequence number
    /// @return false if it is no such error, or about something else; then the fields mean nothing
    static boolean read(ByteBuffer packet, TcpSegment about) {
        int start = packet.position();
        int captured = packet.remaining();
        int header = header(packet, start, captured);
        if (header == 0 || captured < header + PacketLayout.ICMP_BYTES) {
            return false;
        }
        int wanted = isVersion6(packet, start) ? PacketLayout.ICMPV6_UNREACHABLE : PacketLayout.ICMP_UNREACHABLE;
        return packet.get(start + header) == wanted
                && readInner(packet, start + header + PacketLayout.ICMP_BYTES, about);
    }

    private static boolean isVersion6(ByteBuffer packet, int start) {
        return (packet.get(start) >> 4 & 0xf) == 6;
    }

    /// The length of the IP header before an ICMP message, 0 if there is none.
    private static int header(ByteBuffer packet, int start, int captured) {
        if (captured >= PacketLayout.IPV6_BYTES && isVersion6(packet, start)) {
            return packet.get(start + PacketLayout.IPV6_NEXT_HEADER) == PacketLayout.ICMPV6
                    ? PacketLayout.IPV6_BYTES
                    : 0;
        }
        return captured >= PacketLayout.IPV4_BYTES
                        && packet.get(start + PacketLayout.IPV4_PROTOCOL) == PacketLayout.ICMP
                ? (packet.get(start) & 0xf) * Integer.BYTES
                : 0;
    }

    private static boolean readInner(ByteBuffer packet, int at, TcpSegment about) {
        int left = packet.limit() - at;
        if (left < 1) {
            return false;
        }
        boolean ipv6 = isVersion6(packet, at);
        int header = ipv6 ? PacketLayout.IPV6_BYTES : (packet.get(at) & 0xf) * Integer.BYTES;
        if (header < PacketLayout.IPV4_BYTES
                || left < header + PacketLayout.ICMP_TCP_BYTES
                || packet.get(at + (ipv6 ? PacketLayout.IPV6_NEXT_HEADER : PacketLayout.IPV4_PROTOCOL))
                        != PacketLayout.TCP) {
            return false;
        }
        int from = packet.getShort(at + header + PacketLayout.TCP_SOURCE_PORT) & 0xffff;
        int to = packet.getShort(at + header + PacketLayout.TCP_DESTINATION_PORT) & 0xffff;
        if (ipv6) {
            int source = at + PacketLayout.IPV6_SOURCE;
            int destination = at + PacketLayout.IPV6_DESTINATION;
            about.fromIpv6(packet.getLong(source), packet.getLong(source + Long.BYTES), from)
                    .toIpv6(packet.getLong(destination), packet.getLong(destination + Long.BYTES), to);
        } else {
            about.fromIpv4(packet.getInt(at + PacketLayout.IPV4_SOURCE), from)
                    .toIpv4(packet.getInt(at + PacketLayout.IPV4_DESTINATION), to);
        }
        about.noOptions().numbers(0, packet.getInt(at + header + PacketLayout.TCP_SEQUENCE), 0);
        return true;
    }
}
