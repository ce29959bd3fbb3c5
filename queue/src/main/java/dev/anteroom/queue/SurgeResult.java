package dev.anteroom.queue;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What became of all connections of a surge, measured or predicted.
///
/// @param target where they went: `127.0.0.1:8100`
/// @param burstWidth from the first SYN to the last
/// @param took from the start of the surge until the last outcome was known
/// @param complete false if it was stopped before every connection had its outcome; those that had none are left out
/// @param fates of each connection, by number
/// @param connect from due to established, of those that got there
/// @param firstByte from due to the first byte of the server, of those that got one
/// @param exceptions what a Java client would have thrown, the most frequent first
public record SurgeResult(
        String target,
        Duration burstWidth,
        Duration took,
        boolean complete,
        List<ConnectionFate> fates,
        Latency connect,
        Latency firstByte,
        List<ExceptionGroup> exceptions) {

    public SurgeResult {
        fates = List.copyOf(fates);
        exceptions = List.copyOf(exceptions);
    }

    /// How many connections met each outcome; outcomes that none met are absent.
    public Map<Outcome, Integer> outcomes() {
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        fates.forEach(fate -> counts.merge(fate.outcome(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /// How many connections had their SYN sent again that often, those of unknown number left out.
    public SortedMap<Integer, Integer> synRetransmissions() {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        fates.forEach(fate -> fate.synRetransmissions().ifPresent(times -> counts.merge(times, 1, Integer::sum)));
        return Collections.unmodifiableSortedMap(counts);
    }
}
