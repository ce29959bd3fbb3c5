package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.capture.PcapngWriter.Direction;
import dev.anteroom.capture.PcapngWriter.Interface;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngWriterTest {
    private static final List<Interface> ENDS =
            List.of(new Interface("client", "the client's end"), new Interface("server", "the server's end"));
    private static final int CLIENT = 0xc6120001;
    private static final int SERVER = 0xc6120002;
    private static final long NOON = 1_764_072_000_123_456_789L;

    @TempDir
    Path directory;

    private final ByteBuffer packet = ByteBuffer.allocate(1500);

    @Test
    void tsharkFindsTheSameSegmentsWithGoodChecksumsTimesDirectionsAndComments() throws IOException {
        assumeTrue(Tshark.installed());
        Path file = directory.resolve("link.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file, ENDS)) {
            writer.packet(0, NOON, Direction.INBOUND, "lost on the link", fromClient(TcpSegment.SYN, 100, 0, ""));
            writer.packet(0, NOON + 1_000_000_000L, Direction.INBOUND, "", fromClient(TcpSegment.SYN, 100, 0, ""));
            writer.packet(
                    1,
                    NOON + 1_000_000_001L,
                    Direction.OUTBOUND,
                    "",
                    fromServer(TcpSegment.SYN | TcpSegment.ACK, 7, 101));
            writer.packet(
                    0,
                    NOON + 1_000_000_002L,
                    Direction.INBOUND,
                    "",
                    fromClient(TcpSegment.PSH | TcpSegment.ACK, 101, 8, "GET / HTTP/1.1"));
            writer.packet(1, NOON + 1_000_000_003L, Direction.OUTBOUND, "", fromServer(TcpSegment.RST, 8, 0));
            assertThat(writer.packets()).isEqualTo(5);
            assertThat(writer.failure()).isEmpty();
        }
        Tshark tshark = new Tshark(file);
        assertThat(tshark.fields("tcp", "frame.time_epoch", "frame.interface_name", "frame.packet_flags_direction"))
                .containsExactly(
                        "1764072000.123456789|client|0x00000001",
                        "1764072001.123456789|client|0x00000001",
                        "1764072001.123456790|server|0x00000002",
                        "1764072001.123456791|client|0x00000001",
                        "1764072001.123456792|server|0x00000002");
        assertThat(tshark.count("tcp.flags.syn == 1 && tcp.flags.ack == 0")).isEqualTo(2);
        assertThat(tshark.count("tcp.flags.syn == 1 && tcp.flags.ack == 1")).isEqualTo(1);
        assertThat(tshark.count("tcp.flags.reset == 1")).isEqualTo(1);
        assertThat(tshark.count("tcp.checksum.status == 1 && ip.checksum.status == 1"))
                .isEqualTo(5);
        assertThat(tshark.count("frame.comment == \"lost on the link\"")).isEqualTo(1);
        assertThat(tshark.fields(
                        "tcp.flags.syn == 1 && tcp.flags.ack == 1",
                        "tcp.options.mss_val",
                        "tcp.options.wscale.shift",
                        "tcp.options.sack_perm",
                        "tcp.options.timestamp.tsval",
                        "tcp.options.timestamp.tsecr"))
                .containsExactly("1460|7|0402|4000000000|5");
        assertThat(tshark.fields("tcp.len > 0", "tcp.payload")).containsExactly("474554202f20485454502f312e31");
    }

    @Test
    void aDirectoryThatIsNotThereIsNamedInOneLine() {
        Path file = directory.resolve("missing").resolve("x.pcapng");
        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(() -> PcapngWriter.create(file, ENDS))
                .withMessage(
                        "cannot write " + file + ": no such file or directory; name a file in a directory of yours");
    }

    @Test
    void aDiskThatIsFullFromTheStartStopsTheFileAndNotTheCaller() {
        PcapngWriter writer = PcapngWriter.create(Path.of("/dev/full"), ENDS);
        writer.packet(0, NOON, Direction.INBOUND, "", fromClient(TcpSegment.SYN, 1, 0, ""));
        writer.flush();
        writer.packet(0, NOON, Direction.INBOUND, "", fromClient(TcpSegment.SYN, 2, 0, ""));
        writer.close();
        assertThat(writer.packets()).isZero();
        assertThat(writer.packetsNotWritten()).isEqualTo(2);
        assertThat(writer.failure().orElseThrow()).contains("/dev/full after 0 bytes: No space left on device");
    }

    @Test
    void aDiskThatFillsUpLeavesAFileOfWholeBlocks() throws IOException {
        assumeTrue(Tshark.installed());
        Path file = directory.resolve("cut.pcapng");
        int room = 300_001;
        PcapngWriter writer =
                new PcapngWriter(file, new SmallDisk(Files.newByteChannel(file, SmallDisk.NEW), room), ENDS);
        int sent = 10_000;
        for (int i = 0; i < sent; i++) {
            writer.packet(0, NOON + i, Direction.INBOUND, "", fromClient(TcpSegment.SYN, i, 0, ""));
        }
        writer.close();
        assertThat(writer.failure().orElseThrow())
                .contains("No space left on device")
                .contains("free some space");
        assertThat(writer.packets() + writer.packetsNotWritten()).isEqualTo(sent);
        assertThat(Files.size(file)).isLessThan(room).isGreaterThan(room - 200);
        assertThat(new Tshark(file).count("tcp")).isEqualTo(writer.packets());
    }

    private ByteBuffer fromClient(int flags, int sequence, int acknowledgement, String payload) {
        TcpSegment segment = new TcpSegment()
                .fromIpv4(CLIENT, 40_000)
                .toIpv4(SERVER, 80)
                .numbers(flags, sequence, acknowledgement)
                .window(64_240);
        segment.write(packet.clear(), ByteBuffer.wrap(payload.getBytes(StandardCharsets.US_ASCII)));
        return packet.flip();
    }

    private ByteBuffer fromServer(int flags, int sequence, int acknowledgement) {
        TcpSegment segment = new TcpSegment()
                .fromIpv4(SERVER, 80)
                .toIpv4(CLIENT, 40_000)
                .numbers(flags, sequence, acknowledgement)
                .window(65_160)
                .segmentSize(1460)
                .windowScale(7)
                .sackPermitted(true)
                .timestamps((int) 4_000_000_000L, 5);
        segment.write(packet.clear(), ByteBuffer.allocate(0));
        return packet.flip();
    }
}
