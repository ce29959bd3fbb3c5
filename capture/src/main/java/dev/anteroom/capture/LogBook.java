package dev.anteroom.capture;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The first segments of connections that may yet be shown, a bounded number of them. When all places are taken, a new
/// connection gets that of an older one, but some keep theirs to their end: in a flood, too, one connection of each
/// fate can be shown whole.
///
/// Each segment of such a connection is written here and few are ever read. So the segments that most connections have
/// before an answer stand in one array, where nothing must be looked up before they can be written.
final class LogBook {
    /// So many connections of a share have a log.
    private static final int MOST = 32_768 / FlowShare.SHARES;

    /// The first of them are not taken away.
    private static final int KEPT = MOST / 16;

    /// Of no connection.
    static final int NONE = 0;

    /// SYN, SYN-ACK, ACK, request, its ACK and the answer, and two of them once more.
    private static final int USUAL = 8;

    private static final int USUAL_WORDS = USUAL * SegmentLog.WORDS;
    private static final int FIRST_LOGS = 32;

    /// The number of the first packet of the connection whose log it is; 0 of none.
    private final long[] owners = new long[MOST + 1];

    /// How many segments its connection has had.
    private final int[] seen = new int[MOST + 1];

    /// Whether it may not be given to another connection.
    private final boolean[] pinned = new boolean[MOST + 1];

    /// The first segments of all, and those that follow of each that has more.
    private long[] usual = new long[FIRST_LOGS * USUAL_WORDS];

    private final long[] @Nullable [] more = new long[MOST + 1] @Nullable [];
    private final int[] freed = new int[MOST];
    private int free;
    private int used;
    private int next = KEPT;

    /// Gives a connection a log.
    ///
    /// @param firstPacket the number of its first packet
    /// @return the number of the log
    int open(long firstPacket) {
        int log = free > 0 ? freed[--free] : used < MOST ? unused() : taken();
        owners[log] = firstPacket;
        seen[log] = 0;
        return log;
    }

    private int unused() {
        used++;
        if (used * USUAL_WORDS > usual.length) {
            usual = Arrays.copyOf(usual, 2 * usual.length);
        }
        return used;
    }

    private int taken() {
        do {
            next = next == MOST ? KEPT + 1 : next + 1;
        } while (pinned[next]);
        return next;
    }

    /// Adds a segment, if the connection still has its log.
    ///
    /// @param nanos when it was seen
    /// @param what its flags and marks
    void add(int log, long firstPacket, long nanos, int what, TcpSegment segment) {
        if (owners[log] != firstPacket) {
            return;
        }
        int number = seen[log];
        seen[log] = number == Integer.MAX_VALUE ? number : number + 1;
        if (number < USUAL) {
            SegmentLog.write(usual, (log - 1) * USUAL + number, nanos, what, segment);
        } else if (number < SegmentLog.MOST) {
            SegmentLog.write(roomFor(log, number - USUAL), number - USUAL, nanos, what, segment);
        }
    }

    private long[] roomFor(int log, int number) {
        long[] words = more[log];
        if (words == null) {
            words = new long[USUAL_WORDS];
        } else if (words.length == number * SegmentLog.WORDS) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        more[log] = words;
        return words;
    }

    /// The log of a connection as it stands; null if it has none any more.
    @Nullable
    SegmentLog of(int log, long firstPacket) {
        if (owners[log] != firstPacket) {
            return null;
        }
        int size = Math.min(seen[log], SegmentLog.MOST);
        long[] words = new long[size * SegmentLog.WORDS];
        int first = Math.min(words.length, USUAL_WORDS);
        System.arraycopy(usual, (log - 1) * USUAL_WORDS, words, 0, first);
        long[] rest = more[log];
        if (rest != null) {
            System.arraycopy(rest, 0, words, first, words.length - first);
        }
        return new SegmentLog(words, seen[log] - size);
    }

    /// Does not take it away before it is closed. For a few.
    void pin(int log, long firstPacket) {
        pinned[log] |= owners[log] == firstPacket;
    }

    void close(int log, long firstPacket) {
        if (owners[log] == firstPacket) {
            owners[log] = 0;
            pinned[log] = false;
            freed[free++] = log;
        }
    }
}
