package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The counters of one host.
final class Tally {
    private final Map<Counter, long[]> moved = new EnumMap<>(Counter.class);

    void count(Counter counter) {
        moved.computeIfAbsent(counter, _ -> new long[1])[0]++;
    }

    /// Those that moved.
    Map<Counter, Long> moved() {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        moved.forEach((counter, count) -> counts.put(counter, count[0]));
        return Collections.unmodifiableMap(counts);
    }
}
