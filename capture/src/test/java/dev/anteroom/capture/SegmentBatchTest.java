package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SegmentBatchTest {
    private static final int[] PORTS = {0, 1, 80, 40_000, 65_535};
    private static final int[] PAYLOADS = {0, 1, 1460, 65_535, 16 << 20};
    private static final int[] FAST_OPEN = {TcpSegment.ABSENT, 0, 8, 253};

    private static TcpSegment any(SplittableRandom random) {
        TcpSegment segment = new TcpSegment();
        int from = PORTS[random.nextInt(PORTS.length)];
        int to = PORTS[random.nextInt(PORTS.length)];
        if (random.nextBoolean()) {
            segment.fromIpv6(random.nextLong(), random.nextLong(), from)
                    .toIpv6(random.nextLong(), random.nextLong(), to);
        } else {
            segment.fromIpv4(random.nextInt(), from).toIpv4(random.nextInt(), to);
        }
        segment.numbers(random.nextInt(256), random.nextInt(), random.nextInt());
        segment.hash = random.nextInt();
        segment.print = random.nextInt();
        segment.hops = random.nextInt(256);
        segment.payloadLength = PAYLOADS[random.nextInt(PAYLOADS.length)];
        segment.lost = random.nextBoolean();
        segment.unreachable = random.nextBoolean();
        segment.optionsCut = random.nextBoolean();
        segment.sackPermitted = random.nextBoolean();
        segment.timestamps = random.nextBoolean();
        if (segment.has(TcpSegment.SYN)) { // of others nobody asks for these
            segment.windowScale = random.nextInt(TcpSegment.ABSENT, TcpSegment.LARGEST_WINDOW_SCALE + 1);
            segment.fastOpenCookieBytes = FAST_OPEN[random.nextInt(FAST_OPEN.length)];
            segment.optionOrder = random.nextLong();
        }
        return segment;
    }

    @Property
    void aSegmentComesOutAsItWentIn(@ForAll long seed) {
        TcpSegment segment = any(new SplittableRandom(seed));
        SegmentBatch batch = new SegmentBatch();
        batch.add(segment, (1L << 40) - 1, Long.MAX_VALUE, Listeners.MOST);
        TcpSegment out = new TcpSegment();
        batch.handTo(new FlowShare(0), out);
        if (segment.unreachable) {
            out.payloadLength = segment.payloadLength; // of what an ICMP error holds nobody asks for it
        }
        assertThat(out).usingRecursiveComparison().isEqualTo(segment);
    }

    @Property(tries = 30)
    void allOfThemComeOutInOrderHoweverManyThereAre(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int number) {
        SplittableRandom random = new SplittableRandom(seed);
        SegmentBatch batch = new SegmentBatch();
        FlowShare direct = new FlowShare(0);
        Notes noted = new Notes();
        direct.noteIn(noted);
        for (int packet = 1; packet <= number; packet++) {
            TcpSegment segment = any(random);
            batch.add(segment, packet, packet, 1);
            direct.take(segment, packet, packet, 1);
        }
        SegmentBatch copy = new SegmentBatch();
        copy.moveFrom(batch);
        FlowShare batched = new FlowShare(0);
        Notes alsoNoted = new Notes();
        batched.noteIn(alsoNoted);
        copy.handTo(batched, new TcpSegment());
        assertThat(alsoNoted).usingRecursiveComparison().isEqualTo(noted);
        assertThat(batched.open()).isEqualTo(direct.open());
        assertThat(batched.strangers()).isEqualTo(direct.strangers());
        batch.handTo(batched, new TcpSegment()); // it is empty now
        assertThat(batched.strangers()).isEqualTo(direct.strangers());
    }

    @Test
    void notesOfSeveralSharesAreReadInTheOrderOfTheirPackets() {
        Notes one = new Notes();
        Notes other = new Notes();
        long last = (1L << 40) - 1;
        for (long packet : List.of(1L, 4L, 4L, last)) {
            one.packet(packet);
            one.add(Notes.WAITS, Listeners.MOST, Long.MIN_VALUE, packet, -1);
        }
        for (long packet : List.of(2L, 5L)) {
            other.packet(packet);
            other.add(Notes.RESET, 0, Long.MAX_VALUE, packet, 7);
        }
        Notes.Reader reader = new Notes.Reader(one, new Notes(), other);
        for (long packet : List.of(1L, 2L, 4L, 4L, 5L, last)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.about()).isEqualTo(packet);
            boolean reset = packet == 2 || packet == 5;
            assertThat(reader.kind()).isEqualTo(reset ? Notes.RESET : Notes.WAITS);
            assertThat(reader.listener()).isEqualTo(reset ? 0 : Listeners.MOST);
            assertThat(reader.nanos()).isEqualTo(reset ? Long.MAX_VALUE : Long.MIN_VALUE);
            assertThat(reader.detail()).isEqualTo(reset ? 7 : -1);
        }
        assertThat(reader.next()).isFalse();
    }
}
