package dev.anteroom.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The sampler in C (`src/main/c/sample.c`) as a process that stands ready.
final class CSampler implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;

    CSampler(String program) throws IOException {
        process = new ProcessBuilder(program)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.US_ASCII);
        questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    /// Takes samples.
    ///
    /// @return how many listeners there were, then the nanoseconds of each sample
    String[] samples(int count) throws IOException {
        questions.println(count);
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the sampler in C has ended; it says why above");
        }
        return line.split(" ", -1);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
