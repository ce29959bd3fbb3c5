package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.queue.HandshakeTally;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The counts that tshark makes too are the same.
class CaptureCountsTest {
    private static final int CONNECTIONS = 400;
    private static final int SEED = 7;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    @BeforeEach
    void needsTshark() {
        assumeTrue(Tshark.installed());
    }

    @Test
    void segmentsStreamsAndSynsSentAgainAreThoseOfTshark() throws IOException {
        Path file = directory.resolve("random.pcapng");
        Files.write(file, CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN, conversations().frames));
        Tshark tshark = new Tshark(file);
        HandshakeTally tally = read(file);
        assertThat(tally.syns()).isEqualTo(tshark.count("tcp.flags.syn == 1 && tcp.flags.ack == 0"));
        assertThat(tally.synAcks()).isEqualTo(tshark.count("tcp.flags.syn == 1 && tcp.flags.ack == 1"));
        assertThat(tally.resets()).isEqualTo(tshark.count("tcp.flags.reset == 1"));
        assertThat(tally.connections())
                .isEqualTo(tshark.fields("tcp.flags.syn == 1", "tcp.stream").stream()
                        .distinct()
                        .count());
        long again = tally.listeners().stream()
                .flatMap(listener -> listener.synRetransmissions().entrySet().stream())
                .mapToLong(entry -> entry.getKey() * entry.getValue())
                .sum();
        assertThat(again)
                .isEqualTo(tshark.count("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.analysis.retransmission"));
    }

    @Test
    void theAnonymousCopyHasGoodChecksumsTheSameTimesAndNoneOfTheAddresses() throws IOException {
        Path file = directory.resolve("secret.pcapng");
        Path shown = directory.resolve("shown.pcapng");
        Files.write(file, CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN, conversations().frames));
        try (EvidenceFile secret = EvidenceFile.open(file.toString());
                Anonymiser anonymiser = Anonymiser.to(shown)) {
            secret.anonymise(anonymiser);
            assertThat(anonymiser.leftOut()).isZero();
        }
        Tshark before = new Tshark(file);
        Tshark after = new Tshark(shown);
        assertThat(after.count("tcp.checksum.status == 1 && ip.checksum.status == 1"))
                .isEqualTo(before.count("tcp"));
        assertThat(after.count("ip.addr == 198.18.0.0/15")).isZero();
        String[] kept = {"frame.time_epoch", "tcp.srcport", "tcp.flags", "tcp.seq", "tcp.ack", "tcp.len"};
        assertThat(after.fields("tcp", kept)).isEqualTo(before.fields("tcp", kept));
        assertThat(read(shown).fates()).isEqualTo(read(file).fates());
    }

    private HandshakeTally read(Path path) {
        try (EvidenceFile file = EvidenceFile.open(path.toString())) {
            Handshakes handshakes = new Handshakes();
            file.read(handshakes);
            return handshakes.finish();
        }
    }

    /// Connections one after the other, as far as each comes.
    private Wire conversations() {
        Wire wire = new Wire();
        double at = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            at += 20;
            wire.next().syn(at);
            for (int again = random.nextInt(4); again > 0; again--) {
                at++;
                wire.syn(at);
            }
            int end = random.nextInt(6);
            switch (end) {
                case 0 -> {}
                case 1 -> wire.server(at + 0.1, TcpSegment.RST | TcpSegment.ACK, 0, 1, 0);
                case 2 -> wire.synAck(at + 0.1).synAck(at + 1.1);
                case 3 -> wire.synAck(at + 0.1).ack(at + 0.2).synAck(at + 1.2).ack(at + 1.3);
                case 4 ->
                    wire.synAck(at + 0.1).ack(at + 0.2).request(at + 0.2).server(at + 0.3, TcpSegment.RST, 1, 0, 0);
                default ->
                    wire.synAck(at + 0.1)
                            .ack(at + 0.2)
                            .request(at + 0.2)
                            .server(at + 0.3, TcpSegment.ACK, 1, 21, 99)
                            .client(at + 0.4, TcpSegment.ACK | TcpSegment.FIN, 21, 100, 0)
                            .server(at + 0.5, TcpSegment.ACK | TcpSegment.FIN, 100, 22, 0);
            }
        }
        return wire;
    }
}
