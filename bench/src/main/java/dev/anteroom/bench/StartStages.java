package dev.anteroom.bench;

import dev.anteroom.cli.Anteroom;
import dev.anteroom.cli.ExitCode;
import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.kernel.HostScan;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Evidence;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/// What `anteroom doctor --window 0` does, one step after the other, with a clock between the steps.
///
/// Each step is paid cold, as in the program itself. The report has no door of its own that would stay the same, so
/// it is what the whole command costs after all the other steps, less those steps once more.
///
/// Appends one line to a file: microseconds of JVM boot, command line, first native call, scan, diagnosis, report.
final class StartStages {
    private static final int NANOS_PER_MICRO = 1000;

    private StartStages() {}

    /// @param arguments the file to append to, and the network namespace to examine
    static void main(String[] arguments) throws IOException, InterruptedException {
        long entered = System.nanoTime();

        // A wrong option ends the command when its words are parsed; that is the whole of the parser and a little
        // more, the message.
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        ExitCode wrong = new Anteroom(System.out, nowhere).run("doctor", "--window", "0", "--no-such-option");
        if (wrong != ExitCode.USAGE) {
            throw new IllegalStateException("doctor took an option that it should not have");
        }
        long parsed = System.nanoTime();

        SockDiag.open().close();
        long linked = System.nanoTime();

        Evidence evidence = scan(arguments[1]);
        long scanned = System.nanoTime();

        Diagnosis.of(evidence);
        long diagnosed = System.nanoTime();

        Diagnosis.of(scan(arguments[1]));
        long again = System.nanoTime();
        new Anteroom(System.out, System.err).run("doctor", "--window", "0", "-N", arguments[1]);
        System.out.flush();
        long whole = System.nanoTime();

        // HotSpot's nanoTime is CLOCK_MONOTONIC on Linux, and so is the stamp of whoever started this process.
        String started = System.getenv("RACE_START");
        long[] nanos = {
            started == null ? 0 : entered - Long.parseLong(started),
            parsed - entered,
            linked - parsed,
            scanned - linked,
            diagnosed - scanned,
            Math.max(0, whole - again - (again - diagnosed))
        };
        StringBuilder line = new StringBuilder();
        for (long step : nanos) {
            line.append(step / NANOS_PER_MICRO).append(' ');
        }
        Files.writeString(
                Path.of(arguments[0]), line.append('\n'), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.exit(0);
    }

    private static Evidence scan(String namespace) throws InterruptedException {
        return HostScan.run(new HostScan.Scope(Optional.of(namespace), false), Duration.ZERO, _ -> {});
    }
}
