package dev.anteroom.simulator;

import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// What became of the connections so far: of each, or only how many met which fate.
final class Fates {
    /// SYNs sent again that are told apart, more than in ten minutes at one a second.
    private static final int MOST_COUNTED = 1023;

    private final boolean each;
    private final List<ConnectionFate> fates = new ArrayList<>();
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private final long[] synsSentAgain = new long[MOST_COUNTED + 1];
    private final Times connected;
    private final Times firstByte;
    private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    private int undecided;
    private long lastEnd;

    /// @param count how many connections there are
    /// @param each whether to keep the fate of each
    Fates(int count, boolean each) {
        this.each = each;
        connected = each ? new Times.Each() : new Times.Grouped();
        firstByte = each ? new Times.Each() : new Times.Grouped();
        undecided = count;
    }

    /// How many connections have no outcome yet.
    int undecided() {
        return undecided;
    }

    void synSentAgain(Connection connection) {
        connection.synsSentAgain++;
    }

    void connected(Connection connection, long now) {
        connection.connected = now;
        connected.add(now - connection.due);
    }

    boolean isConnected(Connection connection) {
        return connection.connected != Connection.NEVER;
    }

    /// The server answers or greets, and with that the connection is served.
    void served(Connection connection, long now) {
        firstByte.add(now - connection.due);
        end(connection, Outcome.SERVED, Phase.READ, true, now);
    }

    /// A connection of which nothing more than a handshake was asked is served.
    void servedByHandshake(Connection connection, long now) {
        end(connection, Outcome.SERVED, Phase.CONNECT, false, now);
    }

    void fail(Connection connection, Failure failure, long now) {
        failures.merge(failure, 1L, Long::sum);
        end(connection, failure.outcome(), failure.phase(), false, now);
    }

    private void end(Connection connection, Outcome outcome, Phase phase, boolean answered, long now) {
        connection.decided = true;
        undecided--;
        lastEnd = now;
        outcomes.merge(outcome, 1, Integer::sum);
        synsSentAgain[Math.min(connection.synsSentAgain, MOST_COUNTED)]++;
        if (each) {
            long due = connection.due;
            fates.add(new ConnectionFate(
                    connection.number,
                    Duration.ofNanos(due),
                    outcome,
                    phase,
                    OptionalInt.of(connection.synsSentAgain),
                    since(due, isConnected(connection), connection.connected),
                    since(due, answered, now),
                    Duration.ofNanos(now - due)));
        }
    }

    private static Optional<Duration> since(long due, boolean happened, long time) {
        return happened ? Optional.of(Duration.ofNanos(time - due)) : Optional.empty();
    }

    /// @param target where the connections went
    /// @param width from the first to the last connection, in nanoseconds
    SurgeResult result(String target, long width, long now) {
        fates.sort(Comparator.comparingInt(ConnectionFate::number));
        List<ExceptionGroup> exceptions = failures.entrySet().stream()
                .map(entry -> new ExceptionGroup(
                        entry.getKey().exception(),
                        entry.getKey().message(),
                        entry.getKey().phase(),
                        entry.getValue()))
                .sorted(Comparator.comparingLong(ExceptionGroup::count).reversed())
                .toList();
        return new SurgeResult(
                target,
                Duration.ofNanos(width),
                Duration.ofNanos(undecided == 0 ? lastEnd : now),
                undecided == 0,
                fates,
                outcomes,
                synRetransmissions(),
                connected.latency(),
                firstByte.latency(),
                exceptions);
    }

    private SortedMap<Integer, Integer> synRetransmissions() {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        for (int times = 0; times < synsSentAgain.length; times++) {
            if (synsSentAgain[times] > 0) {
                counts.put(times, (int) synsSentAgain[times]);
            }
        }
        return counts;
    }
}
