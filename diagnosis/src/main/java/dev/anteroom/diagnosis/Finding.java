package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Listener;
import java.util.List;
import java.util.Optional;

/// One thing that is wrong, with its proof.
///
/// @param cause what it is
/// @param severity how much it matters
/// @param when whether it is going on
/// @param certainty how far the evidence carries
/// @param namespace the inode of the network namespace
/// @param listener the listener concerned; empty if it is the whole namespace
/// @param summary one sentence in plain words
/// @param evidence what it rests on, each with its figure and where that comes from
/// @param refutedBy what would show it to be wrong
/// @param remedy what to do, first thing first
public record Finding(
        Cause cause,
        Severity severity,
        When when,
        Certainty certainty,
        long namespace,
        Optional<Listener> listener,
        String summary,
        List<String> evidence,
        List<String> refutedBy,
        List<String> remedy) {

    public Finding {
        evidence = List.copyOf(evidence);
        refutedBy = List.copyOf(refutedBy);
        remedy = List.copyOf(remedy);
    }

    /// Now or before.
    public enum When {
        /// In the window that was measured, or at its end.
        NOW,
        /// Since the listener, or the namespace, was made, but not in the window.
        BEFORE
    }
}
