package dev.anteroom.simulator;

import java.util.Arrays;

/// Events in the order of their time, and in the order in which they were added where times are equal.
///
/// A heap of four children per node over primitive arrays: no object per event, and half the levels of a binary
/// heap.
final class EventQueue {
    private static final int FIRST_CAPACITY = 1024;

    private long[] times = new long[FIRST_CAPACITY];

    /// The place in the order of adding in the upper half, the event in the lower.
    private long[] entries = new long[FIRST_CAPACITY];

    private int size;

    /// The time of the next event, the largest value if there is none.
    long nextTime() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /// The next event with its place in the order of adding, meaningless if there is none.
    long nextEntry() {
        return entries[0];
    }

    /// @param entry a place in the order of adding in the upper half, an event in the lower
    void add(long time, long entry) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            entries = Arrays.copyOf(entries, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >> 2;
            if (!before(time, entry, times[parent], entries[parent])) {
                break;
            }
            times[at] = times[parent];
            entries[at] = entries[parent];
            at = parent;
        }
        times[at] = time;
        entries[at] = entry;
    }

    /// Removes the next event; there must be one.
    void removeNext() {
        size--;
        long time = times[size];
        long entry = entries[size];
        int at = 0;
        while (true) {
            int child = (at << 2) + 1;
            if (child >= size) {
                break;
            }
            int least = child;
            int end = Math.min(child + 4, size);
            for (int other = child + 1; other < end; other++) {
                if (before(times[other], entries[other], times[least], entries[least])) {
                    least = other;
                }
            }
            if (!before(times[least], entries[least], time, entry)) {
                break;
            }
            times[at] = times[least];
            entries[at] = entries[least];
            at = least;
        }
        times[at] = time;
        entries[at] = entry;
    }

    private static boolean before(long time, long entry, long otherTime, long otherEntry) {
        return time < otherTime || (time == otherTime && Agenda.isBefore(entry, otherEntry));
    }
}
