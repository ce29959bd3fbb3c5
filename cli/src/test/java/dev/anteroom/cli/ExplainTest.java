package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ExplainTest {
    @TempDir
    Path directory;

    private Path capture = Path.of("");

    @BeforeEach
    void aCaptureOfASilentPort() throws IOException {
        capture = directory.resolve("silent.pcap");
        Files.write(capture, SilentPort.pcap());
    }

    @Test
    void whoWasAskedWhatBecameOfItAndTheClockOfTheClientAreTold() {
        Doctor run = Doctor.run("explain", capture.toString());

        assertThat(run.code()).isEqualTo(ExitCode.FINDINGS);
        assertThat(run.out())
                .contains("silent.pcap: pcap, 4 packets in 3.00 s, raw IP; 1 connections")
                .contains("4 SYN, 0 SYN-ACK, 0 RST")
                .contains("10.0.0.2:80")
                .contains("syn-unanswered")
                .contains("1 at 1.00 s, 1 at 2.00 s, 1 at 3.00 s (as Linux does: 1, 2, 3, 4, 5, 7, 11, 19 s)")
                .contains("10.0.0.1:1024 → 10.0.0.2:80");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theJsonHoldsTheSame() {
        Doctor run = Doctor.run("explain", "--json", capture.toString());
        JsonNode json = run.json();
        assertThat(json.get("schema").stringValue()).isEqualTo("anteroom/explain/1");
        JsonNode listener = run.listener(80);
        assertThat(listener.get("port").intValue()).isEqualTo(80);
        assertThat(listener.get("handshakes").intValue()).isEqualTo(1);
        assertThat(listener.get("fates").get("syn-unanswered").intValue()).isEqualTo(1);
        assertThat(listener.get("synRetransmissions").get("3").intValue()).isEqualTo(1);
        assertThat(json.get("findings").get(0).get("next").stringValue()).isNotEmpty();
        assertThat(json.get("connections").get(0).get("events")).hasSize(4);
    }

    @Test
    void oneConnectionOrOneFateIsDrawnWhereAsked() {
        assertThat(Doctor.run("explain", "--fate", "none", capture.toString()).out())
                .doesNotContain("10.0.0.1:1024");
        assertThat(Doctor.run("explain", "--fate", "answered", capture.toString())
                        .out())
                .doesNotContain("10.0.0.1:1024");
        assertThat(Doctor.run("explain", "--connection", "10.0.0.1:1024", capture.toString())
                        .out())
                .contains("10.0.0.1:1024 → 10.0.0.2:80");
        assertThat(Doctor.run("explain", "--connection", "10.0.0.9", capture.toString())
                        .err())
                .contains("no connection of 10.0.0.9");
    }

    @Test
    void aFileThatIsCutOffEndsWithOneAndShowsWhatItHolds() throws IOException {
        byte[] whole = SilentPort.pcap();
        Files.write(capture, Arrays.copyOf(whole, whole.length - 5));

        Doctor run = Doctor.run("explain", capture.toString());

        assertThat(run.code()).isEqualTo(ExitCode.FINDINGS);
        assertThat(run.out())
                .contains("incomplete: cut off within the packet that begins at byte ")
                .contains("3 SYN,");
    }

    @Test
    void aFileThatCannotBeReadDoesNotHideTheOthers() {
        Path missing = directory.resolve("missing.pcap");

        Doctor run = Doctor.run("explain", missing.toString(), capture.toString(), directory.toString());

        assertThat(run.code()).isEqualTo(ExitCode.COULD_NOT_LOOK);
        assertThat(run.err())
                .contains("cannot read " + missing + ": no such file or directory")
                .contains("cannot read " + directory + ": ")
                .hasLineCount(2);
        assertThat(run.out()).contains("syn-unanswered");
    }

    @Test
    void whatIsShownToOthersHasNoAddressOfTheCapture() throws IOException {
        Path shown = directory.resolve("shown.pcapng");

        Doctor run = Doctor.run("explain", "--anonymise", shown.toString(), capture.toString());

        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).startsWith("wrote 4 packets to " + shown);
        assertThat(Doctor.run("explain", shown.toString()).out())
                .contains("syn-unanswered")
                .contains("4 SYN, 0 SYN-ACK");
        assertThat(Doctor.run("explain", "--anonymise", capture.toString(), capture.toString())
                        .code())
                .isEqualTo(ExitCode.USAGE);
        assertThat(capture).hasBinaryContent(SilentPort.pcap());
    }
}
