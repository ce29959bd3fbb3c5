package dev.anteroom.report;

import dev.anteroom.capture.CaptureContents;
import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Clue;
import dev.anteroom.queue.HandshakeTally;
import java.util.List;

/// What was read of the files that somebody has, and what it means.
///
/// @param captures the captures among them
/// @param texts the others
/// @param findings what all of them together mean, the most certain first
public record Explained(List<Capture> captures, List<Text> texts, List<Explanation> findings) {
    public Explained {
        captures = List.copyOf(captures);
        texts = List.copyOf(texts);
        findings = List.copyOf(findings);
    }

    /// One capture.
    ///
    /// @param contents what the file held
    /// @param handshakes what its packets tell
    public record Capture(CaptureContents contents, HandshakeTally handshakes) {}

    /// One text.
    ///
    /// @param name of the file
    /// @param clues what was understood of it
    /// @param unknown the first lines that were not
    /// @param unknownLines how many were not
    public record Text(String name, List<Clue> clues, List<String> unknown, long unknownLines) {
        public Text {
            clues = List.copyOf(clues);
            unknown = List.copyOf(unknown);
        }
    }
}
