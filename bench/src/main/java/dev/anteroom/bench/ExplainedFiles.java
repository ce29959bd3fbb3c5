package dev.anteroom.bench;

import dev.anteroom.capture.EvidenceFile;
import dev.anteroom.capture.Handshakes;
import dev.anteroom.capture.PacketClues;
import dev.anteroom.capture.TextReader;
import dev.anteroom.diagnosis.Explainer;
import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Clue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// What `anteroom explain` concludes from the evidence of a stage, or from some of it.
final class ExplainedFiles {
    private final List<Clue> packets;
    private final List<Clue> fromClient;
    private final List<Clue> fromServer;
    private final String clientLog;
    private final Stage.Evidence evidence;

    /// Reads the files once.
    ExplainedFiles(Stage.Evidence evidence) throws IOException {
        this.evidence = evidence;
        packets = packets(evidence.capture());
        fromClient = packets(evidence.fromClient());
        fromServer = packets(evidence.fromServer());
        clientLog = Files.readString(evidence.client());
    }

    private static List<Clue> packets(Path path) {
        Handshakes handshakes = new Handshakes();
        try (EvidenceFile file = EvidenceFile.open(path.toString())) {
            file.read(handshakes);
        }
        return PacketClues.of(path.getFileName().toString(), handshakes.finish());
    }

    List<Explanation> ofPackets() {
        return Explainer.explain(packets);
    }

    List<Explanation> ofClientLog() throws IOException {
        return Explainer.explain(texts(Optional.of(clientLog), List.of()));
    }

    List<Explanation> ofServerTables() throws IOException {
        return Explainer.explain(texts(Optional.empty(), evidence.tables()));
    }

    List<Explanation> ofAll() throws IOException {
        List<Clue> clues = new ArrayList<>(packets);
        clues.addAll(texts(Optional.of(clientLog), evidence.tables()));
        return Explainer.explain(clues);
    }

    /// Of whatever somebody happens to have: the packets of both directions, of one or of none, with the client's
    /// log or without, and some of the server's tables.
    List<Explanation> ofSome(SplittableRandom random) throws IOException {
        List<Clue> clues = new ArrayList<>(
                switch (random.nextInt(4)) {
                    case 0 -> packets;
                    case 1 -> fromClient;
                    case 2 -> fromServer;
                    default -> List.of();
                });
        Optional<String> log = random.nextBoolean() ? Optional.of(clientLog) : Optional.empty();
        clues.addAll(texts(
                log,
                evidence.tables().stream().filter(_ -> random.nextBoolean()).toList()));
        return Explainer.explain(clues);
    }

    private static List<Clue> texts(Optional<String> log, List<String> tables) throws IOException {
        TextReader texts = new TextReader();
        if (log.isPresent()) {
            read(texts, "client.log", log.get());
        }
        read(texts, "server.txt", String.join("", tables));
        return texts.clues();
    }

    private static void read(TextReader texts, String name, String text) throws IOException {
        texts.read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
