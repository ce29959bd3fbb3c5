package dev.anteroom.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Captures of every kind, byte by byte.
final class CaptureBytes {
    private static final int ROOM = 1 << 14;
    private static final long NANOS = 1_000_000_000L;

    private final ByteBuffer bytes;

    private CaptureBytes(ByteOrder order, List<Wire.Frame> frames) {
        int room = frames.stream()
                .mapToInt(frame -> 2 * frame.bytes().length + 100)
                .sum();
        bytes = ByteBuffer.allocate(ROOM + room).order(order);
    }

    static byte[] pcap(ByteOrder order, int magic, int linkType, byte[] before, List<Wire.Frame> frames) {
        CaptureBytes file = new CaptureBytes(order, frames);
        file.bytes
                .putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(linkType);
        int unit = magic == PcapLayout.NANOSECONDS ? 1 : 1000;
        for (Wire.Frame frame : frames) {
            int length = before.length + frame.bytes().length;
            file.bytes
                    .putInt((int) (frame.nanos() / NANOS))
                    .putInt((int) (frame.nanos() % NANOS / unit))
                    .putInt(length)
                    .putInt(length);
            if (magic == PcapLayout.MODIFIED) {
                file.bytes.putLong(0);
            }
            file.bytes.put(before).put(frame.bytes());
        }
        return file.written();
    }

    static byte[] pcap(List<Wire.Frame> frames) {
        return pcap(ByteOrder.LITTLE_ENDIAN, PcapLayout.MICROSECONDS, LinkLayer.RAW, new byte[0], frames);
    }

    /// One section with one interface: raw IP, nanoseconds.
    static byte[] pcapng(ByteOrder order, List<Wire.Frame> frames) {
        CaptureBytes file = new CaptureBytes(order, frames);
        file.section();
        file.describe(LinkLayer.RAW, 9, 0);
        for (Wire.Frame frame : frames) {
            file.enhanced(0, frame.nanos(), frame.bytes());
        }
        return file.written();
    }

    static CaptureBytes blocks(ByteOrder order) {
        return new CaptureBytes(order, List.of());
    }

    CaptureBytes section() {
        return block(
                PcapngLayout.SECTION_HEADER,
                body().putInt(PcapngLayout.BYTE_ORDER_MAGIC)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putLong(-1));
    }

    CaptureBytes describe(int linkType, int resolution, long offset) {
        return block(
                PcapngLayout.INTERFACE_DESCRIPTION,
                body().putShort((short) linkType)
                        .putShort((short) 0)
                        .putInt(0)
                        .putShort(PcapngLayout.COMMENT)
                        .putShort((short) 5)
                        .put("hello\0\0\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .putShort(PcapngLayout.INTERFACE_RESOLUTION)
                        .putShort((short) 1)
                        .put((byte) resolution)
                        .put(new byte[3])
                        .putShort(PcapngLayout.INTERFACE_OFFSET)
                        .putShort((short) 8)
                        .putLong(offset)
                        .putInt(0));
    }

    CaptureBytes enhanced(int number, long units, byte[] frame) {
        return block(
                PcapngLayout.ENHANCED_PACKET,
                padded(
                        body().putInt(number)
                                .putInt((int) (units >>> Integer.SIZE))
                                .putInt((int) units)
                                .putInt(frame.length)
                                .putInt(frame.length),
                        frame));
    }

    CaptureBytes old(int number, long units, byte[] frame) {
        return block(
                PcapngLayout.OLD_PACKET,
                padded(
                        body().putShort((short) number)
                                .putShort((short) 7)
                                .putInt((int) (units >>> Integer.SIZE))
                                .putInt((int) units)
                                .putInt(frame.length)
                                .putInt(frame.length),
                        frame));
    }

    CaptureBytes simple(byte[] frame) {
        return block(PcapngLayout.SIMPLE_PACKET, padded(body().putInt(frame.length), frame));
    }

    CaptureBytes unknown(int length) {
        return block(0x0bad, body().put(new byte[length]));
    }

    byte[] written() {
        byte[] file = new byte[bytes.position()];
        bytes.get(0, file);
        return file;
    }

    private ByteBuffer body() {
        return ByteBuffer.allocate(ROOM / 2).order(bytes.order());
    }

    private static ByteBuffer padded(ByteBuffer body, byte[] frame) {
        body.put(frame);
        while (body.position() % Integer.BYTES != 0) {
            body.put((byte) 0);
        }
        return body;
    }

    private CaptureBytes block(int type, ByteBuffer body) {
        int length = PcapngLayout.BLOCK_BYTES + body.position();
        bytes.putInt(type).putInt(length).put(body.flip()).putInt(length);
        return this;
    }

    static byte[] gzipped(byte[]... members) {
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] member : members) {
                try (GZIPOutputStream zip = new GZIPOutputStream(all)) {
                    zip.write(member);
                }
            }
            return all.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static EvidenceFile open(byte[] file) {
        return EvidenceFile.of("test.pcap", Channels.newChannel(new ByteArrayInputStream(file)));
    }
}
