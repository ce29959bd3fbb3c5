package dev.anteroom.simulator;

import java.util.Arrays;
import java.util.Optional;

/// The one cache of requests that all listeners of a FreeBSD share, in which the oldest entry of a full bucket makes
/// room (`netinet/tcp_syncache.c` syncache_insert, FreeBSD 13: 512 buckets of 30).
final class Syncache {
    private static final int BUCKETS = 512;
    private static final int BUCKET_LIMIT = 30;

    private final boolean used;
    private final long salt;
    private final ConnectionQueue[] buckets = new ConnectionQueue[BUCKETS];
    private final int[] live = new int[BUCKETS];

    Syncache(boolean used, long seed, InFlight inFlight) {
        this.used = used;
        salt = SplitMix64.mix(~seed);
        if (used) {
            Arrays.setAll(buckets, _ -> new ConnectionQueue(inFlight));
        }
    }

    /// Takes a new request in. The request that had to go for it, if one had to.
    Optional<Connection> added(Connection connection, RequestTimers requests) {
        if (!used) {
            return Optional.empty();
        }
        int bucket = bucket(connection);
        requests.dropGone(buckets[bucket]);
        Optional<Connection> evicted = Optional.empty();
        while (evicted.isEmpty() && live[bucket] >= BUCKET_LIMIT) {
            Connection oldest = buckets[bucket].poll();
            if (requests.isRequest(oldest)) {
                evicted = Optional.of(oldest);
                live[bucket]--;
            }
        }
        buckets[bucket].add(connection);
        live[bucket]++;
        return evicted;
    }

    void removed(Connection connection) {
        if (used) {
            live[bucket(connection)]--;
        }
    }

    private int bucket(Connection connection) {
        return (int) (SplitMix64.mix(salt ^ connection.number) & (BUCKETS - 1));
    }
}
