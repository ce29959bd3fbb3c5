package dev.anteroom.simulator;

/// Events that are added in the order of their time, as those of a link or of a timer that always takes as long: a
/// ring, which needs no sorting. One that will not happen can be taken out again.
final class Lane {
    private static final int FIRST_LENGTH = 64;

    /// The entry of an event that was taken out from between others.
    private static final long GONE = -1;

    /// A time and an entry by turns; the length is a power of two. An entry is the place in the order of adding in the
    /// upper half and the event in the lower, as in [EventQueue].
    private long[] ring = new long[FIRST_LENGTH];

    /// The numbers of the first event and of the one that is added next, counted from the first that there ever was.
    private long first;

    private long end;
    private long firstTime;
    private long lastTime;

    boolean isEmpty() {
        return first == end;
    }

    /// The time of the first event; there must be one.
    long firstTime() {
        return firstTime;
    }

    /// The first event with its place in the order of adding; there must be one.
    long firstEntry() {
        return ring[at(first) + 1];
    }

    /// The time of the event added last, of those that were not taken out; there must be one.
    long lastTime() {
        return lastTime;
    }

    /// The number of the event that is added next.
    long end() {
        return end;
    }

    /// @param time not before that of the last event
    void add(long time, long entry) {
        if (end - first == ring.length >> 1) {
            widen();
        }
        int at = at(end);
        ring[at] = time;
        ring[at + 1] = entry;
        if (first == end) {
            firstTime = time;
        }
        lastTime = time;
        end++;
    }

    /// Removes the first event; there must be one.
    void removeFirst() {
        do {
            first++;
        } while (first < end && ring[at(first) + 1] == GONE);
        firstTime = ring[at(first)];
    }

    /// Whether an event is the first; there must be one.
    boolean isFirst(long number) {
        return number == first;
    }

    /// Takes an event out. False if it is not here any more.
    ///
    /// @param number what [#end] was before it was added
    boolean remove(long number) {
        if (number < first || number >= end || ring[at(number) + 1] == GONE) {
            return false;
        }
        if (number == first) {
            removeFirst();
        } else if (number == end - 1) {
            do {
                end--;
            } while (ring[at(end - 1) + 1] == GONE);
            lastTime = ring[at(end - 1)];
        } else {
            ring[at(number) + 1] = GONE;
        }
        return true;
    }

    private int at(long number) {
        return (int) (number << 1) & (ring.length - 1);
    }

    private void widen() {
        long[] narrow = ring;
        ring = new long[2 * narrow.length];
        for (long number = first; number < end; number++) {
            int from = (int) (number << 1) & (narrow.length - 1);
            ring[at(number)] = narrow[from];
            ring[at(number) + 1] = narrow[from + 1];
        }
    }
}
