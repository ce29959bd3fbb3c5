package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowWordsTest {
    private static final int AT = 3;
    private static final long ALL_MARKS = (1L << FlowMark.BITS) - 1;

    private final Flow flow = new Flow(0, new Tallies(), new LogBook());
    private final Flow loaded = new Flow(0, new Tallies(), new LogBook());

    /// Every number of a connection, all bits of each at random.
    private record Numbers(
            long since,
            long last,
            List<Integer> halves,
            List<Integer> times,
            int largeAt,
            int hops,
            long marks,
            int log) {
        private Numbers(Random random) {
            this(
                    random.nextLong(),
                    random.nextLong(),
                    random.ints(6).boxed().toList(),
                    random.ints(2, 0, FlowWords.PRINT_AT_MASK + 1).boxed().toList(),
                    random.nextInt(1 << 16),
                    random.nextInt(256),
                    random.nextLong() & ALL_MARKS,
                    random.nextInt(1 << 16));
        }

        private void setIn(Flow flow) {
            flow.since = since;
            flow.last = last;
            flow.clientFirst(halves.get(0));
            flow.serverFirst(halves.get(1));
            flow.clientNext(halves.get(2));
            flow.serverNext(halves.get(3));
            flow.print(false, halves.get(4), times.get(0));
            flow.print(true, halves.get(5), times.get(1));
            flow.largeAt(largeAt);
            flow.serverHops(hops);
            flow.mark(true, marks);
            flow.mark(false, ~marks);
            flow.unmark(~marks & ALL_MARKS);
            flow.log(log);
        }

        private void assertIn(Flow flow) {
            assertThat(new long[] {flow.since, flow.last}).containsExactly(since, last);
            assertThat(List.of(
                            flow.clientFirst(),
                            flow.serverFirst(),
                            flow.clientNext(),
                            flow.serverNext(),
                            flow.print(false),
                            flow.print(true)))
                    .isEqualTo(halves);
            assertThat(List.of(flow.printAt(false), flow.printAt(true))).isEqualTo(times);
            assertThat(new int[] {flow.largeAt(), flow.serverHops(), flow.logNumber()})
                    .containsExactly(largeAt, hops, log);
            IntStream.range(0, FlowMark.BITS)
                    .forEach(bit -> assertThat(flow.is(1L << bit)).isEqualTo((marks >>> bit & 1) == 1));
        }
    }

    /// Each number is set twice: what was there before leaves nothing.
    @Test
    void everyNumberIsWhatWasSetLastWhateverItsNeighboursInAWordAre() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            int clientPort = random.nextInt(1 << 16);
            int serverPort = random.nextInt(1 << 16);
            int listener = random.nextInt(Listeners.MOST + 1);
            long packet = 1 + random.nextLong((1L << 40) - 1);
            int[] counts = random.ints(3, 0, 300).toArray();
            flow.begin(FlowRecord.ports(clientPort, serverPort), listener, 0, packet, random.nextLong());
            new Numbers(random).setIn(flow);
            IntStream.range(0, counts[0]).forEach(once -> flow.countSynAgain());
            IntStream.range(0, counts[1]).forEach(once -> flow.countDataAgain());
            IntStream.range(0, counts[2]).forEach(once -> flow.countSynAckAgain());
            Numbers numbers = new Numbers(random);
            numbers.setIn(flow);

            flow.stand(new long[AT + FlowRecord.IPV6_WORDS], AT, true);
            flow.store();
            loaded.load(flow.page, AT, true);

            numbers.assertIn(loaded);
            assertThat(new int[] {loaded.clientPort(), loaded.serverPort(), loaded.listenerNumber()})
                    .containsExactly(clientPort, serverPort, listener);
            assertThat(loaded.firstPacket()).isEqualTo(packet);
            assertThat(new int[] {loaded.synsAgain(), loaded.dataAgain(), loaded.synAcksAgain()})
                    .containsExactly(IntStream.of(counts)
                            .map(count -> Math.min(count, 255))
                            .toArray());
        }
    }
}
