package dev.anteroom.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A run of the build, not of the user: goes through the usual commands once, so that the JVM can write down which
/// classes they need (`-XX:AOTCacheOutput`), and leaves beside the program which JDK that was.
final class Rehearsal {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("doctor", "--window", "10ms"),
            List.of("doctor", "--window", "0", "--all", "--syn-queue"),
            List.of("doctor", "--window", "0", "--json"),
            List.of("doctor", "--help"),
            List.of("doctor", "--no-such-option"));

    private Rehearsal() {}

    /// @param arguments the folder of the built program
    static void main(String[] arguments) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Anteroom anteroom = new Anteroom(nowhere, nowhere);
        COMMANDS.forEach(words -> anteroom.run(words.toArray(String[]::new)));
        Path dist = Path.of(arguments[0]);
        Files.writeString(dist.resolve("jdk"), System.getProperty("java.home") + "\n");
        Files.writeString(dist.resolve("built"), "");
    }
}
