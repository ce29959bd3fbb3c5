package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The counters of one host.
final class Tally {
    /// Of every counter, so that counting is a look-up in an array.
    private final EnumMap<Counter, long[]> moved = new EnumMap<>(Counter.class);

    Tally() {
        for (Counter counter : Counter.values()) {
            moved.put(counter, new long[1]);
        }
    }

    @SuppressWarnings("NullAway") // there is an entry for every counter
    void count(Counter counter) {
        moved.get(counter)[0]++;
    }

    /// Those that moved.
    Map<Counter, Long> moved() {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        moved.forEach((counter, count) -> {
            if (count[0] > 0) {
                counts.put(counter, count[0]);
            }
        });
        return Collections.unmodifiableMap(counts);
    }
}
