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
/// @param fates of each connection, by number; empty where there were too many to keep them
/// @param outcomes how many connections met each outcome; outcomes that none met are absent
/// @param synRetransmissions how many connections had their SYN sent again that often, those of unknown number left out
/// @param connect from due to established, of those that got there
/// @param firstByte from due to the first byte of the server, of those that got one
/// @param exceptions what a Java client would have thrown, the most frequent first
public record SurgeResult(
        String target,
        Duration burstWidth,
        Duration took,
        boolean complete,
        List<ConnectionFate> fates,
        Map<Outcome, Integer> outcomes,
        SortedMap<Integer, Integer> synRetransmissions,
        Latency connect,
        Latency firstByte,
        List<ExceptionGroup> exceptions) {

    public SurgeResult {
        fates = List.copyOf(fates);
        outcomes = Collections.unmodifiableMap(outcomes);
        synRetransmissions = Collections.unmodifiableSortedMap(synRetransmissions);
        exceptions = List.copyOf(exceptions);
    }

    /// The result of a surge of which every fate is kept; what is counted of them is counted here.
    public static SurgeResult ofFates(
            String target,
            Duration burstWidth,
            Duration took,
            boolean complete,
            List<ConnectionFate> fates,
            Latency connect,
            Latency firstByte,
            List<ExceptionGroup> exceptions) {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        SortedMap<Integer, Integer> synRetransmissions = new TreeMap<>();
        for (ConnectionFate fate : fates) {
            outcomes.merge(fate.outcome(), 1, Integer::sum);
            fate.synRetransmissions().ifPresent(times -> synRetransmissions.merge(times, 1, Integer::sum));
        }
        return new SurgeResult(
                target,
                burstWidth,
                took,
                complete,
                fates,
                outcomes,
                synRetransmissions,
                connect,
                firstByte,
                exceptions);
    }

    /// How many connections have an outcome.
    public int decided() {
        return outcomes.values().stream().mapToInt(Integer::intValue).sum();
    }
}
