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

    @Test
    void whatSeveralVariantsLeaveIsOneCaptureInWhichExplainTellsTheirFatesApart(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("run");

        Doctor lab = Doctor.run("lab", "overflow-at-ack", "--out", out.toString());
        Doctor explained = Doctor.run("explain", out.resolve("capture.pcapng").toString());

        assertThat(lab.code()).isEqualTo(ExitCode.OK);
        assertThat(explained.code()).isEqualTo(ExitCode.FINDINGS);
        assertThat(explained.out())
                .contains("35 connections", "final-ack-ignored", "reset-after-final-ack", "syn-unanswered", "silent")
                .contains("reset-by-abort-on-overflow", "accept-queue-full");
    }
}
