package dev.anteroom.simulator;

import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Latency;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// What became of each connection so far.
final class Fates {
    private static final long NEVER = -1;

    private final long[] due;
    private final long[] connected;
    private final long[] firstByte;
    private final long[] ended;
    private final Outcome[] outcomes;
    private final Phase[] phases;
    private final byte[] synRetransmissions;
    private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    private int undecided;

    Fates(long[] due) {
        this.due = due;
        int count = due.length;
        connected = never(count);
        firstByte = never(count);
        ended = never(count);
        outcomes = new Outcome[count];
        phases = new Phase[count];
        synRetransmissions = new byte[count];
        undecided = count;
    }

    private static long[] never(int count) {
        long[] times = new long[count];
        Arrays.fill(times, NEVER);
        return times;
    }

    /// How many connections have no outcome yet.
    int undecided() {
        return undecided;
    }

    boolean decided(int connection) {
        return ended[connection] != NEVER;
    }

    void synSentAgain(int connection) {
        synRetransmissions[connection]++;
    }

    void connected(int connection, long now) {
        connected[connection] = now;
    }

    boolean isConnected(int connection) {
        return connected[connection] != NEVER;
    }

    void firstByte(int connection, long now) {
        firstByte[connection] = now;
    }

    void end(int connection, Outcome outcome, Phase phase, long now) {
        outcomes[connection] = outcome;
        phases[connection] = phase;
        ended[connection] = now;
        undecided--;
    }

    void fail(int connection, Failure failure, long now) {
        end(connection, failure.outcome(), failure.phase(), now);
        failures.merge(failure, 1L, Long::sum);
    }

    SurgeResult result(String target, long now) {
        List<ConnectionFate> fates = new ArrayList<>(due.length - undecided);
        for (int i = 0; i < due.length; i++) {
            if (decided(i)) {
                fates.add(new ConnectionFate(
                        i,
                        Duration.ofNanos(due[i]),
                        outcomes[i],
                        phases[i],
                        OptionalInt.of(synRetransmissions[i]),
                        sinceDue(connected[i], due[i]),
                        sinceDue(firstByte[i], due[i]),
                        Duration.ofNanos(ended[i] - due[i])));
            }
        }
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
                Duration.ofNanos(due.length == 0 ? 0 : due[due.length - 1] - due[0]),
                Duration.ofNanos(undecided == 0 ? Arrays.stream(ended).max().orElse(0) : now),
                undecided == 0,
                fates,
                latency(connected),
                latency(firstByte),
                exceptions);
    }

    private static Optional<Duration> sinceDue(long time, long due) {
        return time == NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(time - due));
    }

    private Latency latency(long[] times) {
        return Latency.of(IntStream.range(0, times.length)
                .filter(i -> times[i] != NEVER)
                .mapToLong(i -> times[i] - due[i])
                .toArray());
    }
}
