package dev.anteroom.bench;

import dev.anteroom.capture.CaptureContents;
import dev.anteroom.capture.EvidenceFile;
import dev.anteroom.capture.Handshakes;
import dev.anteroom.queue.HandshakeTally;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Reads a capture with the full classifier, several times, and prints the speed of each by the processor time of the
/// reading thread, which a busy machine hardly changes, the time that went by, and how much memory the process had at
/// most.
///
/// `CaptureRead FILE ROUNDS [THREADS]`
final class CaptureRead {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CaptureRead() {}

    static void main(String[] arguments) throws Exception {
        long bytes = Files.size(Path.of(arguments[0]));
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        for (int round = Integer.parseInt(arguments[1]); round > 0; round--) {
            long from = System.nanoTime();
            long processor = THREADS.getCurrentThreadCpuTime();
            Handshakes handshakes = new Handshakes(threads);
            try (EvidenceFile file = EvidenceFile.open(arguments[0])) {
                CaptureContents contents = file.read(handshakes);
                int open = handshakes.open();
                HandshakeTally tally = handshakes.finish();
                double went = (System.nanoTime() - from) / 1e9;
                double seconds = (THREADS.getCurrentThreadCpuTime() - processor) / 1e9;
                System.out.printf(
                        "%.3f s (%.3f s went by), %d packets, %d SYNs, %.0f MB/s, %.2f M packets/s, %d open at the end, %d kB, %s%n",
                        seconds,
                        went,
                        contents.packets(),
                        tally.syns(),
                        bytes / seconds / 1e6,
                        contents.packets() / seconds / 1e6,
                        open,
                        mostMemory(),
                        tally.fates());
            }
        }
    }

    /// kB of memory that the process had at most (proc(5), VmHWM).
    private static long mostMemory() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
    }
}
