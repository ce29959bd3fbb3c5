package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Whatever a file of zstd holds, unpacking it ends, and says why if it ends early. See [CaptureFuzzTest].
class ZstdFuzzTest {
    @FuzzTest(maxDuration = "20m")
    void everyPackedFileIsUnpackedOrRefused(byte @NotNull [] file) {
        try (InputStream in = new ZstdInput(new ByteArrayInputStream(file))) {
            in.skip(Long.MAX_VALUE);
        } catch (IOException refused) {
            assertThat(refused).hasMessageMatching("(corrupt|cut off|packed with).*");
        }
    }
}
