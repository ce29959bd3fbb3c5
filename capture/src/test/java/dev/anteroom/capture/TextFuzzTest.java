package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/// Whatever a text holds, reading it ends. See [CaptureFuzzTest].
class TextFuzzTest {
    @FuzzTest(maxDuration = "20m")
    void everyTextIsReadToItsEnd(byte @NotNull [] file) throws IOException {
        TextReader reader = new TextReader();
        TextReading reading = reader.read("test.txt", new ByteArrayInputStream(file));
        assertThat(reading.understood() + reading.notUnderstood()).isLessThanOrEqualTo(file.length + 1L);
        assertThat(reader.clues()).allSatisfy(clue -> assertThat(clue.count()).isNotNegative());
    }
}
