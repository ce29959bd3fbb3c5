package dev.anteroom.capture;

import java.util.Arrays;

/// The first segments of a connection, kept for its ladder.
final class SegmentLog {
    /// No more segments than a ladder of an unlucky connection has are kept.
    static final int MOST = 64;

    /// Words of one segment: when, what, its two numbers.
    private static final int WORDS = 3;

    /// Most connections that wait have sent a SYN and little more.
    private static final int FIRST = 2;

    /// The number of the first packet of the connection that it is of; 0 of none.
    long owner;

    /// Whether it may not be given to another connection.
    boolean pinned;

    private long[] words = new long[FIRST * WORDS];
    private long start;
    private int size;
    private int leftOut;

    /// Forgets what it holds.
    ///
    /// @param firstPacket the number of the first packet of the next connection
    /// @param nanos when that was seen
    void begin(long firstPacket, long nanos) {
        owner = firstPacket;
        pinned = false;
        start = nanos;
        size = 0;
        leftOut = 0;
    }

    /// @param nanos when it was seen
    /// @param what its flags and marks
    void add(long nanos, int what, TcpSegment segment) {
        if (size == MOST) {
            leftOut++;
            return;
        }
        int index = size * WORDS;
        if (index == words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        words[index] = nanos - start;
        words[index + 1] = ((long) segment.payloadLength << Integer.SIZE) | what;
        words[index + 2] = ((long) segment.sequence << Integer.SIZE) | (segment.acknowledgement & TcpSegment.LOW_HALF);
        size++;
    }

    /// When the first segment was seen.
    long start() {
        return start;
    }

    int size() {
        return size;
    }

    /// How many segments came after the last that is kept.
    int leftOut() {
        return leftOut;
    }

    /// When, from the first segment.
    long at(int event) {
        return words[event * WORDS];
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
