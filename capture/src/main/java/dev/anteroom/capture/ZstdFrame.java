package dev.anteroom.capture;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Unpacks the blocks of a frame of Zstandard (RFC 8878, section 3.1.1) and keeps what later blocks may refer to.
final class ZstdFrame {
    private static final int FIRST_ROOM = 1 << 20;

    // Kinds of literals.
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int CODED = 2;

    private static final int STREAMS = 4;
    private static final int REPEATABLE_OFFSETS = 3;

    private final byte[] literals = new byte[ZstdBlock.MOST];
    private final ZstdCodes literalLengths = ZstdCodes.literalLengths();
    private final ZstdCodes offsets = ZstdCodes.offsets();
    private final ZstdCodes matchLengths = ZstdCodes.matchLengths();
    private final ZstdBits stream = new ZstdBits();
    private final int[] repeatable = new int[REPEATABLE_OFFSETS];
    private @Nullable ZstdHuffman code;

    /// Grows with what is unpacked, not with what a header claims.
    private byte[] out = new byte[FIRST_ROOM];

    private int window;
    private int written;

    /// How many bytes at the end of `out` belong to this frame; no offset may reach further back.
    private long unpacked;

    private int literalCount;

    /// Begins a frame.
    ///
    /// @param newWindow how far back its blocks may refer
    void begin(int newWindow) {
        window = newWindow;
        unpacked = 0;
        code = null;
        literalLengths.reset();
        offsets.reset();
        matchLengths.reset();
        repeatable[0] = 1;
        repeatable[1] = 4;
        repeatable[2] = 8;
    }

    byte[] out() {
        return out;
    }

    /// Behind the last byte that was unpacked.
    int written() {
        return written;
    }

    /// Makes room behind what is to be kept.
    private void room(int bytes) {
        if (written + bytes <= out.length) {
            return;
        }
        int kept = (int) Math.min(Math.min(unpacked, window), written);
        int wanted = kept + bytes;
        int target = Math.min(2 * wanted, window + window / 2 + ZstdBlock.MOST);
        byte[] old = out;
        if (out.length < Math.min(target, wanted + wanted / 2)) {
            out = new byte[target];
        }
        System.arraycopy(old, written - kept, out, 0, kept);
        written = kept;
    }

    void raw(byte[] bytes, int length) {
        room(length);
        System.arraycopy(bytes, 0, out, written, length);
        wrote(length);
    }

    void repeated(byte one, int length) {
        room(length);
        Arrays.fill(out, written, written + length, one);
        wrote(length);
    }

    private void wrote(int bytes) {
        written += bytes;
        unpacked += bytes;
    }

    /// Unpacks a block.
    ///
    /// @return how many bytes it makes
    int packed(ZstdBlock block) throws IOException {
        room(ZstdBlock.MOST);
        int before = written;
        literals(block);
        int sequences = block.next();
        if (sequences >= 255) {
            sequences = block.next(2) + 0x7f00;
        } else if (sequences >= 128) {
            sequences = ((sequences - 128) << Byte.SIZE) + block.next();
        }
        int used = sequences == 0 ? 0 : sequences(block, sequences, before + ZstdBlock.MOST);
        copyLiterals(used, literalCount - used, before + ZstdBlock.MOST);
        return written - before;
    }

    private void literals(ZstdBlock block) throws IOException {
        int header = block.bits(block.at() * Byte.SIZE, Byte.SIZE);
        int kind = header & 3;
        int format = (header >> 2) & 3;
        if (kind == RAW || kind == REPEATED) {
            int bytes = format == 1 ? 2 : format == 3 ? 3 : 1;
            literalCount = block.next(bytes) >>> (bytes == 1 ? 3 : 4);
            checkLiterals();
            if (kind == REPEATED) {
                Arrays.fill(literals, 0, literalCount, (byte) block.next());
            } else {
                int from = block.at();
                block.to(from + literalCount);
                System.arraycopy(block.bytes, from, literals, 0, literalCount);
            }
            return;
        }
        int width = format < 2 ? 10 : format == 2 ? 14 : 18;
        long sizes = Integer.toUnsignedLong(block.next(Integer.BYTES - (format < 2 ? 1 : 0)));
        sizes |= format == 3 ? (long) block.next() << Integer.SIZE : 0;
        literalCount = (int) (sizes >>> 4) & ((1 << width) - 1);
        int packed = (int) (sizes >>> (4 + width)) & ((1 << width) - 1);
        checkLiterals();
        int end = block.at() + packed;
        if (packed > block.left()) {
            throw new IOException("corrupt: literals longer than their block");
        }
        if (kind == CODED) {
            code = ZstdHuffman.read(block);
        }
        if (code == null) {
            throw new IOException("corrupt: literals in a code that is not told");
        }
        unpackLiterals(block, code, format == 0 ? 1 : STREAMS, end);
    }

