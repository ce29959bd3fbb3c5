package dev.anteroom.traffic;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A surge before it is fired.
///
/// @param target where the connections go, resolved
/// @param connections how many there are in all, from 1 to [#MOST_CONNECTIONS]
/// @param arrivals when they are due
/// @param talk what is said on each
/// @param tls how to encrypt it; empty for not at all
/// @param patience how long a client waits, from the moment it was due, for the end of its answer; above 0
/// @param sources local addresses to take in turn; empty to let the kernel choose
/// @param threads how many threads fire; above 0
public record SurgePlan(
        InetSocketAddress target,
        int connections,
        Arrivals arrivals,
        Talk talk,
        Optional<Tls> tls,
        Duration patience,
        List<InetAddress> sources,
        int threads) {

    /// What fits into the memory of a small JVM.
    public static final int MOST_CONNECTIONS = 1_000_000;

    public SurgePlan {
        sources = List.copyOf(sources);
        if (target.isUnresolved()) {
            throw new IllegalArgumentException("Expected a resolved target but was " + target);
        }
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "Expected 1 to " + MOST_CONNECTIONS + " connections but was " + connections);
        }
        if (!patience.isPositive()) {
            throw new IllegalArgumentException("Expected a patience above 0 but was " + patience);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("Expected at least 1 thread but was " + threads);
        }
    }

    /// As many threads as make the narrowest burst: more than the processors only get in each other's way, and a
    /// thread for a handful of connections starts slower than another fires them.
    public static int usefulThreads(int connections) {
        final int most = 4;
        final int worthAThread = 50;
        return Math.clamp(
                connections / worthAThread,
                1,
                Math.min(most, Runtime.getRuntime().availableProcessors()));
    }

    /// The target as people write it: `127.0.0.1:8100`, `[::1]:8100`.
    public String targetText() {
        String address = target.getAddress().getHostAddress();
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + target.getPort();
    }

    /// How many connections are open at the same time at the most, if no server ever answers.
    int mostAtOnce() {
        if (arrivals instanceof Arrivals.Closed closed) {
            return Math.min(connections, closed.concurrency());
        }
        long[] due = arrivals.due(connections);
        int most = 0;
        int first = 0;
        for (int last = 0; last < connections; last++) {
            while (due[last] - due[first] > patience.toNanos()) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}
