package dev.anteroom.queue;

import java.time.Duration;
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
/// @param duplicates segments that were recorded twice, as on two interfaces; they count as one from here on, and as
///     two up to here
/// @param fragments IP fragments; what only the later ones of a packet hold is not seen
/// @param strangers segments of connections whose beginning is not in the recording
/// @param took from the first packet to the last
/// @param fates how many connections met each fate; fates that none met are absent
/// @param examples for each fate the first connection that met it
/// @param listeners the same by who was asked, the most connections first
/// @param unlisted how many connections are in no row, because so many addresses and ports were asked
public record HandshakeTally(
        long packets,
        long syns,
        long synAcks,
        long resets,
        long lost,
        long duplicates,
        long fragments,
        long strangers,
        Duration took,
        Map<HandshakeFate, Long> fates,
        List<Handshake> examples,
        List<ListenerHandshakes> listeners,
        long unlisted) {

    public HandshakeTally {
        Map<HandshakeFate, Long> sorted = new EnumMap<>(HandshakeFate.class);
        sorted.putAll(fates);
        fates = Collections.unmodifiableMap(sorted);
        examples = List.copyOf(examples);
        listeners = List.copyOf(listeners);
    }

    /// How many connections there were: those whose SYN or SYN-ACK is in the recording.
    public long connections() {
        return fates.values().stream().mapToLong(Long::longValue).sum();
    }
}
