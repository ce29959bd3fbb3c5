package dev.anteroom.capture;

import java.io.IOException;
import java.util.Arrays;

/// A Huffman code of bytes (RFC 8878, section 4.2): what a prefix of so many bits stands for.
final class ZstdHuffman {
    private static final int MOST_BITS = 11;
    private static final int MOST_WEIGHTS = 255;

    /// From here on a header tells how many weights follow as they are, and not in how many bytes they are packed.
    private static final int UNPACKED = 128;

    private static final int WEIGHTS_LOG = 6;
    private static final int WEIGHTS = 16;

    private final int longest;
    private final byte[] symbols;
    private final byte[] lengths;

    /// @param weights of the bytes from 0 on, but for the last one
    private ZstdHuffman(int[] weights, int count) throws IOException {
        int total = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > MOST_BITS) {
                throw new IOException("corrupt: a code that is too long");
            }
            total += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
        }
        longest = Integer.SIZE - Integer.numberOfLeadingZeros(total);
        int rest = (1 << longest) - total;
        if (total == 0 || longest > MOST_BITS || Integer.bitCount(rest) != 1) {
            throw new IOException("corrupt: lengths that make no code");
        }
        weights[count] = Integer.numberOfTrailingZeros(rest) + 1;
        symbols = new byte[1 << longest];
        lengths = new byte[1 << longest];
        int place = 0;
        for (int weight = 1; weight <= longest; weight++) {
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    int next = place + (1 << (weight - 1));
                    Arrays.fill(symbols, place, next, (byte) symbol);
                    Arrays.fill(lengths, place, next, (byte) (longest + 1 - weight));
                    place = next;
                }
            }
        }
    }

    static ZstdHuffman read(ZstdBlock from) throws IOException {
        int[] weights = new int[MOST_WEIGHTS + 1];
        int header = from.next();
        if (header >= UNPACKED) {
            int count = header - UNPACKED + 1;
            for (int i = 0; i < count; i += 2) {
                int two = from.next();
                weights[i] = two >> 4;
                weights[i + 1] = two & 0xf;
            }
            return new ZstdHuffman(weights, count);
        }
        return new ZstdHuffman(weights, unpack(from, from.at() + header, weights));
    }

    /// Two states take turns until there are no bits for the next one (RFC 8878, section 4.2.1.2).
    private static int unpack(ZstdBlock from, int end, int[] weights) throws IOException {
        ZstdFse table = ZstdFse.read(from, WEIGHTS, WEIGHTS_LOG);
        ZstdBits stream = new ZstdBits();
        stream.start(from.bytes, from.at(), end);
        from.to(end);
        int one = table.first(stream);
        int other = table.first(stream);
        int count = 0;
        while (count < MOST_WEIGHTS - 1) {
            weights[count++] = table.symbol(one);
            if (stream.left() < table.bits(one)) {
                weights[count++] = table.symbol(other);
                return count;
            }
            int next = table.next(one, stream);
            one = other;
            other = next;
        }
        throw new IOException("corrupt: a code of too many bytes");
    }

    /// Unpacks a stream of bytes.
    ///
    /// @param end behind its last byte in the block
    void unpack(ZstdBlock from, int end, byte[] into, int at, int to) throws IOException {
        ZstdBits stream = new ZstdBits();
        stream.start(from.bytes, from.at(), end);
        for (int i = at; i < to; i++) {
            int prefix = (int) stream.peek(longest);
            into[i] = symbols[prefix];
            stream.skip(lengths[prefix]);
        }
        if (stream.left() != 0) {
            throw new IOException("corrupt: a stream of another length than is claimed");
        }
        from.to(end);
    }
}
