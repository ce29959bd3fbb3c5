package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.DropReconciliation.Range;
import dev.anteroom.queue.DropReconciliation.Share;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DropReconciliationTest {

    /// What really happened to one listener, as no observer sees it.
    ///
    /// @param synOverflows SYNs that found the accept queue full: 1 overflow, 1 drop, 1 drop event
    /// @param synDrops SYNs dropped for another reason: 1 drop, 1 drop event
    /// @param finalAcks final ACKs that found the accept queue full: 1 overflow, 1 drop, 2 drop events
    /// @param cookieAcks cookies that found the accept queue full: 1 overflow, 1 drop, 1 drop event
    /// @param duplicates harmless segments: 1 drop event
    record History(long synOverflows, long synDrops, long finalAcks, long cookieAcks, long duplicates) {
        long overflows() {
            return synOverflows + finalAcks + cookieAcks;
        }

        long drops() {
            return overflows() + synDrops;
        }

        long dropEvents() {
            return synOverflows + synDrops + 2 * finalAcks + cookieAcks + duplicates;
        }
    }

    @Provide
    Arbitrary<History> histories() {
        Arbitrary<Long> often = Arbitraries.longs().between(0, 50);
        Arbitrary<Long> rare = Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(0L)), Tuple.of(1, often));
        return Combinators.combine(rare, rare, rare, rare, rare).as(History::new);
    }

    @Property
    void theTrueSplitLiesInsideEveryInterval(@ForAll @Size(max = 6) List<@From("histories") History> all) {
        DropReconciliation split = reconcile(all, all, true);

        for (int i = 0; i < all.size(); i++) {
            assertHolds(split.shares().get(i), all.get(i));
        }
        assertThat(split.unattributed()).isEqualTo(new Range(0, 0));
    }

    @Property
    void theTrueSplitLiesInsideEveryIntervalThoughSomeListenersAreClosed(
            @ForAll @Size(min = 1, max = 6) List<@From("histories") History> all, @ForAll @IntRange(max = 6) int open) {
        List<History> seen = all.subList(0, Math.min(open, all.size()));
        List<History> closed = all.subList(seen.size(), all.size());
        DropReconciliation split = reconcile(all, seen, false);

        for (int i = 0; i < seen.size(); i++) {
            assertHolds(split.shares().get(i), seen.get(i));
        }
        long trulyClosed = closed.stream().mapToLong(History::drops).sum();
        assertThat(trulyClosed)
                .isBetween(split.unattributed().atLeast(), split.unattributed().atMost());
    }

    @Property
    void sharesStayBetweenZeroAndTheListenersOwnDropEvents(
            @ForAll @LongRange(min = 0, max = 1000) long overflows,
            @ForAll @LongRange(min = 0, max = 1000) long others,
            @ForAll @Size(max = 6) List<@LongRange(min = 0, max = 1000) Long> dropEvents,
            @ForAll boolean complete) {
        DropReconciliation split = DropReconciliation.of(overflows, overflows + others, dropEvents, complete);

        assertThat(split.shares()).extracting(Share::dropEvents).isEqualTo(dropEvents);
        assertThat(split.shares()).allSatisfy(share -> {
            assertInside(share.overflows(), Math.min(share.dropEvents(), overflows));
            assertInside(share.drops(), Math.min(share.dropEvents(), overflows + others));
        });
        assertInside(split.unattributed(), overflows + others);
    }

    @Property
    void whatIsProvedOfAllListenersNeverAddsUpToMoreThanTheTotal(
            @ForAll @LongRange(min = 0, max = 1000) long overflows,
            @ForAll @LongRange(min = 0, max = 1000) long others,
            @ForAll @Size(max = 6) List<@LongRange(min = 0, max = 1000) Long> dropEvents,
            @ForAll boolean complete) {
        DropReconciliation split = DropReconciliation.of(overflows, overflows + others, dropEvents, complete);

        assertThat(split.shares().stream()
                        .mapToLong(share -> share.overflows().atLeast())
                        .sum())
                .isLessThanOrEqualTo(overflows);
        assertThat(split.shares().stream()
                        .mapToLong(share -> share.drops().atLeast())
                        .sum())
                .isLessThanOrEqualTo(overflows + others);
    }

    @Property
    void nothingIsProvedOfAListenerWhileAClosedOneMayOwnIt(
            @ForAll @LongRange(min = 0, max = 1000) long overflows,
            @ForAll @Size(max = 6) List<@LongRange(min = 0, max = 1000) Long> dropEvents) {
        assertThat(DropReconciliation.of(overflows, overflows, dropEvents, false)
                        .shares())
                .allSatisfy(share -> assertThat(share.overflows().atLeast()).isZero());
    }

    @Test
    void theOnlyListenerOwnsEverything() {
        DropReconciliation split = DropReconciliation.of(3, 4, List.of(7L), true);

        assertThat(split.shares()).containsExactly(new Share(7, new Range(3, 3), new Range(4, 4)));
    }

    @Test
    void harmlessDuplicatesOfAnotherListenerLeaveARange() {
        DropReconciliation split = DropReconciliation.of(4, 4, List.of(4L, 2L), true);

        assertThat(split.shares().getFirst().overflows())
                .isEqualTo(new Range(2, 4))
                .hasToString("2 to 4");
        assertThat(split.shares().getLast().overflows()).isEqualTo(new Range(0, 2));
    }

    @Test
    void aListenerWithoutDropEventsHasNoShare() {
        DropReconciliation split = DropReconciliation.of(9, 9, List.of(9L, 0L), true);

        assertThat(split.shares().getLast().overflows()).isEqualTo(new Range(0, 0));
        assertThat(split.shares().getFirst().overflows())
                .isEqualTo(new Range(9, 9))
                .hasToString("9");
    }

    @Test
    void dropsForWhichThereAreNoDropEventsBelongToNobodySeen() {
        assertThat(DropReconciliation.of(0, 9, List.of(2L, 3L), true).unattributed())
                .isEqualTo(new Range(4, 4));
        assertThat(DropReconciliation.of(0, 9, List.of(2L, 3L), false).unattributed())
                .isEqualTo(new Range(4, 9));
        assertThat(DropReconciliation.of(0, 9, List.of(), false).unattributed()).isEqualTo(new Range(9, 9));
    }

    private static DropReconciliation reconcile(List<History> happened, List<History> seen, boolean complete) {
        return DropReconciliation.of(
                happened.stream().mapToLong(History::overflows).sum(),
                happened.stream().mapToLong(History::drops).sum(),
                seen.stream().map(History::dropEvents).toList(),
                complete);
    }

    private static void assertHolds(Share share, History truth) {
        assertThat(truth.overflows())
                .isBetween(share.overflows().atLeast(), share.overflows().atMost());
        assertThat(truth.drops())
                .isBetween(share.drops().atLeast(), share.drops().atMost());
    }

    private static void assertInside(Range range, long most) {
        assertThat(range.atLeast()).isBetween(0L, range.atMost());
        assertThat(range.atMost()).isLessThanOrEqualTo(most);
    }
}
