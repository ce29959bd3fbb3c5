package dev.anteroom.capture;

import java.io.IOException;
import java.util.Arrays;

/// A table of finite state entropy (RFC 8878, section 4.1): for each state its symbol, and how the next one is found.
final class ZstdFse {
    private static final int LEAST_LOG = 5;

    private final int log;
    private final byte[] symbols;
    private final byte[] bits;
    private final short[] bases;

    /// @param shares how many states each symbol has, -1 for fewer than one
    /// @param log of the number of states
    ZstdFse(short[] shares, int log) {
        this.log = log;
        int size = 1 << log;
        symbols = new byte[size];
        bits = new byte[size];
        bases = new short[size];
        int[] next = new int[shares.length];
        int last = size - 1;
        for (int symbol = 0; symbol < shares.length; symbol++) {
            next[symbol] = Math.abs(shares[symbol]);
            if (shares[symbol] < 0) {
                symbols[last--] = (byte) symbol;
            }
        }
        int place = 0;
        for (int symbol = 0; symbol < shares.length; symbol++) {
            for (int i = 0; i < shares[symbol]; i++) {
                symbols[place] = (byte) symbol;
                do {
                    place = (place + (size >> 1) + (size >> 3) + 3) & (size - 1);
                } while (place > last);
            }
        }
        for (int state = 0; state < size; state++) {
            int number = next[symbols[state]]++;
            bits[state] = (byte) (log - Integer.SIZE + 1 + Integer.numberOfLeadingZeros(number));
            bases[state] = (short) ((number << bits[state]) - size);
        }
    }

    /// A table of one symbol, which needs no bits.
    static ZstdFse ofOne(int symbol) {
        ZstdFse table = new ZstdFse(new short[] {1}, 0);
        table.symbols[0] = (byte) symbol;
        return table;
    }

    /// Reads a description of a table.
    ///
    /// @param mostSymbols and `mostLog`: what may be described
    static ZstdFse read(ZstdBlock from, int mostSymbols, int mostLog) throws IOException {
        int bit = from.at() * Byte.SIZE;
        int log = LEAST_LOG + from.bits(bit, 4);
        bit += 4;
        if (log > mostLog) {
            throw new IOException("corrupt: a table of too many states");
        }
        short[] shares = new short[mostSymbols];
        int left = 1 << log;
        int symbol = 0;
        while (left > 0) {
            if (symbol == mostSymbols) {
                throw new IOException("corrupt: a table of too many symbols");
            }
            // A number up to left + 1, the smaller ones of which need a bit less.
            int width = Integer.SIZE - Integer.numberOfLeadingZeros(left + 1);
            int small = (1 << width) - 2 - left;
            int number = from.bits(bit, width);
            int low = number & ((1 << (width - 1)) - 1);
            if (low < small) {
                number = low;
                bit += width - 1;
            } else {
                number -= number >> (width - 1) == 0 ? 0 : small;
                bit += width;
            }
            int share = number - 1;
            shares[symbol++] = (short) share;
            left -= Math.abs(share);
            for (int zeros = share == 0 ? 3 : 0; zeros == 3; ) {
                zeros = from.bits(bit, 2);
                bit += 2;
                symbol += zeros;
                if (symbol > mostSymbols) {
                    throw new IOException("corrupt: a table of too many symbols");
                }
            }
        }
        if (left < 0) {
            throw new IOException("corrupt: a table of more states than it has");
        }
        from.to((bit + Byte.SIZE - 1) / Byte.SIZE);
        return new ZstdFse(Arrays.copyOf(shares, symbol), log);
    }

    int first(ZstdBits stream) {
        return (int) stream.read(log);
    }

    int symbol(int state) {
        return symbols[state];
    }

    int next(int state, ZstdBits stream) {
        return bases[state] + (int) stream.read(bits[state]);
    }

    /// How many bits the next state needs.
    int bits(int state) {
        return bits[state];
    }

    /// The largest symbol.
    int largest() {
        int most = 0;
        for (byte symbol : symbols) {
            most = Math.max(most, symbol);
        }
        return most;
    }
}
