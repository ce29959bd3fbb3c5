package dev.anteroom.simulator;

/// Events that are added in the order of their time, as those of a link or of a timer that always takes as long: a
/// ring, which needs no sorting.
final class Lane {
    /// Their length is a power of two.
    private long[] times = new long[64];

    /// The place in the order of adding in the upper half, the event in the lower, as in [EventQueue].
    private long[] entries = new long[64];

    private int head;
    private int size;

    /// The time of the next event, the largest value if there is none.
    long nextTime() {
        return size == 0 ? Long.MAX_VALUE : times[head];
    }

    /// The next event with its place in the order of adding; there must be one.
    long nextEntry() {
        return entries[head];
    }

    /// @param time not before that of the event added last
    void add(long time, long entry) {
        if (size == times.length) {
            widen();
        }
        int tail = (head + size) & (times.length - 1);
        times[tail] = time;
        entries[tail] = entry;
        size++;
    }

    void removeNext() {
        head = (head + 1) & (times.length - 1);
        size--;
    }

    private void widen() {
        long[] widerTimes = new long[size * 2];
        long[] widerEntries = new long[size * 2];
        int untilEnd = size - head;
        System.arraycopy(times, head, widerTimes, 0, untilEnd);
        System.arraycopy(times, 0, widerTimes, untilEnd, head);
        System.arraycopy(entries, head, widerEntries, 0, untilEnd);
        System.arraycopy(entries, 0, widerEntries, untilEnd, head);
        times = widerTimes;
        entries = widerEntries;
        head = 0;
    }
}
