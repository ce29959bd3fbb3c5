package dev.anteroom.capture;

/// Blocks of a pcapng file: draft-ietf-opsawg-pcapng, sections 3 and 4. A block is its type, its total length, its
/// body and its total length again; all parts are padded to 32 bits.
final class PcapngLayout {
    static final int BLOCK_BYTES = 12;

    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final short MAJOR_VERSION = 1;
    static final short MINOR_VERSION = 0;

    /// The section goes on until the next one or the end of the file.
    static final long LENGTH_UNKNOWN = -1;

    static final int INTERFACE_DESCRIPTION = 1;

    /// LINKTYPE_RAW: the packet begins with its IPv4 or IPv6 header (tcpdump.org/linktypes).
    static final short RAW_IP = 101;

    static final int NO_SNAPSHOT_LENGTH = 0;

    static final int ENHANCED_PACKET = 6;

    /// Interface, time in two halves, captured length, original length.
    static final int ENHANCED_PACKET_BYTES = 20;

    /// Options: code, length of the value, value.
    static final int OPTION_BYTES = 4;

    static final short END_OF_OPTIONS = 0;
    static final short COMMENT = 1;
    static final short SECTION_SYSTEM = 3;
    static final short SECTION_APPLICATION = 4;
    static final short INTERFACE_NAME = 2;
    static final short INTERFACE_TEXT = 3;
    static final short INTERFACE_RESOLUTION = 9;
    static final short PACKET_FLAGS = 2;

    /// if_tsresol: a negative power of ten.
    static final byte NANOSECONDS = 9;

    /// epb_flags, bits 0 and 1.
    static final int INBOUND = 1;

    static final int OUTBOUND = 2;

    private PcapngLayout() {}
}
