package dev.anteroom.simulator;

/// What is to happen, and what time it is. An event is a kind and the number of a connection or listener.
final class Agenda {
    /// Numbers take the lower bits of an event.
    static final int MAX_NUMBERS = 1 << 26;

    private static final int KIND_SHIFT = 26;

    private final EventQueue later = new EventQueue();

    /// What happens before time goes on.
    private final IntRing soon = new IntRing();

    private long now;
    private long events;

    /// Nanoseconds since the start of the surge.
    long now() {
        return now;
    }

    /// How many events there were.
    long events() {
        return events;
    }

    void at(long time, int kind, int number) {
        later.add(time, kind << KIND_SHIFT | number);
    }

    /// Adds an event that happens before time goes on.
    void soon(int kind, int number) {
        soon.add(kind << KIND_SHIFT | number);
    }

    /// The time of the next event, the largest value if there is none.
    long nextTime() {
        if (soon.size() > 0) {
            return now;
        }
        return later.isEmpty() ? Long.MAX_VALUE : later.nextTime();
    }

    /// Goes on to the next event, which there must be.
    int next() {
        events++;
        if (soon.size() > 0) {
            return soon.poll();
        }
        now = later.nextTime();
        return later.poll();
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
