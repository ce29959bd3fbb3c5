package dev.anteroom.queue;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The handshakes that one address and port was asked for, as their packets tell them.
///
/// @param listener who was asked
/// @param fates how many connections met each fate; fates that none met are absent
/// @param synRetransmissions of how many connections the SYN was sent again how often, zero times included; more than
///     16 times count as 16
/// @param synClock when the SYNs were sent again, from the first; empty if none was
/// @param resets how many connections were reset, by whom and when; what did not happen is absent
/// @param fastOpen of how many connections TCP Fast Open was seen, and what came of it; what did not happen is absent
/// @param signs how many connections, or segments, showed each sign, and which packet of the recording was the first
/// @param firstByte from the end of the handshake on the client to the first byte of the server
/// @param waiting how many connections had done their handshake and were not answered, over time
public record ListenerHandshakes(
        Endpoint listener,
        Map<HandshakeFate, Long> fates,
        SortedMap<Integer, Long> synRetransmissions,
        Optional<LostSyns> synClock,
        Map<ResetPhase, Long> resets,
        Map<FastOpen, Long> fastOpen,
        Map<Sign, Seen> signs,
        Latency firstByte,
        Waiting waiting) {

    public ListenerHandshakes {
        fates = copy(HandshakeFate.class, fates);
        resets = copy(ResetPhase.class, resets);
        fastOpen = copy(FastOpen.class, fastOpen);
        signs = copy(Sign.class, signs);
        synRetransmissions = Collections.unmodifiableSortedMap(new TreeMap<>(synRetransmissions));
    }

    private static <K extends Enum<K>, V> Map<K, V> copy(Class<K> type, Map<K, V> map) {
        Map<K, V> sorted = new EnumMap<>(type);
        sorted.putAll(map);
        return Collections.unmodifiableMap(sorted);
    }

    /// How often a sign was seen.
    ///
    /// @param count how many connections, or segments, showed it
    /// @param firstPacket the number of the packet in the recording that showed it first, from 1
    /// @param detail what else is to be said of it; may be empty
    public record Seen(long count, long firstPacket, String detail) {}

    /// How many connections there were.
    public long connections() {
        return fates.values().stream().mapToLong(Long::longValue).sum();
    }
}
