package dev.anteroom.kernel;

/// The checksum of IP, TCP and UDP (RFC 1071), computed over the field that holds it too: zero where it is right.
final class InternetChecksum {
    private static final int IP_ADDRESSES = 12;
    private static final int IP_PROTOCOL = 9;

    private InternetChecksum() {}

    static int ofIpHeader(byte[] packet) {
        return fold(sum(packet, 0, headerBytes(packet)));
    }

    static int ofTransport(byte[] packet) {
        int header = headerBytes(packet);
        int transportBytes = packet.length - header;
        return fold(sum(packet, IP_ADDRESSES, IP_ADDRESSES + 8)
                + (packet[IP_PROTOCOL] & 0xff)
                + transportBytes
                + sum(packet, header, packet.length));
    }

    private static int headerBytes(byte[] packet) {
        return (packet[0] & 0xf) * Integer.BYTES;
    }

    private static long sum(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += (i - from) % 2 == 0 ? (bytes[i] & 0xff) << 8 : bytes[i] & 0xff;
        }
        return sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >> 16 != 0) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (int) ~folded & 0xffff;
    }
}
