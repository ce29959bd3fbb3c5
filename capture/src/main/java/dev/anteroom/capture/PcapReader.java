package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// Reads a pcap file: times in micro- or nanoseconds, of either byte order.
final class PcapReader extends FrameReader {
    private static final long NANOS = 1_000_000_000L;

    private final boolean swapped;
    private final int headerBytes;
    private final long nanosInUnit;

    /// A reader after the header of the file, which is taken from the source.
    ///
    /// @param source at a header of [PcapLayout#HEADER_BYTES] bytes that are there
    PcapReader(ByteSource source) {
        super(source);
        ByteBuffer bytes = source.bytes();
        int start = bytes.position();
        swapped = !known(bytes.getInt(start));
        int magic = ordered(bytes.getInt(start), swapped);
        nanosInUnit = magic == PcapLayout.NANOSECONDS ? 1 : 1000;
        headerBytes = magic == PcapLayout.MODIFIED ? PcapLayout.MODIFIED_RECORD_BYTES : PcapLayout.RECORD_BYTES;
        linkType = ordered(bytes.getInt(start + PcapLayout.LINK_TYPE), swapped) & PcapLayout.LINK_TYPE_BITS;
        bytes.position(start + PcapLayout.HEADER_BYTES);
    }

    /// Whether a file that begins with these bytes is a pcap file.
    static boolean recognises(int first) {
        return known(first) || known(Integer.reverseBytes(first));
    }

    private static boolean known(int magic) {
        return magic == PcapLayout.MICROSECONDS || magic == PcapLayout.NANOSECONDS || magic == PcapLayout.MODIFIED;
    }

    @Override
    boolean next() {
        if (!source.has(headerBytes)) {
            return ends("packet header", source.offset());
        }
        ByteBuffer bytes = source.bytes();
        int at = bytes.position();
        captured = ordered(bytes.getInt(at + PcapLayout.RECORD_CAPTURED), swapped);
        if (captured < 0 || captured > MOST_BYTES) {
            return damaged(
                    "corrupt: a packet of " + Integer.toUnsignedString(captured) + " bytes is claimed",
                    source.offset());
        }
        epochNanos = (ordered(bytes.getInt(at), swapped) & 0xffff_ffffL) * NANOS
                + (ordered(bytes.getInt(at + PcapLayout.RECORD_FRACTION), swapped) & 0xffff_ffffL) * nanosInUnit;
        if (!source.has(headerBytes + captured)) {
            return ends("packet", source.offset());
        }
        ByteBuffer whole = source.bytes();
        whole.position(whole.position() + headerBytes);
        occupied = captured;
        return true;
    }
}
