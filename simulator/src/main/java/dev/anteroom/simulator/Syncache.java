package dev.anteroom.simulator;

/// The one cache of requests that all listeners of a FreeBSD share, in which the oldest entry of a full bucket makes
/// room (`netinet/tcp_syncache.c` syncache_insert, FreeBSD 13: 512 buckets of 30).
final class Syncache {
    private static final int BUCKETS = 512;
    private static final int BUCKET_LIMIT = 30;

    private final boolean used;
    private final long salt;
    private final IntRing[] buckets = new IntRing[BUCKETS];
    private final int[] live = new int[BUCKETS];

    Syncache(boolean used, long seed) {
        this.used = used;
        salt = SplitMix64.mix(~seed);
    }

    /// Takes a new request in. The request that had to go for it, or -1.
    int added(int connection, RequestTimers requests) {
        if (!used) {
            return -1;
        }
        int bucket = bucket(connection);
        if (buckets[bucket] == null) {
            buckets[bucket] = new IntRing();
        }
        int evicted = -1;
        while (evicted < 0 && live[bucket] >= BUCKET_LIMIT) {
            int oldest = buckets[bucket].poll();
            if (requests.isRequest(oldest)) {
                evicted = oldest;
                live[bucket]--;
            }
        }
        buckets[bucket].add(connection);
        live[bucket]++;
        return evicted;
    }

    void removed(int connection) {
        if (used) {
            live[bucket(connection)]--;
        }
    }

    private int bucket(int connection) {
        return (int) (SplitMix64.mix(salt ^ connection) & (BUCKETS - 1));
    }
}
