package dev.anteroom.capture;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The open connections by their addresses and ports, the same entry for both directions, and in the order of their
/// last packets.
final class FlowTable {
    private static final int FIRST_BUCKETS = 1024;

    private @Nullable Flow[] buckets = new @Nullable Flow[FIRST_BUCKETS];
    private int size;
    private @Nullable Flow oldest;
    private @Nullable Flow newest;

    int size() {
        return size;
    }

    /// The connection that a segment belongs to, whichever side sent it; null if there is none.
    @Nullable
    Flow find(TcpSegment segment) {
        Flow flow = buckets[bucket(hash(segment))];
        while (flow != null && !flow.ends.sentByClient(segment) && !flow.ends.sentByServer(segment)) {
            flow = flow.nextInBucket;
        }
        return flow;
    }

    void add(Flow flow, TcpSegment segment) {
        if (size == buckets.length) {
            grow();
        }
        flow.hash = hash(segment);
        int bucket = bucket(flow.hash);
        flow.nextInBucket = buckets[bucket];
        buckets[bucket] = flow;
        size++;
        append(flow);
    }

    void remove(Flow flow) {
        int bucket = bucket(flow.hash);
        Flow before = null;
        Flow at = buckets[bucket];
        while (at != null && at != flow) {
            before = at;
            at = at.nextInBucket;
        }
        if (at == null) {
            return;
        }
        if (before == null) {
            buckets[bucket] = flow.nextInBucket;
        } else {
            before.nextInBucket = flow.nextInBucket;
        }
        flow.nextInBucket = null;
        size--;
        unlink(flow);
    }

    /// Makes a connection the one that was seen last.
    void touch(Flow flow) {
        if (flow != newest) {
            unlink(flow);
            append(flow);
        }
    }

    /// Takes out all connections whose last packet is older, the oldest first.
    void removeOlderThan(long nanos, Consumer<Flow> each) {
        Flow flow = oldest;
        while (flow != null && flow.last < nanos) {
            Flow next = flow.newer;
            remove(flow);
            each.accept(flow);
            flow = next;
        }
    }

    private void append(Flow flow) {
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
        @Nullable Flow[] old = buckets;
        buckets = new @Nullable Flow[old.length * 2];
        Arrays.stream(old).forEach(first -> {
            Flow flow = first;
            while (flow != null) {
                Flow next = flow.nextInBucket;
                int bucket = bucket(flow.hash);
                flow.nextInBucket = buckets[bucket];
                buckets[bucket] = flow;
                flow = next;
            }
        });
    }

    private int bucket(int hash) {
        return hash & (buckets.length - 1);
    }

    /// The same for both directions.
    private static int hash(TcpSegment segment) {
        long source = mixed(segment.sourceHigh, segment.sourceLow, segment.sourcePort);
        long destination = mixed(segment.destinationHigh, segment.destinationLow, segment.destinationPort);
        long both = source + destination;
        return (int) (both ^ (both >>> Integer.SIZE));
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): neighbours must not share buckets.
    private static long mixed(long high, long low, int port) {
        long bits = high * 31 + low + ((long) port << 48);
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
