package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecondCoreTest {
    private static final int CONNECTIONS = 40_000;

    private final TcpSegment segment = new TcpSegment();
    private final ByteBuffer packet = ByteBuffer.allocate(100);

    /// 160 000 packets, of fates drawn at random.
    private void send(PacketSink sink) {
        Random random = new Random(9);
        for (int i = 0; i < CONNECTIONS; i++) {
            long nanos = i * 1_000_000L;
            segment.fromIpv4(0x0a000000 + i / 5000, 1024 + i % 5000).toIpv4(0x0a100000, 80);
            put(sink, nanos, TcpSegment.SYN, i, 0);
            int end = random.nextInt(4);
            segment.toIpv4(0x0a000000 + i / 5000, 1024 + i % 5000).fromIpv4(0x0a100000, 80);
            put(sink, nanos + 1000, end == 0 ? TcpSegment.RST : TcpSegment.SYN | TcpSegment.ACK, 7, i + 1);
            segment.fromIpv4(0x0a000000 + i / 5000, 1024 + i % 5000).toIpv4(0x0a100000, 80);
            put(sink, nanos + 2000, end == 1 ? TcpSegment.RST : TcpSegment.ACK, i + 1, 8);
            put(sink, nanos + 3000, end == 2 ? TcpSegment.ACK | TcpSegment.FIN : TcpSegment.ACK, i + 1, 8);
        }
    }

    private void put(PacketSink sink, long nanos, int flags, int sequence, int acknowledgement) {
        segment.numbers(flags, sequence, acknowledgement).write(packet.clear(), ByteBuffer.allocate(0));
        sink.packet(nanos, false, packet.flip());
    }

    @Test
    void theResultIsThatOfOneThread() {
        Handshakes alone = new Handshakes();
        send(alone::packet);
        HandshakeTally expected = alone.finish();
        Handshakes followed = new Handshakes();
        try (SecondCore second = new SecondCore(followed)) {
            send(second);
        }
        assertThat(followed.finish()).isEqualTo(expected);
        assertThat(expected.connections()).isEqualTo(CONNECTIONS);
        assertThat(expected.fates()).hasSizeGreaterThan(2);
    }
}
