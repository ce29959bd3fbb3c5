package dev.anteroom.capture;

/// IP and TCP headers as they stand on the wire. Offsets in bytes from the start of the header, network byte order.
final class PacketLayout {
    /// RFC 791, section 3.1.
    static final int IPV4_BYTES = 20;

    static final int IPV4_TOTAL_LENGTH = 2;
    static final int IPV4_IDENTIFICATION = 4;
    static final int IPV4_FRAGMENT = 6;
    static final int IPV4_TIME_TO_LIVE = 8;
    static final int IPV4_PROTOCOL = 9;
    static final int IPV4_CHECKSUM = 10;
    static final int IPV4_SOURCE = 12;
    static final int IPV4_DESTINATION = 16;
    static final int IPV4_DONT_FRAGMENT = 0x4000;
    static final int IPV4_FRAGMENT_OFFSET = 0x1fff;
    static final int IPV4_MORE_FRAGMENTS = 0x2000;

    /// RFC 8200, section 3.
    static final int IPV6_BYTES = 40;

    static final int IPV6_PAYLOAD_LENGTH = 4;
    static final int IPV6_NEXT_HEADER = 6;
    static final int IPV6_HOP_LIMIT = 7;
    static final int IPV6_SOURCE = 8;
    static final int IPV6_DESTINATION = 24;

    /// Extension headers of IPv6: next header in the first byte, length in the second (RFC 8200, section 4; RFC
    /// 4302 for the authentication header).
    static final int EXTENSION_LENGTH = 1;

    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int AUTHENTICATION = 51;
    static final int DESTINATION_OPTIONS = 60;
    static final int MOBILITY = 135;
    static final int HOST_IDENTITY = 139;
    static final int SHIM6 = 140;
    static final int FRAGMENT_OFFSET = 2;
    static final int FRAGMENT_OFFSET_BITS = 0xfff8;

    /// IANA protocol number.
    static final int TCP = 6;

    static final int ICMP = 1;
    static final int ICMPV6 = 58;

    /// RFC 792 and RFC 4443, section 3.1: type, code, checksum and 4 bytes more, then the packet it is about.
    static final int ICMP_BYTES = 8;

    static final int ICMP_CODE = 1;
    static final int ICMP_UNREACHABLE = 3;
    static final int ICMPV6_UNREACHABLE = 1;

    /// The first bytes of the TCP header: ports and sequence number (RFC 792 promises no more).
    static final int ICMP_TCP_BYTES = 8;

    static final int HOPS = 64;

    /// RFC 9293, section 3.1.
    static final int TCP_BYTES = 20;

    static final int TCP_SOURCE_PORT = 0;
    static final int TCP_DESTINATION_PORT = 2;
    static final int TCP_SEQUENCE = 4;
    static final int TCP_ACKNOWLEDGEMENT = 8;
    static final int TCP_DATA_OFFSET = 12;
    static final int TCP_FLAGS = 13;
    static final int TCP_WINDOW = 14;
    static final int TCP_CHECKSUM = 16;

    /// Options: kind, length of the whole option, value. RFC 9293 section 3.2, RFC 7323, RFC 2018, RFC 7413.
    static final int OPTION_END = 0;

    static final int OPTION_NOTHING = 1;
    static final int OPTION_SEGMENT_SIZE = 2;
    static final int OPTION_SEGMENT_SIZE_BYTES = 4;
    static final int OPTION_WINDOW_SCALE = 3;
    static final int OPTION_WINDOW_SCALE_BYTES = 3;
    static final int OPTION_SACK_PERMITTED = 4;
    static final int OPTION_SACK_PERMITTED_BYTES = 2;
    static final int OPTION_SACK = 5;
    static final int OPTION_TIMESTAMPS = 8;
    static final int OPTION_TIMESTAMPS_BYTES = 10;

    /// What every segment of Linux after the handshake has: two of [#OPTION_NOTHING], then timestamps.
    static final int ALIGNED_TIMESTAMPS = 0x0101_080a;

    static final int ALIGNED_TIMESTAMPS_BYTES = 12;
    static final int ALIGNED_TIMESTAMPS_ORDER = 0x118;

    // Segment size, SACK permitted and timestamps, nothing, window scale: what Linux writes into a SYN.
    static final int LINUX_SYN_OPTION_BYTES = 20;
    static final int LINUX_SYN_SEGMENT_SIZE = 0x0204;
    static final int LINUX_SYN_SACK_AND_TIMESTAMPS = 0x0402_080a;
    static final int LINUX_SYN_WINDOW_SCALE = 0x01_0303;
    static final long LINUX_SYN_ORDER = 0x24813;

    static final int OPTION_FAST_OPEN = 34;
    static final int OPTION_FAST_OPEN_BYTES = 2;

    private PacketLayout() {}
}
