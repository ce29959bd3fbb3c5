package dev.anteroom.bench;

import dev.anteroom.capture.EvidenceFile;
import dev.anteroom.capture.Handshakes;
import dev.anteroom.capture.PacketClues;
import dev.anteroom.capture.TextReader;
import dev.anteroom.diagnosis.Explainer;
import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Clue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `anteroom explain` concludes from files.
final class ExplainedFiles {
    private ExplainedFiles() {}

    static List<Explanation> of(List<Path> files) throws IOException {
        List<Clue> clues = new ArrayList<>();
        TextReader texts = new TextReader();
        for (Path path : files) {
            String name = path.getFileName().toString();
            try (EvidenceFile file = EvidenceFile.open(path.toString())) {
                if (file.isCapture()) {
                    Handshakes handshakes = new Handshakes();
                    file.read(handshakes);
                    clues.addAll(PacketClues.of(name, handshakes.finish()));
                } else {
                    texts.read(name, file.text());
                }
            }
        }
        clues.addAll(texts.clues());
        return Explainer.explain(clues);
    }
}
