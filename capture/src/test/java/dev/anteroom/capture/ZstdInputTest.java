package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packed files were made by zstd 1.5.4 of `java-25.txt`.
class ZstdInputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"level-1.zst", "level-22.zst", "fast.zst", "of-unknown-size.zst", "two-frames.zst", "zeros.zst"})
    void whatZstdPackedIsUnpackedByteForByte(String name) throws IOException {
        byte[] expected = name.equals("zeros.zst") ? new byte[1_000_000] : bytes("java-25.txt");
        assertThat(unpacked(bytes("zstd/" + name))).isEqualTo(expected);
    }

    /// A frame of one raw block and one of one byte repeated, without checksum.
    @Test
    void whatCannotBePackedStandsAsItIs() throws IOException {
        byte[] raw = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x20, 3, 0x19, 0, 0, 'a', 'b', 'c'};
        byte[] repeated = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x20, 5, 0x2b, 0, 0, 'z'};
        assertThat(unpacked(raw)).asString().isEqualTo("abc");
        assertThat(unpacked(repeated)).asString().isEqualTo("zzzzz");
    }

    @Test
    void everyCutEndsInAnError() throws IOException {
        byte[] file = bytes("zstd/level-1.zst");
        for (int length = 1; length < file.length; length += 7) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> unpacked(cut));
        }
    }

    /// The checksum finds what the decoder cannot.
    @Test
    void everyWrongByteIsFound() throws IOException {
        byte[] file = bytes("zstd/level-22.zst");
        byte[] text = bytes("java-25.txt");
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] wrong = file.clone();
            wrong[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            try {
                assertThat(unpacked(wrong)).isEqualTo(text);
            } catch (IOException found) {
                assertThat(found).hasMessageMatching("(corrupt|cut off|packed with).*");
            }
        }
    }

    @Test
    void aClaimedWindowTakesNoMemoryAndTooLargeAOneIsRefused() throws IOException {
        byte[] large = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (17 << 3), 0x19, 0, 0, 'a', 'b', 'c'};
        assertThat(unpacked(large)).asString().isEqualTo("abc");
        large[5] = (byte) (18 << 3);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> unpacked(large))
                .withMessageContaining("zstd --long=31");
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (InputStream in = new ZstdInput(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ZstdInputTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
