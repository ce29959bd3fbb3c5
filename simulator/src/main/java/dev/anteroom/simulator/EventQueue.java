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
    private long[] events = new long[FIRST_CAPACITY];

    private int size;
    private int added;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /// The time of the next event; there must be one.
    long nextTime() {
        return times[0];
    }

    void add(long time, int event) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            events = Arrays.copyOf(events, size * 2);
        }
        long entry = (long) added++ << 32 | Integer.toUnsignedLong(event);
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >> 2;
            if (!before(time, entry, times[parent], events[parent])) {
                break;
            }
            times[at] = times[parent];
            events[at] = events[parent];
            at = parent;
        }
        times[at] = time;
        events[at] = entry;
    }

    /// Removes the next event; there must be one.
    int poll() {
        int first = (int) events[0];
        size--;
        long time = times[size];
        long entry = events[size];
        int at = 0;
        while (true) {
            int child = (at << 2) + 1;
            if (child >= size) {
                break;
            }
            int least = child;
            int end = Math.min(child + 4, size);
            for (int other = child + 1; other < end; other++) {
                if (before(times[other], events[other], times[least], events[least])) {
                    least = other;
                }
            }
            if (!before(times[least], events[least], time, entry)) {
                break;
            }
            times[at] = times[least];
            events[at] = events[least];
            at = least;
        }
        times[at] = time;
        events[at] = entry;
        return first;
    }

    /// The order of adding is compared by difference, so that it may wrap: fewer than 2^31 events wait at once.
    private static boolean before(long time, long entry, long otherTime, long otherEntry) {
        return time < otherTime || (time == otherTime && (int) (entry >> 32) - (int) (otherEntry >> 32) < 0);
    }
}
