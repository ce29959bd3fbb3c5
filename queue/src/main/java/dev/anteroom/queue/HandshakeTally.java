package dev.anteroom.queue;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The handshakes of a recording.
///
/// @param packets how many packets it holds
/// @param syns segments with SYN and without ACK, those sent again included
/// @param synAcks segments with SYN and ACK, those sent again included
/// @param resets segments with RST
/// @param lost packets known to be lost on their way
/// @param fates how many connections met each fate; fates that none met are absent
/// @param examples for each fate the first connection that met it
public record HandshakeTally(
        long packets,
        long syns,
        long synAcks,
        long resets,
        long lost,
        Map<HandshakeFate, Long> fates,
        List<Handshake> examples) {

    public HandshakeTally {
        Map<HandshakeFate, Long> sorted = new EnumMap<>(HandshakeFate.class);
        sorted.putAll(fates);
        fates = Collections.unmodifiableMap(sorted);
        examples = List.copyOf(examples);
    }

    /// How many connections there were: those whose first SYN is in the recording.
    public long connections() {
        return fates.values().stream().mapToLong(Long::longValue).sum();
    }
}
