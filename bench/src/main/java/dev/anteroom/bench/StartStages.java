package dev.anteroom.bench;

import dev.anteroom.cli.Anteroom;
import dev.anteroom.cli.ExitCode;
import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.diagnosis.Finding;
import dev.anteroom.kernel.HostScan;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.kernel.Terminal;
import dev.anteroom.kernel.UserNames;
import dev.anteroom.queue.Evidence;
import dev.anteroom.report.DoctorText;
import dev.anteroom.report.Style;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What `anteroom doctor --window 0` does, one step after the other, with a clock between the steps.
///
/// Each step is paid cold, as in the program itself. Appends one line to a file: microseconds of JVM boot, command
/// line, first native call, scan, diagnosis, report.
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

        Evidence evidence = HostScan.run(new HostScan.Scope(Optional.of(arguments[1]), false), Duration.ZERO, _ -> {});
        long scanned = System.nanoTime();

        List<Finding> findings = Diagnosis.of(evidence);
        long diagnosed = System.nanoTime();

        Style style = new Style(
                Terminal.isStandardOutput(), System.out.charset().equals(StandardCharsets.UTF_8), true, false);
        System.out.print(DoctorText.of(evidence, findings, style, false, UserNames.read()::name));
        System.out.flush();
        long printed = System.nanoTime();

        // HotSpot's nanoTime is CLOCK_MONOTONIC on Linux, and so is the stamp of whoever started this process.
        String started = System.getenv("RACE_START");
        long[] stamps = {
            started == null ? entered : Long.parseLong(started), entered, parsed, linked, scanned, diagnosed, printed
        };
        StringBuilder line = new StringBuilder();
        for (int i = 1; i < stamps.length; i++) {
            line.append((stamps[i] - stamps[i - 1]) / NANOS_PER_MICRO).append(i + 1 < stamps.length ? " " : "\n");
        }
        Files.writeString(Path.of(arguments[0]), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.exit(0);
    }
}
