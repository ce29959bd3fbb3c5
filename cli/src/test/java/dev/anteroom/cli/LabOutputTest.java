package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRoot
class LabOutputTest {

    @Test
    void aCaptureThatCannotBeWrittenEndsWithThreeAndOneLine(@TempDir Path folder) throws Exception {
        Files.createDirectory(folder.resolve("capture.pcapng"));

        Doctor run = Doctor.run("lab", "stalled-server", "--out", folder.toString());

        assertThat(run.code()).isEqualTo(ExitCode.COULD_NOT_LOOK);
        assertThat(run.err()).startsWith("anteroom: cannot write " + folder).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }
}
