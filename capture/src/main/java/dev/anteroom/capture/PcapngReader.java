package dev.anteroom.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a pcapng file: several sections and interfaces, enhanced, simple and old packet blocks, of either byte order.
final class PcapngReader extends FrameReader {
    private static final int MOST_INTERFACES = 1 << 16;
    private static final byte[] LOST = LinkCapture.LOST.getBytes(StandardCharsets.UTF_8);

    private final List<Interface> interfaces = new ArrayList<>();
    private boolean swapped;

    /// Where the block at hand begins in the buffer, and in the file.
    private int at;

    private long offset;
    private int length;

    private record Interface(int linkType, int snapshotLength, ClockUnit clock) {}

    /// @param source at the first section header
    PcapngReader(ByteSource source) {
        super(source);
    }

    /// Whether a file that begins with these bytes is a pcapng file.
    static boolean recognises(int first) {
        return first == PcapngLayout.SECTION_HEADER;
    }

    @Override
    boolean next() {
        while (source.has(PcapngLayout.BLOCK_BYTES)) {
            ByteBuffer bytes = source.bytes();
            at = bytes.position();
            offset = source.offset();
            boolean section = bytes.getInt(at) == PcapngLayout.SECTION_HEADER;
            if (section && !newSection(bytes.getInt(at + PcapngLayout.BLOCK_BODY))) {
                return damaged("corrupt: a section header without its byte-order magic", offset);
            }
            int type = word(bytes, 0);
            length = word(bytes, PcapngLayout.BLOCK_LENGTH);
            if ((length >= 0 && length < least(type)) || length % Integer.BYTES != 0) {
                return damaged("corrupt: a block of " + Integer.toUnsignedString(length) + " bytes is claimed", offset);
            }
            boolean kept = section
                    || type == PcapngLayout.INTERFACE_DESCRIPTION
                    || type == PcapngLayout.ENHANCED_PACKET
                    || type == PcapngLayout.SIMPLE_PACKET
                    || type == PcapngLayout.OLD_PACKET;
            if (!kept) {
                if (!source.skip(Integer.toUnsignedLong(length))) {
                    return damaged("cut off within the block that begins", offset);
                }
                continue;
            }
            if (length < 0 || length > MOST_BYTES) {
                return damaged("corrupt: a block of " + Integer.toUnsignedString(length) + " bytes is claimed", offset);
            }
            if (!source.has(length)) {
                return ends("block", offset);
            }
            ByteBuffer block = source.bytes();
            at = block.position();
            if (word(block, length - Integer.BYTES) != length) {
                return damaged("corrupt: a block whose two lengths differ", offset);
            }
            if (section) {
                interfaces.clear();
            } else if (type == PcapngLayout.INTERFACE_DESCRIPTION) {
                if (interfaces.size() == MOST_INTERFACES) {
                    return damaged("corrupt: more than " + MOST_INTERFACES + " interfaces", offset);
                }
                interfaces.add(description(block));
            } else {
                return type == PcapngLayout.SIMPLE_PACKET ? simple(block) : packet(block, type);
            }
            block.position(at + length);
        }
        return ends("block", source.offset());
    }

    private boolean newSection(int magic) {
        swapped = magic == Integer.reverseBytes(PcapngLayout.BYTE_ORDER_MAGIC);
        return swapped || magic == PcapngLayout.BYTE_ORDER_MAGIC;
    }

    private static int least(int type) {
        return switch (type) {
            case PcapngLayout.SECTION_HEADER -> PcapngLayout.SECTION_HEADER_BYTES;
            case PcapngLayout.INTERFACE_DESCRIPTION -> PcapngLayout.INTERFACE_BYTES;
            case PcapngLayout.ENHANCED_PACKET, PcapngLayout.OLD_PACKET -> PcapngLayout.ENHANCED_BYTES;
            case PcapngLayout.SIMPLE_PACKET -> PcapngLayout.SIMPLE_BYTES;
            default -> PcapngLayout.BLOCK_BYTES;
        };
    }

