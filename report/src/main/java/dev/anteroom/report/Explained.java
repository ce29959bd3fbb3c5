package dev.anteroom.report;

import dev.anteroom.capture.CaptureContents;
import dev.anteroom.capture.TextReading;
import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Clue;
import dev.anteroom.queue.HandshakeTally;
import java.util.List;

/// What was read of the files that somebody has, and what it means.
///
/// @param captures the captures among them
/// @param texts the others
/// @param clues what the texts show, all together
/// @param findings what all of them together mean, the most certain first
public record Explained(List<Capture> captures, List<TextReading> texts, List<Clue> clues, List<Explanation> findings) {
    public Explained {
        captures = List.copyOf(captures);
        texts = List.copyOf(texts);
        clues = List.copyOf(clues);
        findings = List.copyOf(findings);
    }

    /// One capture.
    ///
    /// @param contents what the file held
    /// @param handshakes what its packets tell
    public record Capture(CaptureContents contents, HandshakeTally handshakes) {}
}
