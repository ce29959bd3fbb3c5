package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UrgencyTest {
    @Test
    void anUrgentThreadIsWhatItWasAfterwards() throws IOException {
        int before = nice();

        try (Urgency _ = Urgency.take()) {
            assertThat(nice()).isIn(-20, before);
        }

        assertThat(nice()).isEqualTo(before);
    }

    @Test
    @NeedsRoot
    void anUrgentThreadOfRootIsBeforeAllOthers() throws IOException {
        try (Urgency _ = Urgency.take()) {
            assertThat(nice()).isEqualTo(-20);
        }
    }

    /// The 19th field of /proc/thread-self/stat (proc(5)); the second may hold spaces and ends with a parenthesis.
    private static int nice() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }
}
