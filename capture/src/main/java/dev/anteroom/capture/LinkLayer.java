package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// Where the IP header stands in a frame, by the link type of the recording (tcpdump.org/linktypes.html).
final class LinkLayer {
    static final int NULL = 0;
    static final int ETHERNET = 1;
    static final int RAW_BSD = 12;
    static final int RAW_OPENBSD = 14;
    static final int RAW = 101;
    static final int LOOP = 108;
    static final int LINUX_COOKED = 113;
    static final int RAW_IPV4 = 228;
    static final int RAW_IPV6 = 229;
    static final int LINUX_COOKED_2 = 276;

    /// No IP packet in this frame.
    static final int NOT_IP = -1;

    private static final int ETHERNET_TYPE = 12;
    private static final int COOKED_PROTOCOL = 14;
    private static final int COOKED_2_PROTOCOL = 0;
    private static final int COOKED_2_BYTES = 20;
    private static final int FAMILY_BYTES = 4;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_PROVIDER_VLAN = 0x88a8;
    private static final int TYPE_OLD_PROVIDER_VLAN = 0x9100;
    private static final int TAG_BYTES = 4;

    private LinkLayer() {}

    /// Whether frames of this kind can be read.
    static boolean known(int linkType) {
        return switch (linkType) {
            case NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, LINUX_COOKED, RAW_IPV4, RAW_IPV6, LINUX_COOKED_2 ->
                true;
            default -> false;
        };
    }

    /// The name of a link type, for people.
    static String name(int linkType) {
        return switch (linkType) {
            case NULL, LOOP -> "BSD loopback";
            case ETHERNET -> "Ethernet";
            case RAW_BSD, RAW_OPENBSD, RAW, RAW_IPV4, RAW_IPV6 -> "raw IP";
            case LINUX_COOKED -> "Linux cooked";
            case LINUX_COOKED_2 -> "Linux cooked v2";
            default -> "link type " + linkType;
        };
    }

    /// How many bytes of the frame stand before its IP header.
    ///
    /// @param frame big endian, from its position to its limit
    /// @return [#NOT_IP] if it has none
    static int before(int linkType, ByteBuffer frame) {
        return switch (linkType) {
            case ETHERNET -> afterType(frame, ETHERNET_TYPE, ETHERNET_TYPE + Short.BYTES);
            case LINUX_COOKED -> afterType(frame, COOKED_PROTOCOL, COOKED_PROTOCOL + Short.BYTES);
            case LINUX_COOKED_2 -> afterType(frame, COOKED_2_PROTOCOL, COOKED_2_BYTES);
            case NULL, LOOP -> frame.remaining() > FAMILY_BYTES ? FAMILY_BYTES : NOT_IP;
            case RAW_BSD, RAW_OPENBSD, RAW, RAW_IPV4, RAW_IPV6 -> 0;
            default -> NOT_IP;
        };
    }

    /// @param typeAt where the frame tells its content
    /// @param header how long its header is
    private static int afterType(ByteBuffer frame, int typeAt, int header) {
        int start = frame.position();
        int at = header;
        int type = frame.remaining() > header ? frame.getShort(start + typeAt) & 0xffff : 0;
        while (type == TYPE_VLAN || type == TYPE_PROVIDER_VLAN || type == TYPE_OLD_PROVIDER_VLAN) {
            at += TAG_BYTES;
            if (frame.remaining() <= at) {
                return NOT_IP;
            }
            type = frame.getShort(start + at - Short.BYTES) & 0xffff;
        }
        return type == TYPE_IPV4 || type == TYPE_IPV6 ? at : NOT_IP;
    }
}
