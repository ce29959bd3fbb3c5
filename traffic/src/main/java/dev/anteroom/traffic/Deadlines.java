package dev.anteroom.traffic;

import java.util.Arrays;

/// The next deadline of each connection, the nearest first: a binary heap of numbers that knows where each stands,
/// so that a deadline is moved in place and costs no memory however often it is.
final class Deadlines {
    static final long NONE = Long.MAX_VALUE;
    private static final int ABSENT = -1;

    private final long[] times;
    private final int[] places;
    private final int[] heap;
    private int size;

    Deadlines(int connections) {
        times = new long[connections];
        places = new int[connections];
        heap = new int[connections];
        Arrays.fill(places, ABSENT);
    }

    /// The nearest deadline, [#NONE] if there is none.
    long nearest() {
        return size == 0 ? NONE : times[heap[0]];
    }

    /// The connection with the nearest deadline, which is taken off; there must be one.
    int take() {
        int number = heap[0];
        remove(number);
        return number;
    }

    /// Gives a connection its deadline, in place of the one it had.
    void set(int number, long time) {
        times[number] = time;
        if (places[number] == ABSENT) {
            put(number, size++);
        }
        settle(number);
    }

    /// Takes the deadline of a connection off, if it has one.
    void remove(int number) {
        int place = places[number];
        if (place == ABSENT) {
            return;
        }
        places[number] = ABSENT;
        int last = heap[--size];
        if (last != number) {
            put(last, place);
            settle(last);
        }
    }

    private void settle(int number) {
        int place = places[number];
        while (place > 0 && times[heap[(place - 1) / 2]] > times[number]) {
            put(heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }
        while (true) {
            int child = 2 * place + 1;
            if (child + 1 < size && times[heap[child + 1]] < times[heap[child]]) {
                child++;
            }
            if (child >= size || times[heap[child]] >= times[number]) {
                break;
            }
            put(heap[child], place);
            place = child;
        }
        put(number, place);
    }

    private void put(int number, int place) {
        heap[place] = number;
        places[number] = place;
    }
}
