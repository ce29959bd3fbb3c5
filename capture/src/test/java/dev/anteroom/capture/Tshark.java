package dev.anteroom.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What tshark reads in a capture: the second opinion on every file.
final class Tshark {
    private final Path file;

    Tshark(Path file) {
        this.file = file;
    }

    static boolean installed() {
        try {
            return new ProcessBuilder("tshark", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /// How many packets match a display filter.
    long count(String filter) throws IOException {
        return fields(filter, "frame.number").size();
    }

    /// One line for each packet that matches, the fields separated by a bar.
    List<String> fields(String filter, String... names) throws IOException {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-Y", filter));
        command.addAll(List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
        command.addAll(List.of("-T", "fields", "-E", "separator=|"));
        for (String name : names) {
            command.addAll(List.of("-e", name));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = process.inputReader().readAllLines();
        int exit = process.onExit().join().exitValue();
        if (exit != 0) {
            throw new IOException("tshark ended with " + exit + " on " + file);
        }
        return lines;
    }
}
