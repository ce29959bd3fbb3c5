package dev.anteroom.traffic;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What is known of each connection of a surge while it runs, by its number. Arrays, so that a connection costs no
/// object; each thread writes those of its own connections only. Times are nanoseconds from the start, [#NEVER] for
/// what has not happened.
final class Fates {
    static final long NEVER = -1;
    private static final int UNKNOWN = -1;

    final long[] due;
    final long[] fired;
    final long[] connected;
    final long[] firstByte;
    final long[] ended;
    final int[] synRetransmissions;
    private final Phase[] phase;
    private final Outcome[] outcome;

    Fates(long[] due) {
        int connections = due.length;
        this.due = due;
        this.fired = never(connections);
        this.connected = never(connections);
        this.firstByte = never(connections);
        this.ended = never(connections);
        this.synRetransmissions = new int[connections];
        Arrays.fill(synRetransmissions, UNKNOWN);
        this.phase = new Phase[connections];
        Arrays.fill(phase, Phase.CONNECT);
        this.outcome = new Outcome[connections];
        Arrays.fill(outcome, Outcome.LOCAL);
    }

    private static long[] never(int connections) {
        long[] times = new long[connections];
        Arrays.fill(times, NEVER);
        return times;
    }

    Phase phase(int number) {
        return phase[number];
    }

    void enter(int number, Phase next) {
        phase[number] = next;
    }

    boolean isOpen(int number) {
        return ended[number] == NEVER;
    }

    void end(int number, Outcome how, long at) {
        outcome[number] = how;
        ended[number] = at;
    }

    /// The result, of those connections that have ended.
    ///
    /// @param thrown one for each failed connection, or for several at once
    SurgeResult result(String target, Stream<ExceptionGroup> thrown) {
        List<ConnectionFate> fates = new ArrayList<>(due.length);
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long end = 0;
        for (int i = 0; i < due.length; i++) {
            if (fired[i] != NEVER) {
                first = Math.min(first, fired[i]);
                last = Math.max(last, fired[i]);
            }
            if (!isOpen(i)) {
                end = Math.max(end, ended[i]);
                fates.add(fate(i));
            }
        }
        return SurgeResult.ofFates(
                target,
                Duration.ofNanos(Math.max(0, last - first)),
                Duration.ofNanos(end),
                fates.size() == due.length,
                fates,
                latency(connected),
                latency(firstByte),
                grouped(thrown));
    }

    private ConnectionFate fate(int number) {
        return new ConnectionFate(
                number,
                Duration.ofNanos(due[number]),
                outcome[number],
                phase(number),
                synRetransmissions[number] == UNKNOWN
                        ? OptionalInt.empty()
                        : OptionalInt.of(synRetransmissions[number]),
                sinceDue(connected, number),
                sinceDue(firstByte, number),
                Duration.ofNanos(ended[number] - due[number]));
    }

    private Optional<Duration> sinceDue(long[] times, int number) {
        return times[number] == NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(times[number] - due[number]));
    }

    private Latency latency(long[] times) {
        return Latency.of(IntStream.range(0, due.length)
                .filter(i -> times[i] != NEVER && !isOpen(i))
                .mapToLong(i -> Math.max(0, times[i] - due[i]))
                .toArray());
    }

    private static List<ExceptionGroup> grouped(Stream<ExceptionGroup> thrown) {
        Map<ExceptionGroup, Long> counts = new HashMap<>();
        thrown.forEach(one ->
                counts.merge(new ExceptionGroup(one.type(), one.message(), one.phase(), 0), one.count(), Long::sum));
        List<ExceptionGroup> groups = new ArrayList<>();
        counts.forEach(
                (kind, count) -> groups.add(new ExceptionGroup(kind.type(), kind.message(), kind.phase(), count)));
        groups.sort(Comparator.comparingLong(ExceptionGroup::count)
                .reversed()
                .thenComparing(ExceptionGroup::type)
                .thenComparing(ExceptionGroup::message)
                .thenComparing(ExceptionGroup::phase));
        return groups;
    }
}
