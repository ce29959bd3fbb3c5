package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.Sign;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
    /// Real ones, however few processors there are.
    private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

    private static final String ASKED_FOR = "10.0.0.1:1031";

    private static HandshakeTally tally(Handshakes handshakes, long seed) {
        handshakes.alsoTell(ASKED_FOR);
        new AnyTraffic(seed).feed(handshakes);
        return handshakes.finish();
    }

    @Property(tries = 20)
    void severalThreadsTellWhatOneTells(@ForAll long seed) {
        Handshakes one = new Handshakes(1);
        HandshakeTally expected = tally(one, seed);
        for (int threads = 2; threads <= 4; threads++) {
            Handshakes several = new Handshakes(threads, (int) Math.floorMod(seed, 5000L) + 1, THREADS);
            assertThat(tally(several, seed)).isEqualTo(expected);
            assertThat(several.askedFor()).isEqualTo(one.askedFor());
        }
    }

    @Test
    void thatTrafficShowsWhatDependsOnTheOrderOfPackets() {
        Set<Sign> signs = EnumSet.noneOf(Sign.class);
        int waiting = 0;
        for (long seed = 0; seed < 10; seed++) {
            HandshakeTally tally = tally(new Handshakes(1), seed);
            tally.listeners().forEach(listener -> signs.addAll(listener.signs().keySet()));
            waiting += tally.listeners().stream()
                    .mapToInt(listener -> listener.waiting().highest().size())
                    .sum();
        }
        assertThat(signs)
                .contains(
                        Sign.OTHER_SYNS_ANSWERED,
                        Sign.RESETS_AT_ONE_MOMENT,
                        Sign.ANSWERS_CAME_TOGETHER,
                        Sign.SYN_ANSWERED_BY_ICMP,
                        Sign.SERVER_IS_LINUX);
        assertThat(waiting).isPositive();
    }

    @Test
    void howManyAreOpenIsKnownWhileOthersWork() {
        Handshakes one = new Handshakes(1);
        Handshakes two = new Handshakes(2, 1, THREADS);
        new AnyTraffic(7).feed(one);
        new AnyTraffic(7).feed(two);
        assertThat(two.open()).isEqualTo(one.open()).isPositive();
        assertThat(two.finish()).isEqualTo(one.finish());
    }

    @Test
    void whereNoThreadIsToBeHadTheReadingOneDoesAllTheWork() {
        HandshakeTally expected = tally(new Handshakes(1), 3);
        assertThat(tally(new Handshakes(4, 1, _ -> {}), 3)).isEqualTo(expected);
        Executor noThreads = _ -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        assertThat(tally(new Handshakes(4, 1, noThreads), 3)).isEqualTo(expected);
    }

    @Test
    void whatFailsInAnotherThreadFailsInTheReadingOne() throws InterruptedException {
        LinkedBlockingQueue<Thread> started = new LinkedBlockingQueue<>();
        Executor remembered = task -> started.add(Thread.ofPlatform().daemon().start(task));
        SharedWork work = new SharedWork(shares(), new Listeners(), remembered, 1);
        TcpSegment segment = new TcpSegment().fromIpv4(1, 1).toIpv4(2, 2).numbers(TcpSegment.SYN, 1, 0);
        work.add(0, segment, 1, 0, Listeners.MOST + 1); // there is no such listener
        segment.numbers(TcpSegment.SYN | TcpSegment.ACK, 1, 2).fromIpv4(2, 2).toIpv4(1, 1);
        segment.print = 1;
        work.add(0, segment, 2, 0, Listeners.MOST + 1);
        work.handIfEnough(0);
        started.take().join();
        assertThatThrownBy(work::await)
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theConnectionsOfOneClientAreInAllShares() {
        for (int step = 1; step <= 4; step++) {
            int[] inShare = new int[FlowShare.SHARES];
            for (int i = 0; i < 64; i++) {
                TcpSegment segment =
                        new TcpSegment().fromIpv4(0x0a000001, 40_000 + step * i).toIpv4(0x0a000002, 80);
                int share = FlowShare.of(segment);
                inShare[share]++;
                segment.fromIpv4(0x0a000002, 80).toIpv4(0x0a000001, 40_000 + step * i);
                assertThat(FlowShare.of(segment)).isEqualTo(share);
            }
            assertThat(Arrays.stream(inShare).max())
                    .satisfies(most -> assertThat(most.getAsInt()).isLessThan(25));
        }
    }

    private static List<FlowShare> shares() {
        return IntStream.range(0, FlowShare.SHARES).mapToObj(FlowShare::new).toList();
    }
}
