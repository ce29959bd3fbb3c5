package dev.anteroom.capture;

/// Blocks of a pcapng file: draft-ietf-opsawg-pcapng, sections 3 and 4. A block is its type, its total length, its
/// body and its total length again; all parts are padded to 32 bits. Offsets in bytes from the start of the block.
final class PcapngLayout {
    static final int BLOCK_BYTES = 12;
    static final int BLOCK_LENGTH = 4;
    static final int BLOCK_BODY = 8;

    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final short MAJOR_VERSION = 1;
    static final short MINOR_VERSION = 0;

    /// With its versions and the length of the section.
    static final int SECTION_HEADER_BYTES = 28;

    /// The section goes on until the next one or the end of the file.
    static final long LENGTH_UNKNOWN = -1;

    static final int INTERFACE_DESCRIPTION = 1;
    static final int INTERFACE_SNAPSHOT_LENGTH = 12;
    static final int INTERFACE_OPTIONS = 16;
    static final int INTERFACE_BYTES = 20;

    /// LINKTYPE_RAW: the packet begins with its IPv4 or IPv6 header (tcpdump.org/linktypes).
    static final short RAW_IP = 101;

    static final int NO_SNAPSHOT_LENGTH = 0;

    /// Section 4.5 and, of the older packet block, appendix A.
    static final int OLD_PACKET = 2;

    static final int SIMPLE_PACKET = 3;
    static final int SIMPLE_ORIGINAL = 8;
    static final int SIMPLE_DATA = 12;
    static final int SIMPLE_BYTES = 16;

    static final int ENHANCED_PACKET = 6;
    static final int ENHANCED_TIME_HIGH = 12;
    static final int ENHANCED_TIME_LOW = 16;
    static final int ENHANCED_CAPTURED = 20;
    static final int ENHANCED_DATA = 28;
    static final int ENHANCED_BYTES = 32;

    /// Options: code, length of the value, value.
    static final int OPTION_BYTES = 4;

    static final short END_OF_OPTIONS = 0;
    static final short COMMENT = 1;
    static final short SECTION_SYSTEM = 3;
    static final short SECTION_APPLICATION = 4;
    static final short INTERFACE_NAME = 2;
    static final short INTERFACE_TEXT = 3;
    static final short INTERFACE_RESOLUTION = 9;
    static final short INTERFACE_OFFSET = 14;
    static final short PACKET_FLAGS = 2;

    /// if_tsresol: a negative power of ten, or of two with the upper bit.
    static final byte NANOSECONDS = 9;

    static final int MICROSECONDS = 6;
    static final int POWER_OF_TWO = 0x80;

    /// epb_flags, bits 0 and 1.
    static final int INBOUND = 1;

    static final int OUTBOUND = 2;

    private PcapngLayout() {}
}
