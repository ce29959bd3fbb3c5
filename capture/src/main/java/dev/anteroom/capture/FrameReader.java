package dev.anteroom.capture;

import java.util.Optional;

/// Reads frame after frame of a recording. What it says of a frame holds until the next one is asked for.
abstract sealed class FrameReader permits PcapReader, PcapngReader {
    /// No frame or block is larger: libpcap takes 256 KiB for a frame and 16 MiB for a block.
    static final int MOST_BYTES = 16 << 20;

    final ByteSource source;
    long epochNanos;
    int linkType;
    boolean lost;

    /// How much of the frame is in the recording; it begins at the position of the source's buffer.
    int captured;

    /// From the beginning of the frame to the next record or block.
    int occupied;

    private Optional<String> damage = Optional.empty();

    FrameReader(ByteSource source) {
        this.source = source;
    }

    /// Goes on to the next frame.
    ///
    /// @return false if there is none
    abstract boolean next();

    /// Why reading ended before the end of the recording, with the offset; empty if it did not.
    Optional<String> damage() {
        return damage;
    }

    final boolean damaged(String what, long offset) {
        damage = Optional.of(what + " at byte " + offset);
        return false;
    }

    /// The bytes end here: at the end of a record, in the middle of one, or where they could not be read.
    final boolean ends(String what, long offset) {
        Optional<String> failure = source.failure();
        if (failure.isPresent()) {
            return damaged(
                    "unreadable (" + failure.get() + ")",
                    source.offset() + source.bytes().remaining());
        }
        return source.bytes().hasRemaining() && damaged("cut off within the " + what + " that begins", offset);
    }

    static int ordered(int word, boolean swapped) {
        return swapped ? Integer.reverseBytes(word) : word;
    }

    static int ordered(short word, boolean swapped) {
        return (swapped ? Short.reverseBytes(word) : word) & 0xffff;
    }
}
