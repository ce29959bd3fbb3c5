package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.anteroom.queue.Sign;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TcpSegmentTest {
    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

    private final TcpSegment segment = new TcpSegment();

    @Test
    void theSynOfALinuxClientIsReadFieldByField() {
        // IPv4 198.18.0.1.50914 > 198.18.0.2.8080: S 3342226413 win 64240
        // mss 1460, sackOK, TS 2951044101 ecr 0, nop, wscale 7
        assertThat(segment.read(packet("4500003c0000400040060cad c6120001 c6120002"
                        + "c6e21f90 c736 5fed 00000000 a002 faf0 0000 0000"
                        + "020405b4 0402 080a afe55c05 00000000 01 030307")))
                .isTrue();
        assertThat(segment.ipv6()).isFalse();
        assertThat((int) segment.sourceLow()).isEqualTo(0xc6120001);
        assertThat((int) segment.destinationLow()).isEqualTo(0xc6120002);
        assertThat(segment.sourcePort()).isEqualTo(50_914);
        assertThat(segment.destinationPort()).isEqualTo(8080);
        assertThat(segment.sequence()).isEqualTo(0xc7365fed);
        assertThat(segment.flags()).isEqualTo(TcpSegment.SYN);
        assertThat(segment.window()).isEqualTo(64_240);
        assertThat(segment.segmentSize()).isEqualTo(1460);
        assertThat(segment.sackPermitted()).isTrue();
        assertThat(segment.timestamp()).isEqualTo(0xafe55c05);
        assertThat(segment.windowScale()).isEqualTo(7);
        assertThat(segment.fastOpenCookieBytes()).isEqualTo(TcpSegment.ABSENT);
        assertThat(segment.payloadLength()).isZero();
        assertThat(segment.sequenceLength()).isEqualTo(1);
    }

    @Test
    void aSegmentBehindExtensionHeadersOfIpv6IsRead() {
        String toTcp = "06 00 0000 00000000"; // destination options, 8 bytes, then TCP
        String toOptions = "3c 00 0000 00000000"; // hop-by-hop, 8 bytes, then destination options
        assertThat(segment.read(packet("60000000 0026 00 40 20010db8000000000000000000000001"
                        + "20010db8000000000000000000000002" + toOptions + toTcp
                        + "0050 c6e2 00000007 00000008 5018 0100 0000 0000 6869")))
                .isTrue();
        assertThat(segment.ipv6()).isTrue();
        assertThat(segment.sourceHigh()).isEqualTo(0x20010db800000000L);
        assertThat(segment.sourceLow()).isEqualTo(1);
        assertThat(segment.sourcePort()).isEqualTo(80);
        assertThat(segment.payloadLength()).isEqualTo(2);
        assertThat(segment.payloadOffset()).isEqualTo(76);
    }

    @Test
    void aLaterFragmentAndOtherProtocolsAreNoSegments() {
        String tcp = "0050 c6e2 00000007 00000008 5018 0100 0000 0000";
        assertThat(segment.read(packet("45000028 0000 2001 4006 0000 c6120001 c6120002" + tcp)))
                .isFalse();
        assertThat(segment.read(packet("45000028 0000 0000 4011 0000 c6120001 c6120002" + tcp)))
                .isFalse();
        assertThat(segment.read(packet("45000028 0000 2000 4006 0000 c6120001 c6120002" + tcp)))
                .as("the first fragment has the header")
                .isTrue();
    }

    @Test
    void aPacketCutShortInTheRecordingKeepsTheLengthThatItHadOnTheWire() {
        assertThat(segment.read(packet("450005dc 0000 4000 4006 0000 c6120001 c6120002"
                        + "0050 c6e2 00000007 00000008 5018 0100 0000 0000 0102")))
                .isTrue();
        assertThat(segment.payloadLength()).isEqualTo(1460);
    }

    @Property
    void whatIsWrittenIsReadBack(
            @ForAll boolean ipv6,
            @ForAll long high,
            @ForAll long low,
            @ForAll int sequence,
            @ForAll int acknowledgement,
            @ForAll @IntRange(max = 0xff) int flags,
            @ForAll @IntRange(max = 0xffff) int port,
            @ForAll @IntRange(min = -1, max = 0xffff) int segmentSize,
            @ForAll @IntRange(min = -1, max = 14) int windowScale,
            @ForAll boolean sackPermitted,
            @ForAll boolean timestamps,
            @ForAll @Size(max = 40) byte[] payload) {
        TcpSegment sent = ipv6
                ? new TcpSegment().fromIpv6(high, low, port).toIpv6(~high, ~low, 80)
                : new TcpSegment().fromIpv4((int) low, port).toIpv4((int) high, 80);
        sent.numbers(flags, sequence, acknowledgement)
                .window(port)
                .segmentSize(segmentSize)
                .windowScale(windowScale)
                .sackPermitted(sackPermitted);
        if (timestamps) {
            sent.timestamps(sequence, acknowledgement);
        }
        ByteBuffer packet = ByteBuffer.allocate(200);
        sent.write(packet, ByteBuffer.wrap(payload));
        assertThat(segment.read(packet.flip())).isTrue();
        assertThat(segment)
                .usingRecursiveComparison()
                .ignoringFields(
                        "payloadOffset",
                        "payloadLength",
                        "tcpOffset",
                        "hops",
                        "identification",
                        "optionOrder",
                        "optionsCut",
                        "fragment")
                .isEqualTo(sent);
        assertThat(segment.payloadLength()).isEqualTo(payload.length);
        assertThat(packet.slice(segment.payloadOffset(), payload.length)).isEqualTo(ByteBuffer.wrap(payload));
    }

    @Property(tries = 5000)
    void noBytesMakeItReadOutOfBounds(@ForAll @Size(max = 120) byte[] bytes, @ForAll boolean ipv6) {
        if (bytes.length > 9) {
            bytes[0] = (byte) (ipv6 ? 0x60 : 0x40 | (bytes[0] & 0x07));
            bytes[ipv6 ? 6 : 9] = (byte) (bytes[1] % 2 == 0 ? PacketLayout.TCP : bytes[1] & 0x3f);
        }
        assertThatCode(() -> segment.read(ByteBuffer.wrap(bytes))).doesNotThrowAnyException();
    }

    @Property
    void noCutAndNoWrongByteOfAGoodPacketMakesItReadOutOfBounds(
            @ForAll @IntRange(max = 100) int cut, @ForAll @IntRange(max = 99) int at, @ForAll byte wrong) {
        ByteBuffer packet = ByteBuffer.allocate(100);
        segment.fromIpv6(1, 2, 3)
                .toIpv6(4, 5, 6)
                .numbers(TcpSegment.SYN, 1, 2)
                .segmentSize(1220)
                .windowScale(8)
                .timestamps(9, 10)
                .write(packet, NO_PAYLOAD);
        packet.put(at, wrong).limit(cut).position(0);
        assertThatCode(() -> segment.read(packet)).doesNotThrowAnyException();
        assertThat(packet.limit()).isEqualTo(cut);
    }

    @Test
    void aBufferInAnotherByteOrderReadsTheSame() {
        ByteBuffer packet = ByteBuffer.allocate(60);
        segment.fromIpv4(1, 2).toIpv4(3, 4).numbers(TcpSegment.ACK, 5, 6).write(packet, NO_PAYLOAD);
        TcpSegment read = new TcpSegment();
        assertThat(read.read(packet.flip().order(ByteOrder.LITTLE_ENDIAN))).isTrue();
        assertThat(read.acknowledgement()).isEqualTo(6);
    }

    private static ByteBuffer packet(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /// Behind them one byte more that ends the options: then they are read one by one.
    @Test
    void theOptionsOfALinuxSynAreReadAsThoseOfAnyOther() {
        String options = "020405b4 0402080a 11223344 55667788 01030307";
        for (int at = 0; at < 20; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                TcpSegment atOnce = new TcpSegment();
                TcpSegment oneByOne = new TcpSegment();
                ByteBuffer whole = packet("45000000 0000 4000 4006 0000 c6120001 c6120002"
                        + "9c40 0050 00000001 00000000 a0 02 faf0 0000 0000" + options);
                ByteBuffer longer = packet("45000000 0000 4000 4006 0000 c6120001 c6120002"
                        + "9c40 0050 00000001 00000000 b0 02 faf0 0000 0000" + options + "00000000");
                for (ByteBuffer each : List.of(whole, longer)) {
                    each.put(40 + at, (byte) (each.get(40 + at) ^ (1 << bit)));
                }
                assertThat(atOnce.read(whole)).isTrue();
                assertThat(oneByOne.read(longer)).isTrue();
                assertThat(oneByOne.optionOrder).isIn(atOnce.optionOrder, atOnce.optionOrder << 4);
                assertThat(atOnce)
                        .usingRecursiveComparison()
                        .ignoringFields("optionOrder", "payloadOffset")
                        .isEqualTo(oneByOne);
            }
        }
        TcpSegment segment = new TcpSegment();
        assertThat(segment.read(packet("45000000 0000 4000 4006 0000 c6120001 c6120002"
                        + "9c40 0050 00000001 00000000 a0 02 faf0 0000 0000" + options)))
                .isTrue();
        assertThat(ServerStack.sign(ServerStack.of(segment))).contains(Sign.SERVER_IS_LINUX);
        assertThat(segment.windowScale()).isEqualTo(7);
        assertThat(segment.segmentSize()).isEqualTo(1460);
        assertThat(segment.timestampEcho()).isEqualTo(0x55667788);
    }
}
