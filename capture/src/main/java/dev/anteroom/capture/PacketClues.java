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
                                listener.listener() + " from packet "
                                        + entry.getValue().firstPacket(),
                                entry.getValue().count(),
                                words(listener, entry.getKey().sentence(), entry.getValue()),
                                listener.listener().port())))
                .toList();
    }

    private static String words(ListenerHandshakes listener, String sentence, ListenerHandshakes.Seen seen) {
        return seen.count() + " of " + listener.connections() + ": " + sentence
                + (seen.detail().isEmpty() ? "" : " (" + seen.detail() + ")");
    }
}
