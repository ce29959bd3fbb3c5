package dev.anteroom.capture;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The open connections by their addresses and ports, the same entry for both directions.
///
/// Open addressing with linear probing (Knuth, volume 3, 6.4, algorithms L and R): the keys stand close together,
/// and a connection is only looked at where its key is right. A look-up is most of the work that a packet makes.
final class FlowTable {
    private static final int FIRST_PLACES = 2048;

    /// No place in it.
    private static final long EMPTY = 0;

    /// Not to be guessed: who can make many connections fall on one place makes every look-up long.
    private final long seed = new SplittableRandom().nextLong();

    private long[] keys = new long[FIRST_PLACES];
    private @Nullable Flow[] flows = new @Nullable Flow[FIRST_PLACES];
    private int size;
    private @Nullable Flow oldest;
    private @Nullable Flow newest;

    int size() {
        return size;
    }

    /// The connection that a segment belongs to, whichever side sent it; null if there is none.
    @Nullable
    Flow find(TcpSegment segment) {
        long key = key(segment);
        for (int place = place(key); keys[place] != EMPTY; place = next(place)) {
            if (keys[place] == key) {
                Flow flow = flows[place];
                if (flow != null && (flow.sentByClient(segment) || flow.sentByServer(segment))) {
                    return flow;
                }
            }
        }
        return null;
    }

    void add(Flow flow, TcpSegment segment) {
        if (2 * size >= keys.length) {
            grow();
        }
        flow.key = key(segment);
        put(flow);
        size++;
        append(flow, flow.last);
    }

    private void put(Flow flow) {
        int place = place(flow.key);
        while (keys[place] != EMPTY) {
            place = next(place);
        }
        keys[place] = flow.key;
        flows[place] = flow;
    }

    void remove(Flow flow) {
        int place = place(flow.key);
        while (flows[place] != flow) {
            if (keys[place] == EMPTY) {
                return;
            }
            place = next(place);
        }
        close(place);
        size--;
        unlink(flow);
    }

    /// Moves what stands behind a place into it, as far as a look-up would not find it any more.
    private void close(int freed) {
        int hole = freed;
        for (int place = next(hole); keys[place] != EMPTY; place = next(place)) {
            int wanted = place(keys[place]);
            boolean mayMove = hole <= place ? wanted <= hole || wanted > place : wanted <= hole && wanted > place;
            if (mayMove) {
                keys[hole] = keys[place];
                flows[hole] = flows[place];
                hole = place;
            }
        }
        keys[hole] = EMPTY;
        flows[hole] = null;
    }

    /// Takes out the connections that had no packet for so long.
    ///
    /// They are looked at in turn, not at every packet of theirs: what has had one since goes to the end of
    /// the line.
    ///
    /// @param turn how long a connection stands in line; it may stay for so much too long
    void removeIdle(long now, long idle, long turn, Consumer<Flow> each) {
        Flow flow = oldest;
        while (flow != null && flow.queued < now - turn) {
            if (flow.last < now - idle) {
                remove(flow);
                each.accept(flow);
            } else {
                unlink(flow);
                append(flow, now);
            }
            flow = oldest;
        }
    }

    /// Takes out all connections, the oldest first.
    void removeAll(Consumer<Flow> each) {
        Flow flow = oldest;
        while (flow != null) {
            remove(flow);
            each.accept(flow);
            flow = oldest;
        }
    }

    private void append(Flow flow, long when) {
        flow.queued = when;
        flow.older = newest;
        flow.newer = null;
        if (newest == null) {
            oldest = flow;
        } else {
            newest.newer = flow;
        }
        newest = flow;
    }

    private void unlink(Flow flow) {
        Flow older = flow.older;
        Flow newer = flow.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        flow.older = null;
        flow.newer = null;
    }

    private void grow() {
        @Nullable Flow[] old = flows;
        keys = new long[old.length * 2];
        flows = new @Nullable Flow[old.length * 2];
        Arrays.stream(old).forEach(flow -> {
            if (flow != null) {
                put(flow);
            }
        });
    }

    private int place(long key) {
        return (int) key & (keys.length - 1);
    }

    private int next(int place) {
        return (place + 1) & (keys.length - 1);
    }

    /// The same for both directions, never [#EMPTY].
    private long key(TcpSegment segment) {
        long source = mixed(segment.sourceHigh, segment.sourceLow, segment.sourcePort);
        long destination = mixed(segment.destinationHigh, segment.destinationLow, segment.destinationPort);
        long both = source + destination;
        return (both ^ (both >>> Integer.SIZE)) | (1L << (Long.SIZE - 1));
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): neighbours must not share places.
    private long mixed(long high, long low, int port) {
        long bits = high * 31 + low + ((long) port << 48) + seed;
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
