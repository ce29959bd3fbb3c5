package dev.anteroom.capture;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads a stream of bits from its end to its beginning, as Zstandard writes them (RFC 8878, section 4.1).
final class ZstdBits {
    /// So many bytes must be in an array behind the last one of a stream.
    static final int MARGIN = Long.BYTES;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = {};
    private int from;

    /// How many bits are left; below zero if more were read than there are.
    private int left;

    /// @param to behind the last byte, whose highest bit that is set ends the stream
    void start(byte[] in, int start, int to) throws IOException {
        if (to <= start || in[to - 1] == 0) {
            throw new IOException("corrupt: a stream of bits without an end");
        }
        bytes = in;
        from = start;
        left = (to - start) * Byte.SIZE - Integer.numberOfLeadingZeros(in[to - 1] & 0xff) + 2 * Byte.SIZE + 7;
    }

    int left() {
        return left;
    }

    /// The next bits, the first of them the highest; zeros where there are no more.
    ///
    /// @param count at most 32
    long read(int count) {
        left -= count;
        return at(left, count);
    }

    /// The same, without taking them.
    long peek(int count) {
        return at(left - count, count);
    }

    void skip(int count) {
        left -= count;
    }

    private long at(int bit, int count) {
        long mask = (1L << count) - 1;
        if (bit >= 0) {
            return ((long) WORD.get(bytes, from + (bit >> 3)) >>> (bit & 7)) & mask;
        }
        return -bit >= Long.SIZE ? 0 : ((long) WORD.get(bytes, from) << -bit) & mask;
    }
}
