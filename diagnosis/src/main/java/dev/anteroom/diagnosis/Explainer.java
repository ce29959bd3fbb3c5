package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Clue;
import java.util.List;
import java.util.OptionalInt;

/// From signs of any origin to the causes that may have left them, the most certain first.
public final class Explainer {
    /// The id of the answer that there is none.
    public static final String CANNOT_BE_TOLD = "cannot-be-told";

    private Explainer() {}

    /// What the clues mean; empty if there are none.
    public static List<Explanation> explain(List<Clue> clues) {
        if (clues.isEmpty()) {
            return List.of();
        }
        return List.of(new Explanation(
                CANNOT_BE_TOLD,
                Certainty.POSSIBLE,
                OptionalInt.empty(),
                "What happened cannot be told from this alone.",
                clues.stream().map(Explainer::told).toList(),
                List.of(),
                "record the traffic at the server: tcpdump -ni any -w trace.pcap tcp"));
    }

    private static String told(Clue clue) {
        return clue.source() + ", " + clue.where() + ": " + clue.words();
    }
}
