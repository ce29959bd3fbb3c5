package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import java.util.List;
import java.util.OptionalInt;

/// One cause that the signs point to.
///
/// @param cause its stable id: lower case, words joined by dashes
/// @param confidence how far the signs carry it; proved only if they exclude every look-alike
/// @param port the server's port it is about; empty where the signs do not tell
/// @param summary one sentence in plain words
/// @param evidence the signs it rests on, each with where it was seen
/// @param refutedBy what would show it to be wrong
/// @param next the one measurement that would settle it: a command, or where to look
public record Explanation(
        String cause,
        Certainty confidence,
        OptionalInt port,
        String summary,
        List<String> evidence,
        List<String> refutedBy,
        String next) {

    public Explanation {
        evidence = List.copyOf(evidence);
        refutedBy = List.copyOf(refutedBy);
    }
}