    private Interface description(ByteBuffer block) {
        ClockUnit clock = ClockUnit.DEFAULT;
        int end = at + length - Integer.BYTES;
        for (int option = at + PcapngLayout.INTERFACE_OPTIONS;
                option + PcapngLayout.OPTION_BYTES <= end;
                option = after(block, option)) {
            int code = half(block, option - at);
            int value = option + PcapngLayout.OPTION_BYTES;
            int bytes = half(block, option - at + Short.BYTES);
            if (code == PcapngLayout.END_OF_OPTIONS || bytes > end - value) {
                break;
            }
            if (code == PcapngLayout.INTERFACE_RESOLUTION && bytes == 1) {
                clock = clock.withResolution(block.get(value) & 0xff);
            } else if (code == PcapngLayout.INTERFACE_OFFSET && bytes == Long.BYTES) {
                long seconds = block.getLong(value);
                clock = clock.withOffset(swapped ? Long.reverseBytes(seconds) : seconds);
            }
        }
        return new Interface(
                half(block, PcapngLayout.BLOCK_BODY), word(block, PcapngLayout.INTERFACE_SNAPSHOT_LENGTH), clock);
    }

    private int after(ByteBuffer block, int option) {
        return option + PcapngLayout.OPTION_BYTES + padded(half(block, option - at + Short.BYTES));
    }

    private static int padded(int bytes) {
        return (bytes + Integer.BYTES - 1) & -Integer.BYTES;
    }

    private boolean packet(ByteBuffer block, int type) {
        int number = type == PcapngLayout.ENHANCED_PACKET
                ? word(block, PcapngLayout.BLOCK_BODY)
                : half(block, PcapngLayout.BLOCK_BODY);
        if (number < 0 || number >= interfaces.size()) {
            return damaged(
                    "corrupt: a packet of an interface " + Integer.toUnsignedString(number) + " that is not described",
                    offset);
        }
        Interface on = interfaces.get(number);
        long units = ((long) word(block, PcapngLayout.ENHANCED_TIME_HIGH) << Integer.SIZE)
                | (word(block, PcapngLayout.ENHANCED_TIME_LOW) & 0xffff_ffffL);
        captured = word(block, PcapngLayout.ENHANCED_CAPTURED);
        if (captured < 0 || captured > length - PcapngLayout.ENHANCED_BYTES) {
            return damaged("corrupt: a packet larger than its block", offset);
        }
        epochNanos = on.clock.nanos(units);
        linkType = on.linkType;
        lost = hasComment(block, at + PcapngLayout.ENHANCED_DATA + padded(captured));
        take(block, PcapngLayout.ENHANCED_DATA);
        return true;
    }

    /// Has no time: that of the packet before it is taken.
    private boolean simple(ByteBuffer block) {
        if (interfaces.isEmpty()) {
            return damaged("corrupt: a packet of an interface that is not described", offset);
        }
        Interface on = interfaces.getFirst();
        int original = word(block, PcapngLayout.SIMPLE_ORIGINAL);
        int kept = on.snapshotLength == PcapngLayout.NO_SNAPSHOT_LENGTH
                ? original
                : (int) Math.min(Integer.toUnsignedLong(original), Integer.toUnsignedLong(on.snapshotLength));
        captured = (int) Math.min(Integer.toUnsignedLong(kept), length - PcapngLayout.SIMPLE_BYTES);
        linkType = on.linkType;
        lost = false;
        take(block, PcapngLayout.SIMPLE_DATA);
        return true;
    }

    private void take(ByteBuffer block, int data) {
        block.position(at + data);
        occupied = length - data;
    }

    /// Whether one of a packet's options is the comment that a lab leaves on what its link has lost.
    private boolean hasComment(ByteBuffer block, int options) {
        int end = at + length - Integer.BYTES;
        for (int option = options; option + PcapngLayout.OPTION_BYTES <= end; option = after(block, option)) {
            int value = option + PcapngLayout.OPTION_BYTES;
            if (half(block, option - at) == PcapngLayout.COMMENT
                    && half(block, option - at + Short.BYTES) == LOST.length
                    && LOST.length <= end - value
                    && block.slice(value, LOST.length).equals(ByteBuffer.wrap(LOST))) {
                return true;
            }
            if (half(block, option - at) == PcapngLayout.END_OF_OPTIONS) {
                return false;
            }
        }
        return false;
    }

    private int word(ByteBuffer block, int from) {
        return ordered(block.getInt(at + from), swapped);
    }

    private int half(ByteBuffer block, int from) {
        return ordered(block.getShort(at + from), swapped);
    }
}
