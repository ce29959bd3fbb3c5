package dev.anteroom.cli;

import dev.anteroom.capture.ArrivalTrace;
import dev.anteroom.capture.CaptureException;
import dev.anteroom.queue.Durations;
import dev.anteroom.report.DocumentException;
import dev.anteroom.report.SizingDocument;
import dev.anteroom.simulator.SizingTrace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// The file that `size` was given: a document of ours, or a trace of arrivals.
///
/// @param name as it was given
/// @param document what a document tells; empty for a trace
/// @param trace the arrivals; empty for a document
record SizeFile(String name, Optional<SizingDocument> document, Optional<SizingTrace> trace) {
    private static final int MOST_BYTES = 256 << 20;

    /// Reads a file; one that begins with a brace is a document.
    static SizeFile read(String name, Optional<Integer> port, Optional<String> run) throws UsageException {
        try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(Path.of(name)))) {
            if (first(in) != '{') {
                if (port.isPresent() || run.isPresent()) {
                    throw new UsageException("--port and --run choose from a JSON document, and " + name + " is none");
                }
                long[] moments = ArrivalTrace.read(new InputStreamReader(in, StandardCharsets.UTF_8), name);
                return new SizeFile(name, Optional.empty(), Optional.of(SizingTrace.of(moments)));
            }
            byte[] text = in.readNBytes(MOST_BYTES);
            OptionalInt listener = port.map(OptionalInt::of).orElse(OptionalInt.empty());
            return new SizeFile(name, Optional.of(SizingDocument.read(text, name, listener, run)), Optional.empty());
        } catch (NoSuchFileException missing) {
            throw new UsageException("cannot read " + name + ": no such file");
        } catch (AccessDeniedException denied) {
            throw new UsageException("cannot read " + name + ": permission denied");
        } catch (IOException failed) {
            throw new UsageException("cannot read " + name + ": " + failed.getMessage());
        } catch (DocumentException | CaptureException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
    }

    /// The first byte that is no blank, which stays unread.
    private static int first(BufferedInputStream in) throws IOException {
        int look = 4096;
        in.mark(look);
        int first = in.read();
        for (int read = 1; Character.isWhitespace(first) && read < look; read++) {
            first = in.read();
        }
        in.reset();
        return first;
    }

    /// What it is.
    String what() {
        return document.map(SizingDocument::what)
                .orElseGet(() -> "a trace of " + trace.orElseThrow().connections() + " arrivals within "
                        + Durations.text(trace.orElseThrow().width()));
    }
}
