package dev.anteroom.capture;

import dev.anteroom.queue.Clue;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.ListenerHandshakes;
import java.util.List;

/// What packets show of each listener, as clues for a diagnosis.
public final class PacketClues {
    private PacketClues() {}

    /// The clues of a recording, listener by listener.
    ///
    /// @param source the name of the file
    public static List<Clue> of(String source, HandshakeTally tally) {
        return tally.listeners().stream()
                .flatMap(listener -> listener.signs().entrySet().stream()
                        .map(entry -> new Clue(
                                entry.getKey(),
                                source,
                                listener.listener().toString(),
                                entry.getValue().count(),
                                words(listener, entry.getValue()),
                                listener.listener().port())))
                .toList();
    }

    private static String words(ListenerHandshakes listener, ListenerHandshakes.Seen seen) {
        return seen.count() + " of " + listener.connections() + " connections, the first from packet "
                + seen.firstPacket() + " on" + (seen.detail().isEmpty() ? "" : "; " + seen.detail());
    }
}
