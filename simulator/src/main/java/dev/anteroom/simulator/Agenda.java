package dev.anteroom.simulator;

/// What is to happen, and what time it is. An event is a kind and the number of a connection or listener.
///
/// Events come by time and, where times are equal, in the order in which they were added. Most of them are added in
/// the order of their time to begin with: those wait in lanes, the others in a heap.
final class Agenda {
    /// Numbers take the lower bits of an event.
    static final int MAX_NUMBERS = 1 << 26;

    /// The time of what never happens.
    static final long NEVER = Long.MAX_VALUE;

    private static final int KIND_SHIFT = 26;
    private static final int HEAP = -1;
    private static final int MAX_LANES = 8;

    private final EventQueue heap = new EventQueue();
    private final Lane[] lanes = new Lane[MAX_LANES];
    private int laneCount;

    /// What happens before time goes on.
    private final IntRing soon = new IntRing();

    private int added;
    private long now;
    private long found;
    private long foundEntry;
    private int foundIn;

    /// Nanoseconds since the start of the surge.
    long now() {
        return now;
    }

    /// A new lane for events that are added in the order of their time.
    Lane lane() {
        Lane lane = new Lane();
        lanes[laneCount++] = lane;
        return lane;
    }

    void at(long time, int kind, int number) {
        heap.add(time, entry(kind, number));
    }

    void at(long time, Lane lane, int kind, int number) {
        lane.add(time, entry(kind, number));
    }

    /// Adds an event that happens before time goes on.
    void soon(int kind, int number) {
        soon.add(kind << KIND_SHIFT | number);
    }

    private long entry(int kind, int number) {
        return (long) added++ << 32 | Integer.toUnsignedLong(kind << KIND_SHIFT | number);
    }

    /// Finds the next event. Its time, the largest value if there is none.
    long find() {
        if (soon.size() > 0) {
            return now;
        }
        found = heap.nextTime();
        foundEntry = heap.nextEntry();
        foundIn = HEAP;
        for (int i = 0; i < laneCount; i++) {
            long time = lanes[i].nextTime();
            if (time < found || (time == found && time != NEVER && isBefore(lanes[i].nextEntry(), foundEntry))) {
                found = time;
                foundEntry = lanes[i].nextEntry();
                foundIn = i;
            }
        }
        return found;
    }

    /// Goes on to the event that was found; nothing may have been added since.
    int next() {
        if (soon.size() > 0) {
            return soon.poll();
        }
        now = found;
        if (foundIn == HEAP) {
            heap.removeNext();
        } else {
            lanes[foundIn].removeNext();
        }
        return (int) foundEntry;
    }

    /// Whether an entry was added before another of the same time. Compared by difference, so that the count may
    /// wrap: fewer than 2^31 events are added while one waits.
    static boolean isBefore(long entry, long other) {
        return (int) (entry >> 32) - (int) (other >> 32) < 0;
    }

    /// Lets time pass without an event.
    void goTo(long time) {
        now = time;
    }

    static int kind(int event) {
        return event >>> KIND_SHIFT;
    }

    static int number(int event) {
        return event & (MAX_NUMBERS - 1);
    }
}
