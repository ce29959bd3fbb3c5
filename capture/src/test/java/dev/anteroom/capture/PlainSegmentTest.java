package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlainSegmentTest {
    private static final int IP_OPTIONS = 0x46;
    private static final int[] FLAGS = {TcpSegment.ACK, TcpSegment.PSH | TcpSegment.ACK, TcpSegment.RST, 0};
    private static final int[] PAYLOADS = {0, 1, 100};

    private final PlainSegment plain = new PlainSegment();

    private static ByteBuffer packet(TcpSegment segment, int payloadBytes) {
        ByteBuffer packet = ByteBuffer.allocate(300);
        segment.write(packet, ByteBuffer.allocate(payloadBytes));
        return packet.flip();
    }

    private static TcpSegment ack() {
        return new TcpSegment()
                .fromIpv4(0xff000001, 50_000)
                .toIpv4(0x0a000002, 80)
                .numbers(TcpSegment.ACK, 0x8000_0001, -2);
    }

    /// One that most often is plain, with some of its bytes changed and maybe cut off.
    private static ByteBuffer any(SplittableRandom random) {
        TcpSegment segment = new TcpSegment()
                .fromIpv4(random.nextInt(), random.nextInt(65_536))
                .toIpv4(random.nextInt(), random.nextInt(65_536))
                .numbers(FLAGS[random.nextInt(FLAGS.length)], random.nextInt(), random.nextInt());
        if (random.nextBoolean()) {
            segment.timestamps(random.nextInt(), random.nextInt());
        }
        ByteBuffer packet = packet(segment, PAYLOADS[random.nextInt(PAYLOADS.length)]);
        packet.putShort(PacketLayout.IPV4_IDENTIFICATION, (short) random.nextInt(-2, 3));
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(packet.limit());
            packet.put(at, (byte) (packet.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
        }
        int captured = random.nextInt(4) == 0 ? random.nextInt(packet.limit() + 1) : packet.limit();
        return behindOtherBytes(packet.limit(captured), random.nextInt(40));
    }

    /// As it stands in a file.
    private static ByteBuffer behindOtherBytes(ByteBuffer packet, int before) {
        ByteBuffer file = ByteBuffer.allocate(before + packet.limit());
        return file.position(before).put(packet).position(before);
    }

    private static TcpSegment handedOver(SegmentBatch batch) {
        TcpSegment out = new TcpSegment();
        batch.handTo(new FlowShare(0), out);
        return out;
    }

    @Property
    void aPlainSegmentIsReadAsAnyOtherIs(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer packet = any(random);
        if (plain.read(packet)) {
            boolean lost = random.nextBoolean();
            SegmentBatch asPlain = new SegmentBatch();
            asPlain.add(plain, 7, 8, lost);
            TcpSegment segment = new TcpSegment();
            assertThat(PacketReader.read(packet, segment)).isEqualTo(PacketReader.Kind.SEGMENT);
            segment.lost = lost;
            SegmentBatch asAny = new SegmentBatch();
            asAny.add(segment, 7, 8, 0);
            assertThat(handedOver(asPlain)).usingRecursiveComparison().isEqualTo(handedOver(asAny));
            assertThat(asPlain).usingRecursiveComparison().isEqualTo(asAny);
            assertThat(FlowShare.of(plain)).isEqualTo(FlowShare.of(segment));
            assertThat(segment.fragment).isFalse();
            for (int flag = 1; flag <= 0xff; flag <<= 1) {
                assertThat(plain.has(flag)).isEqualTo(segment.has(flag));
            }
        }
    }

    @Test
    void mostSegmentsArePlain() {
        assertThat(plain.read(packet(ack(), 0))).isTrue();
        assertThat(plain.read(packet(ack().timestamps(1, 2), 0))).isTrue();
        assertThat(plain.read(packet(ack().timestamps(1, 2), 100))).isTrue();
        assertThat(plain.payloadLength).isEqualTo(100);
        assertThat(plain.read(packet(ack().numbers(TcpSegment.RST, 1, 0), 0))).isTrue();
    }

    @Test
    void aSegmentWithMoreToSayIsNotPlain() {
        assertThat(plain.read(packet(ack().numbers(TcpSegment.SYN, 1, 0), 0))).isFalse();
        assertThat(plain.read(packet(ack().numbers(TcpSegment.SYN | TcpSegment.ACK, 1, 2), 0)))
                .isFalse();
        assertThat(plain.read(packet(ack().sackPermitted(true), 0))).isFalse();
        assertThat(plain.read(packet(new TcpSegment().fromIpv6(1, 2, 3).toIpv6(4, 5, 6), 0)))
                .isFalse();
        ByteBuffer packet = packet(ack(), 100);
        assertThat(plain.read(packet.duplicate().order(ByteOrder.LITTLE_ENDIAN)))
                .isFalse();
        packet.putShort(PacketLayout.IPV4_FRAGMENT, (short) PacketLayout.IPV4_MORE_FRAGMENTS);
        assertThat(plain.read(packet)).isFalse();
        packet.putShort(PacketLayout.IPV4_FRAGMENT, (short) 0).put(0, (byte) IP_OPTIONS);
        assertThat(plain.read(packet)).isFalse();
    }

    /// A packet that segmentation offload has not cut yet may say that it has no length.
    @Test
    void aPacketThatIsNotAsLongAsItSaysIsNotPlain() {
        ByteBuffer packet = packet(ack().timestamps(1, 2), 100);
        assertThat(plain.read(packet.duplicate().limit(51))).isFalse();
        assertThat(plain.read(packet.duplicate().limit(52))).isTrue();
        for (int total : new int[] {0, 51}) {
            assertThat(plain.read(packet.putShort(PacketLayout.IPV4_TOTAL_LENGTH, (short) total)))
                    .isFalse();
        }
    }
}
