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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
    private final Map<ExceptionGroup, Long> exceptions = new LinkedHashMap<>();
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

    /// Ends a connection with what its program sees as an exception.
    void fail(int connection, Outcome outcome, Phase phase, String type, String message, long now) {
        end(connection, outcome, phase, now);
        exceptions.merge(new ExceptionGroup(type, message, phase, 0), 1L, Long::sum);
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
        List<ExceptionGroup> groups = exceptions.entrySet().stream()
                .map(one -> new ExceptionGroup(
                        one.getKey().type(),
                        one.getKey().message(),
                        one.getKey().phase(),
                        one.getValue()))
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
                groups);
    }

    private static Optional<Duration> sinceDue(long time, long due) {
        return time == NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(time - due));
    }

    private Latency latency(long[] times) {
        long[] sorted = new long[times.length];
        int count = 0;
        for (int i = 0; i < times.length; i++) {
            if (times[i] != NEVER) {
                sorted[count++] = times[i] - due[i];
            }
        }
        if (count == 0) {
            return Latency.NONE;
        }
        Arrays.sort(sorted, 0, count);
        return new Latency(
                count,
                Duration.ofNanos(sorted[0]),
                percentile(sorted, count, 50),
                percentile(sorted, count, 90),
                percentile(sorted, count, 99),
                Duration.ofNanos(sorted[count - 1]));
    }

    /// The least value that at least so many in a hundred do not exceed.
    private static Duration percentile(long[] sorted, int count, int percent) {
        long rank = ((long) count * percent + 99) / 100;
        return Duration.ofNanos(sorted[(int) Math.max(0, rank - 1)]);
    }
}
