package dev.anteroom.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// The bytes of a file, a pipe or a decompressor, a large block at a time. Bytes that are not there and bytes that
/// cannot be read are the same to its user: [#has(int)] is false, and [#failure()] tells the difference.
final class ByteSource implements AutoCloseable {
    /// Large enough that a read costs nothing per byte, small enough to stay in a processor's cache.
    private static final int BLOCK_BYTES = 1 << 20;

    private final ReadableByteChannel channel;

    /// Big endian, from what is to be read next to the end of what was read.
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK_BYTES).flip();

    /// Where the first byte of the buffer stands in the file.
    private long start;

    private boolean ended;
    private Optional<String> failure = Optional.empty();

    ByteSource(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /// What a gzip file holds, read from here on; all of its members one after the other.
    ///
    /// @throws IOException if its header is wrong
    ByteSource unzipped() throws IOException {
        return new ByteSource(Channels.newChannel(new GZIPInputStream(stream(), BLOCK_BYTES / 4)));
    }

    /// What a file of zstd holds, read from here on.
    ByteSource unpacked() {
        return new ByteSource(Channels.newChannel(new ZstdInput(stream())));
    }

    /// Whether so many bytes more are there.
    ///
    /// @param bytes small enough to be kept in memory
    boolean has(int bytes) {
        return buffer.remaining() >= bytes || fill(bytes);
    }

    private boolean fill(int bytes) {
        if (ended) {
            return false;
        }
        start += buffer.position();
        if (bytes > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(Math.max(bytes, 2 * buffer.capacity()))
                    .put(buffer);
        } else {
            buffer.compact();
        }
        try {
            while (buffer.position() < bytes && !ended) {
                ended = channel.read(buffer) < 0;
            }
        } catch (IOException unreadable) {
            ended = true;
            failure = Optional.of(CaptureException.reason(unreadable));
        }
        buffer.flip();
        return buffer.remaining() >= bytes;
    }

    /// What was read and not yet taken, at least as much as [#has(int)] was asked for. Its limit is to be left as it
    /// is.
    ByteBuffer bytes() {
        return buffer;
    }

    /// Passes over bytes without keeping them.
    ///
    /// @return false if there are fewer
    boolean skip(long bytes) {
        long left = bytes;
        while (left > buffer.remaining()) {
            left -= buffer.remaining();
            buffer.position(buffer.limit());
            if (!has(1)) {
                return false;
            }
        }
        buffer.position(buffer.position() + (int) left);
        return true;
    }

    /// How many bytes were taken so far.
    long offset() {
        return start + buffer.position();
    }

    /// Why reading ended before the end, in words; empty if it did not.
    Optional<String> failure() {
        return failure;
    }

    /// The rest as a stream.
    InputStream stream() {
        return new Rest();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private final class Rest extends InputStream {
        @Override
        public int read() {
            return has(1) ? buffer.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int most) {
            if (most == 0) {
                return 0;
            }
            if (!has(1)) {
                return -1;
            }
            int length = Math.min(most, buffer.remaining());
            buffer.get(into, from, length);
            return length;
        }

        /// Not zero where more follows: with zero a decompressor would take the first member for the last.
        @Override
        public int available() {
            return has(1) ? buffer.remaining() : 0;
        }
    }
}
