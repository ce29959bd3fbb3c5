package dev.anteroom.capture;

import dev.anteroom.capture.PcapngWriter.Direction;
import dev.anteroom.capture.PcapngWriter.Interface;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes the TCP segments of a recording to a file that can be shown to others. For one thread at a time.
///
/// Kept: times, ports, flags, numbers, windows, lengths, hop limits, and the options that a handshake is made of.
/// Replaced: each address by another one, always the same (10.0.0.1, 10.0.0.2 … and fd00::1 …); what the segments
/// carried, and the values of other options, by zeros. Left out: hardware addresses, VLANs, IP options and extension
/// headers, and all that is not TCP. Checksums are made anew.
public final class Anonymiser implements AutoCloseable {
    private static final int MOST_ADDRESSES = 1 << 20;
    private static final int LONGEST_PACKET = 0xffff;
    private static final int NETWORK = 10 << 24;
    private static final long UNIQUE_LOCAL = 0xfd00_0000_0000_0000L;

    private final TcpSegment segment = new TcpSegment();
    private final ByteBuffer packet = ByteBuffer.allocate(LONGEST_PACKET);
    private final Map<Address, Integer> addresses = new HashMap<>();
    private final PcapngWriter file;
    private long leftOut;

    private record Address(long high, long low) {}

    private Anonymiser(PcapngWriter file) {
        this.file = file;
    }

    /// Makes the file, or empties the one that is there.
    ///
    /// @throws CaptureException if it cannot be made
    public static Anonymiser to(Path path) {
        return new Anonymiser(PcapngWriter.create(
                path, List.of(new Interface("anonymised", "addresses and payload replaced, times kept"))));
    }

    /// Takes in one packet, as a [PacketSink] does.
    ///
    /// @throws CaptureException if there are more than a million addresses
    void packet(long epochNanos, boolean lost, ByteBuffer ipPacket) {
        if (!segment.read(ipPacket)) {
            leftOut++;
            return;
        }
        rewrite(ipPacket);
        file.packet(0, epochNanos, Direction.UNKNOWN, lost ? LinkCapture.LOST : "", packet.flip());
    }

    /// How many packets are in the file.
    public long packets() {
        return file.packets();
    }

    /// How many packets of the recording are not, because they are no TCP segments or later fragments.
    public long leftOut() {
        return leftOut;
    }

    /// Why packets are missing in the file, in one line; empty if none are.
    public Optional<String> failure() {
        return file.failure();
    }

    @Override
    public void close() {
        file.close();
    }

    private void rewrite(ByteBuffer from) {
        int ipBytes = segment.ipv6 ? PacketLayout.IPV6_BYTES : PacketLayout.IPV4_BYTES;
        int tcpBytes = segment.payloadOffset - segment.tcpOffset;
        int length = Math.min(LONGEST_PACKET, ipBytes + tcpBytes + segment.payloadLength);
        packet.clear();
        packet.put(0, from, from.position(), ipBytes);
        int kept = Math.min(tcpBytes, from.limit() - segment.tcpOffset);
        packet.put(ipBytes, from, segment.tcpOffset, kept);
        for (int i = ipBytes + kept; i < length; i++) {
            packet.put(i, (byte) 0);
        }
        clearOptions(ipBytes + PacketLayout.TCP_BYTES, ipBytes + kept);
        if (segment.ipv6) {
            ipv6(length);
        } else {
            ipv4(length);
        }
        SegmentWriter.seal(segment, packet.putShort(ipBytes + PacketLayout.TCP_CHECKSUM, (short) 0), ipBytes, length);
        packet.position(length);
    }

    private void ipv4(int length) {
        int source = NETWORK | number(0, segment.sourceLow);
        int destination = NETWORK | number(0, segment.destinationLow);
        segment.fromIpv4(source, segment.sourcePort).toIpv4(destination, segment.destinationPort);
        packet.put(0, (byte) ((4 << 4) | (PacketLayout.IPV4_BYTES / Integer.BYTES)))
                .putShort(PacketLayout.IPV4_TOTAL_LENGTH, (short) length)
                .putShort(PacketLayout.IPV4_CHECKSUM, (short) 0)
                .putInt(PacketLayout.IPV4_SOURCE, source)
                .putInt(PacketLayout.IPV4_DESTINATION, destination);
        SegmentWriter.sealIpv4(packet, 0);
    }

    private void ipv6(int length) {
        int source = number(segment.sourceHigh, segment.sourceLow);
        int destination = number(segment.destinationHigh, segment.destinationLow);
        segment.fromIpv6(UNIQUE_LOCAL, source, segment.sourcePort)
                .toIpv6(UNIQUE_LOCAL, destination, segment.destinationPort);
        packet.putShort(PacketLayout.IPV6_PAYLOAD_LENGTH, (short) (length - PacketLayout.IPV6_BYTES))
                .put(PacketLayout.IPV6_NEXT_HEADER, (byte) PacketLayout.TCP)
                .putLong(PacketLayout.IPV6_SOURCE, UNIQUE_LOCAL)
                .putLong(PacketLayout.IPV6_SOURCE + Long.BYTES, source)
                .putLong(PacketLayout.IPV6_DESTINATION, UNIQUE_LOCAL)
                .putLong(PacketLayout.IPV6_DESTINATION + Long.BYTES, destination);
    }

    private int number(long high, long low) {
        if (addresses.size() == MOST_ADDRESSES) {
            throw new CaptureException("more than " + MOST_ADDRESSES
                    + " addresses are too many to replace; cut the capture first, with editcap or tcpdump -r");
        }
        return addresses.computeIfAbsent(new Address(high, low), _ -> addresses.size() + 1);
    }

    /// Leaves the options that a handshake is made of as they are, and of the others kind and length.
    private void clearOptions(int from, int end) {
        int at = from;
        while (at < end) {
            int kind = packet.get(at) & 0xff;
            int length = kind == PacketLayout.OPTION_NOTHING ? 1 : at + 1 < end ? packet.get(at + 1) & 0xff : 0;
            if (kind == PacketLayout.OPTION_END || length < 1 || length > end - at) {
                zeros(at, end);
                return;
            }
            boolean kept = kind == PacketLayout.OPTION_SACK
                    || (kind <= PacketLayout.OPTION_SACK_PERMITTED)
                    || kind == PacketLayout.OPTION_TIMESTAMPS;
            if (!kept) {
                zeros(at + 2, at + length);
            }
            at += length;
        }
    }

    private void zeros(int from, int end) {
        for (int i = from; i < end; i++) {
            packet.put(i, (byte) 0);
        }
    }
}
