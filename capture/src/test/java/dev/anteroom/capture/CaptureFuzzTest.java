package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

/// Whatever a file holds, reading it ends, and says where. In the normal tests the kept inputs are tried; `bench/fuzz`
/// searches for new ones.
class CaptureFuzzTest {
    /// An endless loop, or memory without bound, is what Jazzer finds by its own limits.
    @FuzzTest(maxDuration = "20m")
    void everyFileIsReadToItsEndOrToAPlaceThatIsNamed(byte @NotNull [] file) {
        try (EvidenceFile opened = CaptureBytes.open(file)) {
            if (opened.isCapture()) {
                Handshakes handshakes = new Handshakes();
                CaptureContents contents = opened.read(handshakes);
                assertThat(handshakes.finish().packets()).isLessThanOrEqualTo(contents.packets());
            }
        } catch (CaptureException named) {
            assertThat(named).hasMessageContaining("test.pcap");
        }
    }
}
