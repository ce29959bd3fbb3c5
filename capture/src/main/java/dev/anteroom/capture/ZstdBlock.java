package dev.anteroom.capture;

import java.io.EOFException;
import java.io.IOException;

/// The bytes of a block, with a margin behind them, and where reading stands.
final class ZstdBlock {
    /// No block is larger, packed or not (RFC 8878, section 3.1.1.2.4).
    static final int MOST = 128 << 10;

    final byte[] bytes = new byte[MOST + ZstdBits.MARGIN];
    private int at;
    private int end;

    /// Its bytes have been replaced.
    void filled(int length) {
        at = 0;
        end = length;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    int left() {
        return end - at;
    }

    void to(int place) throws IOException {
        if (place > end) {
            throw new EOFException("corrupt: a block that ends within a table");
        }
        at = place;
    }

    int next() throws IOException {
        to(at + 1);
        return bytes[at - 1] & 0xff;
    }

    /// A little-endian number.
    int next(int count) throws IOException {
        int number = 0;
        for (int i = 0; i < count; i++) {
            number |= next() << (i * Byte.SIZE);
        }
        return number;
    }

    /// Bits from the lowest of the first byte on, without taking them; zeros behind the end.
    int bits(int bit, int count) {
        int place = bit / Byte.SIZE;
        int word = 0;
        for (int i = 0; i < Integer.BYTES - 1 && place + i < end; i++) {
            word |= (bytes[place + i] & 0xff) << (i * Byte.SIZE);
        }
        return (word >>> (bit % Byte.SIZE)) & ((1 << count) - 1);
    }
}
