package dev.anteroom.kernel;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A file below /proc. Such a file has no size, is made anew by each read from its start, and may vanish with its
/// process at any moment; `Files.readString` returns the first character of a sysctl.
final class ProcFile implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int MAX_BYTES = 1 << 20;

    private final int descriptor;

    private ProcFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /// The whole text of a file, up to a megabyte; empty if it is not there, not readable or gone while read.
    static Optional<String> text(String path) {
        try (FileInputStream in = new FileInputStream(path)) {
            return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /// A file that is read again and again. Opened in a network namespace, it goes on showing that namespace from
    /// every thread, and keeps it alive.
    static Optional<ProcFile> open(String path) {
        int descriptor = Syscalls.open(path);
        return descriptor < 0 ? Optional.empty() : Optional.of(new ProcFile(descriptor));
    }

    /// The text as it is now; empty if it cannot be read any more.
    Optional<String> read() {
        if (Syscalls.rewind(descriptor) < 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(PAGE);
            ByteBuffer read = page.asByteBuffer();
            byte[] bytes = new byte[PAGE];
            StringBuilder text = new StringBuilder(PAGE);
            long length = Syscalls.read(descriptor, page);
            while (length > 0) {
                read.get(0, bytes);
                text.append(new String(bytes, 0, (int) length, StandardCharsets.US_ASCII));
                length = Syscalls.read(descriptor, page);
            }
            return length < 0 ? Optional.empty() : Optional.of(text.toString());
        }
    }

    @Override
    public void close() {
        Syscalls.close(descriptor);
    }
}
