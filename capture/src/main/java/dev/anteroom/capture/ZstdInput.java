package dev.anteroom.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Unpacks Zstandard (RFC 8878): all frames one after the other, with their checksums. Written for captures of
/// unknown origin: every length is checked, nothing is allocated because a header claims it, and the libraries for
/// Java that there are use memory without such checks or are native. Dictionaries are not supported.
final class ZstdInput extends InputStream {
    private static final int FRAME = 0xfd2fb528;

    /// Frames of something else, to be passed over.
    private static final int SKIPPABLE = 0x184d2a50;
    private static final int SKIPPABLE_BITS = 0xfffffff0;

    /// `zstd -d` refuses more, too.
    private static final long MOST_WINDOW = 128 << 20;

    // Kinds of blocks.
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int PACKED = 2;

    private final InputStream in;
    private final ZstdBlock block = new ZstdBlock();
    private final ZstdFrame frame = new ZstdFrame();
    private XxHash64 hash = new XxHash64();
    private boolean inFrame;
    private boolean lastBlock;
    private boolean hashed;
    private boolean ended;
    private int taken;

    /// Whether a file begins as those of zstd do.
    ///
    /// @param first its first four bytes, big endian
    static boolean recognises(int first) {
        int magic = Integer.reverseBytes(first);
        return magic == FRAME || (magic & SKIPPABLE_BITS) == SKIPPABLE;
    }

    ZstdInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return has(1) ? frame.out()[taken++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (!has(1)) {
            return -1;
        }
        int length = Math.min(most, frame.written() - taken);
        System.arraycopy(frame.out(), taken, into, from, length);
        taken += length;
        return length;
    }

    /// Not zero where something is unpacked: a channel would go on waiting for it.
    @Override
    public int available() {
        return frame.written() - taken;
    }

    private boolean has(int bytes) throws IOException {
        while (frame.written() - taken < bytes && !ended) {
            if (lastBlock) {
                end();
            } else if (inFrame) {
                block();
            } else {
                frame();
            }
        }
        return frame.written() - taken >= bytes;
    }

    private void frame() throws IOException {
        int first = in.read();
        if (first < 0) {
            ended = true;
            return;
        }
        int magic = first | (number(3) << Byte.SIZE);
        if ((magic & SKIPPABLE_BITS) == SKIPPABLE) {
            passOver(Integer.toUnsignedLong(number(Integer.BYTES)));
            return;
        }
        if (magic != FRAME) {
            throw new IOException("corrupt: something that is no frame of zstd follows one");
        }
        int descriptor = number(1);
        boolean single = (descriptor & 0x20) != 0;
        hashed = (descriptor & 0x04) != 0;
        if ((descriptor & 0x08) != 0) {
            throw new IOException("corrupt: a frame of zstd with a bit that must be zero");
        }
        long window = single ? 0 : window(number(1));
        int dictionary = number((1 << (descriptor & 3)) >> 1);
        if (dictionary != 0) {
            throw new IOException("packed with a dictionary of zstd, which is not supported");
        }
        long size = size(descriptor >> 6, single);
        if (single) {
            window = size;
        }
        if (window < 0 || window > MOST_WINDOW) {
            throw new IOException("packed with a window of more than 128 MiB; unpack it with zstd --long=31 first");
        }
        frame.begin((int) Math.max(window, ZstdBlock.MOST));
        taken = frame.written();
        hash = new XxHash64();
        inFrame = true;
    }

    private void passOver(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException cutOff) {
            throw new IOException("cut off within a frame of zstd that is to be passed over", cutOff);
        }
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3));
        return base + (base / 8) * (descriptor & 7);
    }

    private long size(int flag, boolean single) throws IOException {
        return switch (flag) {
            case 0 -> single ? number(1) : 0;
            case 1 -> number(Short.BYTES) + 256L;
            case 2 -> Integer.toUnsignedLong(number(Integer.BYTES));
            default -> Integer.toUnsignedLong(number(Integer.BYTES)) | ((long) number(Integer.BYTES) << Integer.SIZE);
        };
    }

    private void block() throws IOException {
        int header = number(3);
        int length = header >> 3;
        int kind = (header >> 1) & 3;
        if (length > ZstdBlock.MOST || kind > PACKED) {
            throw new IOException("corrupt: a block of zstd of " + length + " bytes, of kind " + kind);
        }
        int made = length;
        if (kind == REPEATED) {
            frame.repeated((byte) number(1), length);
        } else {
            if (in.readNBytes(block.bytes, 0, length) < length) {
                throw new EOFException("cut off within a block of zstd");
            }
            block.filled(length);
            if (kind == RAW) {
                frame.raw(block.bytes, length);
            } else {
                made = frame.packed(block);
            }
        }
        taken = frame.written() - made;
        if (hashed) {
            hash.add(frame.out(), taken, made);
        }
        lastBlock = (header & 1) != 0;
    }

    /// After what was unpacked has been taken: that is to be seen even if it is wrong.
    private void end() throws IOException {
        inFrame = false;
        lastBlock = false;
        if (hashed && number(Integer.BYTES) != (int) hash.value()) {
            throw new IOException("corrupt: a frame of zstd with a wrong checksum");
        }
    }

    /// A little-endian number of up to four bytes.
    private int number(int bytes) throws IOException {
        int number = 0;
        for (int i = 0; i < bytes; i++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("cut off within a frame of zstd");
            }
            number |= next << (i * Byte.SIZE);
        }
        return number;
    }
}
