package dev.anteroom.capture;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One of the three numbers of which a sequence consists: the codes that stand for it (RFC 8878, section
/// 3.1.1.3.2.1.1) and the table that is in use.
final class ZstdCodes {
    // How a table is told.
    private static final int PREDEFINED = 0;
    private static final int ONE_SYMBOL = 1;
    private static final int DESCRIBED = 2;

    private static final int[] LITERAL_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16
    };
    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };
    private static final short[] LITERAL_SHARES = {
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1
    };
    private static final short[] MATCH_SHARES = {
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
    };
    private static final short[] OFFSET_SHARES = {
        1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1
    };

    /// An offset has as many bits as its code says, below a bit that is set.
    private static final int OFFSETS = 32;

    private static final int SHORTEST_MATCH = 3;

    private final int[] bits;
    private final int[] bases;
    private final int mostLog;
    private final ZstdFse predefined;
    private @Nullable ZstdFse known;
    private ZstdFse table;
    private int state;

    private ZstdCodes(int[] bits, int[] bases, int mostLog, ZstdFse predefined) {
        this.bits = bits;
        this.bases = bases;
        this.mostLog = mostLog;
        this.predefined = predefined;
        table = predefined;
    }

    static ZstdCodes literalLengths() {
        return new ZstdCodes(LITERAL_BITS, bases(LITERAL_BITS, 0), 9, new ZstdFse(LITERAL_SHARES, 6));
    }

    static ZstdCodes matchLengths() {
        return new ZstdCodes(MATCH_BITS, bases(MATCH_BITS, SHORTEST_MATCH), 9, new ZstdFse(MATCH_SHARES, 6));
    }

    static ZstdCodes offsets() {
        int[] codes = new int[OFFSETS];
        int[] bases = new int[OFFSETS];
        for (int code = 0; code < OFFSETS; code++) {
            codes[code] = code;
            bases[code] = 1 << code;
        }
        return new ZstdCodes(codes, bases, 8, new ZstdFse(OFFSET_SHARES, 5));
    }

    /// Each code goes on where the numbers of the one before it end.
    private static int[] bases(int[] bits, int first) {
        int[] bases = new int[bits.length];
        int base = first;
        for (int code = 0; code < bits.length; code++) {
            bases[code] = base;
            base += 1 << bits[code];
        }
        return bases;
    }

    /// Forgets the tables of an earlier frame.
    void reset() {
        known = null;
    }

    /// Takes the table that a block tells.
    void table(int mode, ZstdBlock from) throws IOException {
        ZstdFse told = switch (mode) {
            case PREDEFINED -> predefined;
            case ONE_SYMBOL -> ZstdFse.ofOne(Math.min(from.next(), Byte.MAX_VALUE));
            case DESCRIBED -> ZstdFse.read(from, bits.length, mostLog);
            default -> known;
        };
        if (told == null || told.largest() >= bits.length) {
            throw new IOException("corrupt: a table that is not told, or of codes that there are not");
        }
        known = told;
        table = told;
    }

    void first(ZstdBits stream) {
        state = table.first(stream);
    }

    void next(ZstdBits stream) {
        state = table.next(state, stream);
    }

    /// The number that the state and the next bits make; of an offset as many as 32 bits.
    long number(ZstdBits stream) {
        int code = table.symbol(state);
        return (bases[code] & 0xffff_ffffL) + stream.read(bits[code]);
    }
}
