package dev.anteroom.simulator;

import java.util.Arrays;

/// What is to happen, and what time it is. An event is a kind and the place of a connection, or the number of a
/// listener.
///
/// Events come by time and, where times are equal, in the order in which they were added. Those of one purpose mostly
/// are added in the order of their time to begin with: they wait in lanes, of which only the first events are
/// compared. The others wait in a heap.
final class Agenda {
    /// Places take the lower bits of an event.
    static final int MAX_SLOTS = 1 << 26;

    /// The time of what never happens.
    static final long NEVER = Long.MAX_VALUE;

    private static final int KIND_SHIFT = 26;

    private final InFlight inFlight;
    private final EventQueue heap = new EventQueue();

    /// The lanes that are not empty, the one with the latest first event first: what is added is mostly due before what
    /// waits for a time-out, and finds its place near the end.
    private Lane[] lanes = new Lane[0];

    private int laneCount;

    /// What happens before time goes on.
    private final IntRing soon = new IntRing();

    private int added;
    private long now;
    private boolean nextInHeap;

    Agenda(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    /// Nanoseconds since the start of the surge.
    long now() {
        return now;
    }

    /// A new lane for events that mostly are added in the order of their time.
    Lane lane() {
        lanes = Arrays.copyOf(lanes, lanes.length + 1);
        return new Lane();
    }

    /// Adds an event of a connection, which it holds until that has happened.
    void at(long time, Lane lane, int kind, Connection connection) {
        connection.holds++;
        add(time, lane, kind, connection.slot);
    }

    /// Adds an event of a listener.
    void at(long time, Lane lane, int kind, int listener) {
        add(time, lane, kind, listener);
    }

    /// Sets a timer of a connection anew.
    void arm(Timer timer, long time, Lane lane, int kind, Connection connection) {
        disarm(timer, connection);
        timer.due = time;
        timer.lane = lane;
        timer.number = lane.end();
        at(time, lane, kind, connection);
        if (lane.end() == timer.number) {
            timer.lane = null; // it went into the heap
        }
    }

    /// Stops a timer. Its event is taken out where that is cheap; if it is not, the timer is not due when it comes.
    void disarm(Timer timer, Connection connection) {
        if (timer.due == NEVER) {
            return;
        }
        timer.due = NEVER;
        Lane lane = timer.lane;
        if (lane == null) {
            return;
        }
        boolean wasFirst = !lane.isEmpty() && lane.isFirst(timer.number);
        if (lane.remove(timer.number)) {
            inFlight.letGo(connection);
            if (wasFirst) {
                findItsPlace(lane);
            }
        }
    }

    private void findItsPlace(Lane lane) {
        int at = 0;
        while (lanes[at] != lane) {
            at++;
        }
        if (lane.isEmpty()) {
            laneCount--;
            System.arraycopy(lanes, at + 1, lanes, at, laneCount - at);
        } else {
            moveBack(lane, at);
        }
    }

    /// Whether a timer fires now. It does so once.
    boolean fires(Timer timer) {
        if (timer.due != now) {
            return false;
        }
        timer.due = NEVER;
        return true;
    }

    /// Adds an event of a connection that happens before time goes on.
    void soon(int kind, Connection connection) {
        connection.holds++;
        soon.add(kind << KIND_SHIFT | connection.slot);
    }

    private void add(long time, Lane lane, int kind, int number) {
        long entry = (long) added++ << 32 | Integer.toUnsignedLong(kind << KIND_SHIFT | number);
        if (lane.isEmpty()) {
            lane.add(time, entry);
            int at = laneCount++;
            for (; at > 0 && lanes[at - 1].firstTime() <= time; at--) {
                lanes[at] = lanes[at - 1];
            }
            lanes[at] = lane;
        } else if (time >= lane.lastTime()) {
            lane.add(time, entry);
        } else {
            heap.add(time, entry);
        }
    }

    /// Finds the next event. Its time, the largest value if there is none.
    long find() {
        if (soon.size() > 0) {
            return now;
        }
        long inHeap = heap.nextTime();
        if (laneCount == 0) {
            nextInHeap = true;
            return inHeap;
        }
        Lane lane = lanes[laneCount - 1];
        long time = lane.firstTime();
        nextInHeap = inHeap < time || (inHeap == time && isBefore(heap.nextEntry(), lane.firstEntry()));
        return nextInHeap ? inHeap : time;
    }

    /// Goes on to the event that was found; nothing may have been added since.
    int next() {
        if (soon.size() > 0) {
            return soon.poll();
        }
        if (nextInHeap) {
            now = heap.nextTime();
            int event = (int) heap.nextEntry();
            heap.removeNext();
            return event;
        }
        Lane lane = lanes[laneCount - 1];
        now = lane.firstTime();
        int event = (int) lane.firstEntry();
        lane.removeFirst();
        if (lane.isEmpty()) {
            laneCount--;
        } else {
            moveBack(lane, laneCount - 1);
        }
        return event;
    }

    /// Puts a lane, whose first event is a later one now, in its place.
    private void moveBack(Lane lane, int from) {
        long time = lane.firstTime();
        int at = from;
        for (; at > 0; at--) {
            Lane earlier = lanes[at - 1];
            if (earlier.firstTime() > time
                    || (earlier.firstTime() == time && isBefore(lane.firstEntry(), earlier.firstEntry()))) {
                break;
            }
            lanes[at] = earlier;
        }
        lanes[at] = lane;
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

    static int slot(int event) {
        return event & (MAX_SLOTS - 1);
    }
}
