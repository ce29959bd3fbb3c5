package dev.anteroom.capture;

import org.jspecify.annotations.Nullable;

/// The logs of connections that may yet be shown, a bounded number of them. When all are taken, a new connection gets
/// that of an older one, but some keep theirs to their end: in a flood, too, one connection of each fate can be
/// shown whole.
final class LogBook {
    /// So many connections of a share have a log.
    private static final int MOST = 32_768 / FlowShare.SHARES;

    /// The first of them are not taken away.
    private static final int KEPT = MOST / 16;

    /// Of no connection.
    static final int NONE = 0;

    private final @Nullable SegmentLog[] logs = new @Nullable SegmentLog[MOST + 1];
    private final int[] freed = new int[MOST];
    private int free;
    private int used;
    private int next = KEPT;

    /// Gives a connection a log.
    ///
    /// @param firstPacket the number of its first packet
    /// @return the number of the log
    int open(long firstPacket, long nanos) {
        int log = free > 0 ? freed[--free] : used < MOST ? ++used : taken();
        SegmentLog known = logs[log];
        if (known == null) {
            known = new SegmentLog();
            logs[log] = known;
        }
        known.begin(firstPacket, nanos);
        return log;
    }

    private int taken() {
        do {
            next = next == MOST ? KEPT + 1 : next + 1;
        } while (isPinned(logs[next]));
        return next;
    }

    private static boolean isPinned(@Nullable SegmentLog log) {
        return log != null && log.pinned;
    }

    /// The log of a connection; null if it has none any more.
    @Nullable
    SegmentLog of(int log, long firstPacket) {
        SegmentLog known = logs[log];
        return known != null && known.owner == firstPacket ? known : null;
    }

    /// Does not take it away before it is closed. For a few.
    void pin(int log, long firstPacket) {
        SegmentLog known = of(log, firstPacket);
        if (known != null) {
            known.pinned = true;
        }
    }

    void close(int log, long firstPacket) {
        SegmentLog known = of(log, firstPacket);
        if (known != null) {
            known.begin(0, 0);
            freed[free++] = log;
        }
    }
}