    private void checkLiterals() throws IOException {
        if (literalCount > ZstdBlock.MOST) {
            throw new IOException("corrupt: more literals than a block has");
        }
    }

    private void unpackLiterals(ZstdBlock block, ZstdHuffman with, int streams, int end) throws IOException {
        int[] sizes = new int[STREAMS];
        for (int i = 0; i < streams - 1; i++) {
            sizes[i] = block.next(Short.BYTES);
        }
        int share = streams == 1 ? literalCount : (literalCount + STREAMS - 1) / STREAMS;
        for (int i = 0; i < streams; i++) {
            int to = i == streams - 1 ? end : block.at() + sizes[i];
            int last = i == streams - 1 ? literalCount : (i + 1) * share;
            if (to > end || last > literalCount) {
                throw new IOException("corrupt: streams longer than their literals");
            }
            with.unpack(block, to, literals, i * share, last);
        }
    }

    /// @return how many literals they took
    private int sequences(ZstdBlock block, int count, int most) throws IOException {
        int modes = block.next();
        literalLengths.table(modes >> 6, block);
        offsets.table((modes >> 4) & 3, block);
        matchLengths.table((modes >> 2) & 3, block);
        stream.start(block.bytes, block.at(), block.end());
        literalLengths.first(stream);
        offsets.first(stream);
        matchLengths.first(stream);
        int used = 0;
        for (int i = 0; i < count; i++) {
            long offset = offsets.number(stream);
            int match = (int) matchLengths.number(stream);
            int length = (int) literalLengths.number(stream);
            if (length > literalCount - used) {
                throw new IOException("corrupt: more literals are asked for than there are");
            }
            copyLiterals(used, length, most);
            used += length;
            copyMatch(offset(offset, length == 0), match, most);
            if (i < count - 1) {
                literalLengths.next(stream);
                matchLengths.next(stream);
                offsets.next(stream);
            }
        }
        if (stream.left() != 0) {
            throw new IOException("corrupt: sequences of another length than is claimed");
        }
        return used;
    }

    private void copyLiterals(int from, int length, int most) throws IOException {
        if (length > most - written) {
            throw new IOException("corrupt: a block that unpacks to more than a block has");
        }
        System.arraycopy(literals, from, out, written, length);
        wrote(length);
    }

    private void copyMatch(int offset, int length, int most) throws IOException {
        if (length > most - written || offset <= 0 || offset > Math.min(unpacked, window)) {
            throw new IOException("corrupt: a reference to what there is not");
        }
        int from = written - offset;
        if (offset >= length) {
            System.arraycopy(out, from, out, written, length);
        } else {
            for (int i = 0; i < length; i++) {
                out[written + i] = out[from + i];
            }
        }
        wrote(length);
    }

    /// The offset of a sequence: its own, or one of the last three, which move up (RFC 8878, section 3.1.1.5).
    private int offset(long told, boolean noLiterals) throws IOException {
        if (told > REPEATABLE_OFFSETS) {
            if (told - REPEATABLE_OFFSETS > Integer.MAX_VALUE) {
                throw new IOException("corrupt: a reference to what there is not");
            }
            moveUp(2, (int) told - REPEATABLE_OFFSETS);
        } else {
            int which = (int) told - 1 + (noLiterals ? 1 : 0);
            moveUp(Math.min(which, 2), which == REPEATABLE_OFFSETS ? repeatable[0] - 1 : repeatable[which]);
        }
        return repeatable[0];
    }

    private void moveUp(int last, int offset) {
        for (int i = last; i > 0; i--) {
            repeatable[i] = repeatable[i - 1];
        }
        repeatable[0] = offset;
    }
}
