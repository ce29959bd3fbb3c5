package dev.anteroom.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// Writes IP packets to a pcapng file as they come, with times in nanoseconds. For one thread at a time.
///
/// A full disk stops the file, not the caller: it is cut after its last whole block, so that every reader still
/// takes it, [#failure()] says why, and what comes later is counted in [#packetsNotWritten()].
public final class PcapngWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    /// Header, padding and options of the largest packet block, the comment not counted.
    private static final int PACKET_OVERHEAD_BYTES = 64;

    private final Path path;
    private final SeekableByteChannel channel;

    /// Native order: the magic number of the section tells the reader which it is.
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());

    /// Up to where the file holds whole blocks.
    private long wholeBytes;

    private long written;
    private long buffered;
    private long notWritten;
    private Optional<String> failure = Optional.empty();

    /// Where packets were seen.
    ///
    /// @param name short, as of a network interface
    /// @param description one line
    public record Interface(String name, String description) {}

    /// Which way a packet went, seen from the host that the capture is about.
    public enum Direction {
        INBOUND(PcapngLayout.INBOUND),
        OUTBOUND(PcapngLayout.OUTBOUND),
        UNKNOWN(0);

        private final int flag;

        Direction(int flag) {
            this.flag = flag;
        }
    }

    PcapngWriter(Path path, SeekableByteChannel channel, List<Interface> interfaces) {
        this.path = path;
        this.channel = channel;
        section();
        interfaces.forEach(this::describe);
    }

    /// Makes the file, or empties the one that is there.
    ///
    /// @param interfaces where packets will be seen, by number from 0
    /// @throws CaptureException if it cannot be made
    public static PcapngWriter create(Path path, List<Interface> interfaces) {
        try {
            return new PcapngWriter(
                    path,
                    Files.newByteChannel(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE),
                    interfaces);
        } catch (IOException refused) {
            throw new CaptureException("cannot write " + path + ": " + CaptureException.reason(refused)
                    + "; name a file in a directory of yours");
        }
    }

    /// Adds a packet.
    ///
    /// @param interfaceNumber where it was seen
    /// @param epochNanos when, since 1970 in UTC
    /// @param comment a remark for the reader, empty for none
    /// @param ipPacket from its position to its limit, which stay as they are
    public void packet(int interfaceNumber, long epochNanos, Direction direction, String comment, ByteBuffer ipPacket) {
        int length = ipPacket.remaining();
        byte[] remark = comment.getBytes(StandardCharsets.UTF_8);
        int room = PACKET_OVERHEAD_BYTES + length + remark.length;
        if (room > buffer.remaining()) {
            flush();
        }
        if (failure.isPresent() || room > buffer.remaining()) {
            notWritten++;
            return;
        }
        int start = begin(PcapngLayout.ENHANCED_PACKET);
        buffer.putInt(interfaceNumber)
                .putInt((int) (epochNanos >>> Integer.SIZE))
                .putInt((int) epochNanos)
                .putInt(length)
                .putInt(length);
        buffer.put(buffer.position(), ipPacket, ipPacket.position(), length);
        buffer.position(buffer.position() + length);
        pad();
        option(PcapngLayout.PACKET_FLAGS, Integer.BYTES);
        buffer.putInt(direction.flag);
        if (remark.length > 0) {
            option(PcapngLayout.COMMENT, remark);
        }
        end(start);
        buffered++;
    }

    /// Hands what is buffered to the kernel.
    public void flush() {
        buffer.flip();
        if (failure.isEmpty()) {
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                wholeBytes = channel.position();
                written += buffered;
            } catch (IOException full) {
                fail(full);
            }
        }
        buffered = 0;
        buffer.clear();
    }

    /// How many packets are in the file, or in the buffer on the way to it.
    public long packets() {
        return written + buffered;
    }

    /// How many packets came too late for a file that could not grow any more, or were too large for a block.
    public long packetsNotWritten() {
        return notWritten;
    }

    /// Why the file could not grow any more, in one line; empty if it could.
    public Optional<String> failure() {
        return failure;
    }

    /// Writes what is left and closes the file. Does not throw: see [#failure()].
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        flush();
        try {
            channel.close();
        } catch (IOException lost) {
            failure = Optional.of("cannot finish " + path + ": " + CaptureException.reason(lost));
        }
    }

    /// Cuts the file after the last block that went out whole.
    private void fail(IOException cause) {
        int out = buffer.position();
        int whole = 0;
        while (whole + PcapngLayout.BLOCK_LENGTH < buffer.limit()
                && whole + buffer.getInt(whole + PcapngLayout.BLOCK_LENGTH) <= out) {
            if (buffer.getInt(whole) == PcapngLayout.ENHANCED_PACKET) {
                written++;
                buffered--;
            }
            whole += buffer.getInt(whole + PcapngLayout.BLOCK_LENGTH);
        }
        notWritten += buffered;
        wholeBytes += whole;
        String reason =
                "stopped writing " + path + " after " + wholeBytes + " bytes: " + CaptureException.reason(cause);
        try {
            channel.truncate(wholeBytes);
            failure = Optional.of(reason + "; free some space or name another disk");
        } catch (IOException notCut) {
            failure = Optional.of(reason + "; its last block may be incomplete");
        }
    }

    private void section() {
        int start = begin(PcapngLayout.SECTION_HEADER);
        buffer.putInt(PcapngLayout.BYTE_ORDER_MAGIC)
                .putShort(PcapngLayout.MAJOR_VERSION)
                .putShort(PcapngLayout.MINOR_VERSION)
                .putLong(PcapngLayout.LENGTH_UNKNOWN);
        option(
                PcapngLayout.SECTION_SYSTEM,
                utf8(System.getProperty("os.name") + " " + System.getProperty("os.version")));
        option(PcapngLayout.SECTION_APPLICATION, utf8("Anteroom"));
        end(start);
    }

    private void describe(Interface one) {
        int start = begin(PcapngLayout.INTERFACE_DESCRIPTION);
        buffer.putShort(PcapngLayout.RAW_IP).putShort((short) 0).putInt(PcapngLayout.NO_SNAPSHOT_LENGTH);
        option(PcapngLayout.INTERFACE_NAME, utf8(one.name));
        option(PcapngLayout.INTERFACE_TEXT, utf8(one.description));
        option(PcapngLayout.INTERFACE_RESOLUTION, new byte[] {PcapngLayout.NANOSECONDS});
        end(start);
    }

    private int begin(int type) {
        int start = buffer.position();
        buffer.putInt(type).putInt(0);
        return start;
    }

    private void end(int start) {
        option(PcapngLayout.END_OF_OPTIONS, 0);
        int length = buffer.position() - start + Integer.BYTES;
        buffer.putInt(start + PcapngLayout.BLOCK_LENGTH, length).putInt(length);
    }

    private void option(short code, byte[] value) {
        option(code, value.length);
        buffer.put(value);
        pad();
    }

    private void option(short code, int length) {
        buffer.putShort(code).putShort((short) length);
    }

    private void pad() {
        while (buffer.position() % Integer.BYTES != 0) {
            buffer.put((byte) 0);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
