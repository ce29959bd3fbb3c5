package dev.anteroom.capture;

/// A pcap file: draft-ietf-opsawg-pcap, sections 4 and 5. Offsets in bytes; the byte order is that of the machine that
/// wrote it, and the magic number tells which.
final class PcapLayout {
    static final int MICROSECONDS = 0xa1b2c3d4;
    static final int NANOSECONDS = 0xa1b23c4d;

    /// A variant with 8 more bytes in each record header (A. Kuznetsov's libpcap; Wireshark wiretap/libpcap.h).
    static final int MODIFIED = 0xa1b2cd34;

    static final int HEADER_BYTES = 24;
    static final int LINK_TYPE = 20;

    /// The upper bits tell of a frame check sequence.
    static final int LINK_TYPE_BITS = 0xffff;

    static final int RECORD_BYTES = 16;
    static final int MODIFIED_RECORD_BYTES = 24;
    static final int RECORD_FRACTION = 4;
    static final int RECORD_CAPTURED = 8;
    static final int RECORD_ORIGINAL = 12;

    private PcapLayout() {}
}
