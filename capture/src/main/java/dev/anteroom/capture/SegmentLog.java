package dev.anteroom.capture;

/// The first segments of a connection, kept for its ladder.
final class SegmentLog {
    /// No more segments than a ladder of an unlucky connection has are kept.
    static final int MOST = 64;

    /// Words of one segment: when, what, its two numbers.
    static final int WORDS = 3;

    private final long[] words;
    private final int leftOut;

    /// @param words of all segments that are kept, at least one
    /// @param leftOut how many came after them
    SegmentLog(long[] words, int leftOut) {
        this.words = words;
        this.leftOut = leftOut;
    }

    /// Writes a segment among others.
    ///
    /// @param number its place
    /// @param nanos when it was seen
    /// @param what its flags and marks
    static void write(long[] words, int number, long nanos, int what, TcpSegment segment) {
        int at = number * WORDS;
        words[at] = nanos;
        words[at + 1] = ((long) segment.payloadLength << Integer.SIZE) | what;
        words[at + 2] = FlowRecord.halves(segment.sequence, segment.acknowledgement);
    }

    /// When the first segment was seen.
    long start() {
        return words[0];
    }

    int size() {
        return words.length / WORDS;
    }

    /// How many segments came after the last that is kept.
    int leftOut() {
        return leftOut;
    }

    /// When, from the first segment.
    long at(int event) {
        return words[event * WORDS] - start();
    }

    int what(int event) {
        return (int) words[event * WORDS + 1];
    }

    int payload(int event) {
        return (int) (words[event * WORDS + 1] >>> Integer.SIZE);
    }

    int sequence(int event) {
        return (int) (words[event * WORDS + 2] >>> Integer.SIZE);
    }

    int acknowledgement(int event) {
        return (int) words[event * WORDS + 2];
    }
}
