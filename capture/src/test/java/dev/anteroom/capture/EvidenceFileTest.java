package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceFileTest {
    private static final byte[] NOTHING = {};

    private final Wire wire = new Wire()
            .syn(0)
            .syn(1)
            .synAck(1.1)
            .ack(1.2)
            .request(1.2)
            .server(1.3, TcpSegment.ACK, 1, 21, 7)
            .next()
            .syn(2)
            .server(2.1, TcpSegment.RST | TcpSegment.ACK, 0, 1, 0);

    @TempDir
    Path directory;

    private HandshakeTally tally = new Handshakes().finish();

    @ParameterizedTest
    @CsvSource({
        "a1b2c3d4, LITTLE_ENDIAN",
        "a1b2c3d4, BIG_ENDIAN",
        "a1b23c4d, LITTLE_ENDIAN",
        "a1b23c4d, BIG_ENDIAN",
        "a1b2cd34, LITTLE_ENDIAN"
    })
    void pcapIsReadInEachByteOrderAndPrecision(String magic, String order) {
        byte[] file = CaptureBytes.pcap(
                order.startsWith("L") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
                HexFormat.fromHexDigits(magic),
                LinkLayer.RAW,
                NOTHING,
                wire.frames);
        CaptureContents contents = read(file);
        assertThat(contents.format()).isEqualTo("pcap");
        assertThat(contents.damage()).isEmpty();
        isTheConversation();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pcapngIsReadInEachByteOrder(boolean big) {
        CaptureContents contents =
                read(CaptureBytes.pcapng(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, wire.frames));
        assertThat(contents.format()).isEqualTo("pcapng");
        assertThat(contents.packets()).isEqualTo(wire.frames.size());
        isTheConversation();
    }

    private void isTheConversation() {
        assertThat(tally.fates()).containsOnlyKeys(HandshakeFate.ANSWERED_LATE, HandshakeFate.REFUSED);
        assertThat(tally.syns()).isEqualTo(3);
        assertThat(tally.resets()).isEqualTo(1);
        assertThat(tally.took()).isEqualTo(Duration.ofMillis(2100));
        assertThat(tally.examples().getFirst().start()).isEqualTo(Instant.parse("2025-11-25T12:00:00Z"));
        assertThat(tally.examples().getFirst().events().get(1).at()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 000000000001 000000000002 0800",
        "1, 000000000001 000000000002 8100 0064 0800",
        "1, 000000000001 000000000002 88a8 0064 8100 0065 0800",
        "113, 0000 0304 0006 000000000000 0000 0800",
        "276, 0800 0000 00000001 0001 00 06 0000000000000000",
        "0, 02000000",
        "0, 00000002",
        "108, 00000002",
        "12, ''",
        "101, ''",
        "228, ''"
    })
    void everyLinkTypeLeadsToTheSameSegments(int linkType, String before) {
        byte[] header = HexFormat.of().parseHex(before.replace(" ", ""));
        CaptureContents contents = read(
                CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapLayout.MICROSECONDS, linkType, header, wire.frames));
        assertThat(contents.notIp()).isZero();
        isTheConversation();
    }

    @Test
    void aLinkTypeThatIsNotKnownIsNamedAndCounted() {
        CaptureContents contents =
                read(CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapLayout.MICROSECONDS, 105, NOTHING, wire.frames));
        assertThat(contents.links()).containsOnlyKeys("link type 105 (not read)");
        assertThat(contents.notIp()).isEqualTo(8);
        assertThat(tally.connections()).isZero();
    }

    @Test
    void sectionsInterfacesAndOlderBlocksOfPcapngAreRead() {
        List<Wire.Frame> frames = wire.frames;
        long micros = frames.getFirst().nanos() / 1000;
        CaptureBytes blocks = CaptureBytes.blocks(ByteOrder.BIG_ENDIAN)
                .section()
                .describe(LinkLayer.ETHERNET, 6, 0)
                .describe(LinkLayer.RAW, 0x80 | 20, 1_000_000_000)
                .unknown(40)
                .enhanced(
                        1,
                        ((micros - 1_000_000_000_000_000L) / 1_000_000) << 20,
                        frames.getFirst().bytes())
                .section()
                .describe(LinkLayer.RAW, 6, 0)
                .old(0, micros + 1_000_000, frames.get(1).bytes())
                .simple(frames.get(2).bytes());
        CaptureContents contents = read(blocks.written());
        assertThat(contents.damage()).isEmpty();
        assertThat(contents.packets()).isEqualTo(3);
        assertThat(tally.took()).isEqualTo(Duration.ofSeconds(1));
        assertThat(tally.syns()).isEqualTo(2);
        assertThat(tally.synAcks()).isEqualTo(1);
    }

    @Test
    void gzipIsUnpackedMemberByMember() {
        byte[] file = CaptureBytes.pcap(wire.frames);
        byte[] zipped = CaptureBytes.gzipped(
                Arrays.copyOf(file, 100),
                Arrays.copyOfRange(file, 100, 200),
                Arrays.copyOfRange(file, 200, file.length));
        assertThat(read(zipped).format()).isEqualTo("pcap, gzipped");
        isTheConversation();
    }

    @Test
    void aPacketThatIsLostOnTheLinkIsKnownByItsComment() throws IOException {
        Path file = directory.resolve("lab.pcapng");
        try (LinkCapture capture = LinkCapture.to(file)) {
            capture.packet(
                    1,
                    true,
                    true,
                    java.nio.ByteBuffer.wrap(wire.frames.getFirst().bytes()));
            capture.packet(
                    2, true, false, java.nio.ByteBuffer.wrap(wire.frames.get(1).bytes()));
        }
        read(Files.readAllBytes(file));
        assertThat(tally.lost()).isEqualTo(1);
    }

    @Test
    void whereAFileIsCutOffIsSaidAndWhatComesBeforeIsTold() {
        byte[] file = CaptureBytes.pcap(wire.frames);
        CaptureContents contents = read(Arrays.copyOf(file, file.length - 1));
        int last = wire.frames.getLast().bytes().length;
        assertThat(contents.damage())
                .contains("cut off within the packet that begins at byte " + (file.length - last - 16));
        assertThat(contents.packets()).isEqualTo(7);
        assertThat(tally.fates()).containsKey(HandshakeFate.ANSWERED_LATE);
    }

    @Test
    void aLengthThatCannotBeIsNotBelieved() {
        byte[] file = CaptureBytes.pcap(wire.frames);
        file[24 + 8 + 3] = 0x7f;
        assertThat(read(file).damage())
                .hasValueSatisfying(damage -> assertThat(damage)
                        .startsWith("corrupt: a packet of 2130")
                        .endsWith("at byte 24"));
        byte[] next = CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN, wire.frames);
        next[next.length - 1] = 1;
        assertThat(read(next).damage())
                .hasValueSatisfying(damage -> assertThat(damage).contains("two lengths differ"));
    }

    @Test
    void whatIsNoCaptureIsHandedOnWhole() throws IOException {
        String text = "java.net.ConnectException: Connection refused";
        try (EvidenceFile file = CaptureBytes.open(text.getBytes(StandardCharsets.US_ASCII))) {
            assertThat(file.isCapture()).isFalse();
            assertThat(file.text().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(text);
        }
        try (EvidenceFile file = CaptureBytes.open(NOTHING)) {
            assertThat(file.text().readAllBytes()).isEmpty();
        }
    }

    @Test
    void whatZstdPackedIsReadAndADamagedPartSaysWhere() throws IOException {
        byte[] packed = ZstdInputTest.bytes("zstd/capture.pcapng.zst");
        CaptureContents contents = read(packed);
        assertThat(contents.format()).isEqualTo("pcapng, packed with zstd");
        assertThat(contents.damage()).isEmpty();
        packed[packed.length - 1] ^= 1;
        assertThat(read(packed).damage())
                .hasValueSatisfying(what -> assertThat(what).contains("wrong checksum", "byte"));
    }

    @Test
    void aDirectoryAndAFileThatIsNotThereAreNamed() {
        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(() -> EvidenceFile.open(directory.toString()))
                .withMessageContaining("directory");
        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(() -> EvidenceFile.open(directory.resolve("none").toString()))
                .withMessageContaining("no such file or directory");
    }

    /// Whatever is cut off or changed: it is read to some point, and that point is named.
    @Property(tries = 2000)
    void noCutAndNoWrongByteDoesMoreThanEndTheReading(
            @ForAll boolean pcapng,
            @ForAll boolean zipped,
            @ForAll @IntRange(max = 1200) int cut,
            @ForAll @IntRange(max = 1200) int at,
            @ForAll byte wrong) {
        byte[] good =
                pcapng ? CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN, wire.frames) : CaptureBytes.pcap(wire.frames);
        byte[] file = zipped ? CaptureBytes.gzipped(good) : good;
        byte[] bad = Arrays.copyOf(file, Math.min(cut, file.length));
        if (at < bad.length) {
            bad[at] = wrong;
        }
        try (EvidenceFile opened = CaptureBytes.open(bad)) {
            if (opened.isCapture()) {
                Handshakes handshakes = new Handshakes();
                long packets = opened.read(handshakes).packets();
                // A wrong byte in what is packed may well repeat a packet.
                assertThat(packets).isLessThanOrEqualTo(zipped ? 2 * file.length : wire.frames.size());
                assertThat(handshakes.finish().packets()).isLessThanOrEqualTo(packets);
            }
        } catch (CaptureException named) {
            assertThat(named).hasMessageContaining("test.pcap");
        }
    }

    @Test
    void aPacketLargerThanABlockOfTheReaderIsRead() {
        List<Wire.Frame> frames = new ArrayList<>(wire.frames);
        frames.add(new Wire.Frame(frames.getLast().nanos(), new byte[(1 << 20) - 9000]));
        assertThat(read(CaptureBytes.pcap(frames)).packets()).isEqualTo(9);
    }

    private CaptureContents read(byte[] file) {
        try (EvidenceFile opened = CaptureBytes.open(file)) {
            assertThat(opened.isCapture()).isTrue();
            Handshakes handshakes = new Handshakes();
            CaptureContents contents = opened.read(handshakes);
            tally = handshakes.finish();
            return contents;
        }
    }
}
