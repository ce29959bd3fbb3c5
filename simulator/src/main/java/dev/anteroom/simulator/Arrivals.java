package dev.anteroom.simulator;

import java.util.function.LongSupplier;

/// The moments at which something begins, one after the other: only the next is known.
final class Arrivals {
    private final int count;
    private final LongSupplier moments;
    private int begun;
    private long next;
    private long first;
    private long last;

    Arrivals(ArrivalModel model, SplitMix64 random) {
        count = model.count();
        moments = model.moments(random);
        next = count == 0 ? Agenda.NEVER : moments.getAsLong();
        first = count == 0 ? 0 : next;
        last = first;
    }

    int count() {
        return count;
    }

    /// When the next one is due; never if all have begun.
    long next() {
        return next;
    }

    /// The next one begins. Its number.
    int begin() {
        int number = begun++;
        last = next;
        next = begun < count ? moments.getAsLong() : Agenda.NEVER;
        return number;
    }

    /// From the first to the last one. After this no more can begin.
    long width() {
        while (next != Agenda.NEVER) {
            begin();
        }
        return last - first;
    }
}
