package dev.anteroom.queue;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/// One reading of the counters of a network namespace. Values are unsigned 64-bit; a counter that this kernel does
/// not have is absent.
///
/// @param values what was read
public record TcpCounters(Map<Counter, Long> values) {

    /// Nothing could be read.
    public static final TcpCounters UNREADABLE = new TcpCounters(Map.of());

    public TcpCounters {
        EnumMap<Counter, Long> copy = new EnumMap<>(Counter.class);
        copy.putAll(values);
        values = Collections.unmodifiableMap(copy);
    }

    /// The value of a counter since its namespace was made.
    public OptionalLong value(Counter counter) {
        Long value = values.get(counter);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /// How far a counter moved between an earlier reading and this one, empty where either lacks it.
    public OptionalLong movedSince(TcpCounters earlier, Counter counter) {
        Long before = earlier.values.get(counter);
        Long after = values.get(counter);
        return before == null || after == null
                ? OptionalLong.empty()
                : OptionalLong.of(CounterStep.between(before, after));
    }
}
