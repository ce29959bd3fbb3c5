package dev.anteroom.bench;

import dev.anteroom.capture.CaptureContents;
import dev.anteroom.capture.EvidenceFile;
import dev.anteroom.capture.Handshakes;
import dev.anteroom.queue.HandshakeTally;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a capture with the full classifier, several times, and prints the speed of each.
///
/// `CaptureRead FILE ROUNDS`
final class CaptureRead {
    private CaptureRead() {}

    static void main(String[] arguments) throws Exception {
        long bytes = Files.size(Path.of(arguments[0]));
        for (int round = Integer.parseInt(arguments[1]); round > 0; round--) {
            long from = System.nanoTime();
            Handshakes handshakes = new Handshakes();
            try (EvidenceFile file = EvidenceFile.open(arguments[0])) {
                CaptureContents contents = file.read(handshakes);
                int open = handshakes.open();
                HandshakeTally tally = handshakes.finish();
                double seconds = (System.nanoTime() - from) / 1e9;
                System.out.printf(
                        "%.3f s, %d packets, %d SYNs, %.0f MB/s, %.2f M packets/s, %d open at the end, %s%n",
                        seconds,
                        contents.packets(),
                        tally.syns(),
                        bytes / seconds / 1e6,
                        contents.packets() / seconds / 1e6,
                        open,
                        tally.fates());
            }
        }
    }
}
