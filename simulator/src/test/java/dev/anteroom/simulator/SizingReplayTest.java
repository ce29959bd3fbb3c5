package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.simulator.Sizing.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SizingReplayTest {
    private static final long MILLIS = 1_000_000;
    private static final SizingServer HUNDRED = SizingServer.accepting(100).withVariation(0);

    private static Sizing sized(SizingServer server, long... millis) {
        SizingTrace trace =
                SizingTrace.of(LongStream.of(millis).map(each -> each * MILLIS).toArray());
        return Sizing.of(SizingRequest.of(SizingLoad.ofTrace(trace), server).withTarget(SizingRequest.NOBODY));
    }

    @Test
    void aThousandAtOnceAreABurst() {
        Sizing sizing = sized(HUNDRED, new long[1000]);

        assertThat(sizing.smallestThatHolds()).hasValue(999);
        assertThat(sizing.method()).isEqualTo(SizingMethod.REPLAY);
    }

    @Test
    void onePerServiceTimeNeedsOnePlace() {
        assertThat(sized(HUNDRED, 0, 10, 20, 30, 40).smallestThatHolds()).hasValue(0);
    }

    /// Accepts at 0, 10, 20 ms: at 12 ms two have gone and one waits, then four come.
    @Test
    void whatWasAcceptedMeanwhileNeedsNoPlace() {
        assertThat(sized(HUNDRED, 0, 1, 2, 12, 12, 12, 12).smallestThatHolds()).hasValue(4);
    }

    @Test
    void everyWorkerTakesOneAtATime() {
        SizingServer two = SizingServer.working(2, Duration.ofMillis(10)).withVariation(0);

        assertThat(sized(two, 0, 1, 2, 3).smallestThatHolds()).hasValue(1);
        assertThat(sized(two, 0, 1, 2, 3, 9).smallestThatHolds()).hasValue(2);
    }

    @Test
    void aPauseIsPutWhereItFindsTheMost() {
        SizingServer paused = HUNDRED.withPause(Duration.ofMillis(50));

        assertThat(sized(paused, 0, 10, 20, 30, 40, 50, 500, 510, 515, 520, 525, 530, 535, 900)
                        .smallestThatHolds())
                .hasValue(6);
    }

    /// Not only what comes in the pause counts, but also what comes while its queue drains.
    @Property(tries = 100)
    void noPauseAtAnyArrivalNeedsMore(@ForAll @Size(min = 1, max = 40) List<@LongRange(min = 0, max = 25) Long> gaps) {
        long[] moments = new long[gaps.size()];
        for (int i = 1; i < moments.length; i++) {
            moments[i] = moments[i - 1] + gaps.get(i);
        }
        long needed = sized(HUNDRED.withPause(Duration.ofMillis(50)), moments)
                .smallestThatHolds()
                .orElseThrow();

        assertThat(needed)
                .isEqualTo(LongStream.of(moments)
                                .map(start -> highest(moments, start))
                                .max()
                                .orElseThrow()
                        - 1);
    }

    /// The highest depth with a pause of 50 ms from a moment on, in steps of the accepts: one per 10 ms.
    private static long highest(long[] millis, long pausedFrom) {
        ArrayDeque<Long> waiting = new ArrayDeque<>();
        long free = 0;
        long most = 0;
        for (long now : millis) {
            while (!waiting.isEmpty()) {
                long due = Math.max(free, waiting.peek());
                long accepted = due >= pausedFrom && due < pausedFrom + 50 ? pausedFrom + 50 : due;
                if (accepted >= now) {
                    break;
                }
                waiting.remove();
                free = accepted + 10;
            }
            waiting.add(now);
            most = Math.max(most, waiting.size());
        }
        return most;
    }

    @Test
    void theTargetIsAShareOfTheTrace() {
        SizingTrace trace = SizingTrace.of(new long[1000]);
        SizingRequest request = SizingRequest.of(SizingLoad.ofTrace(trace), HUNDRED);

        assertThat(Sizing.of(request.withTarget(0.01)).smallestThatHolds()).hasValue(989);
        assertThat(Sizing.of(request.withTarget(0.01).withPatience(Duration.ofSeconds(5)))
                        .verdict())
                .isEqualTo(Verdict.NOBODY_WAITS_THAT_LONG);
    }

    @Property(tries = 300)
    void itIsTheQueueSteppedByHand(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 0, max = 40) Long> gaps,
            @ForAll @IntRange(min = 1, max = 3) int workers,
            @ForAll @IntRange(min = 0, max = 8) int limit) {
        long[] moments = new long[gaps.size()];
        for (int i = 1; i < moments.length; i++) {
            moments[i] = moments[i - 1] + gaps.get(i) * MILLIS;
        }
        SizingServer server =
                SizingServer.working(workers, Duration.ofMillis(37)).withVariation(0);

        assertThat(new SizingReplay(SizingTrace.of(moments), server).lostAt(limit))
                .isEqualTo(lostByHand(moments, workers, limit));
    }

    /// Event by event: workers that become free, before them the arrivals of the same moment.
    private static double lostByHand(long[] moments, int workers, int limit) {
        PriorityQueue<Long> busyUntil = new PriorityQueue<>();
        ArrayDeque<Long> waiting = new ArrayDeque<>();
        int lost = 0;
        int next = 0;
        long now = 0;
        while (next < moments.length) {
            boolean arrives = busyUntil.isEmpty() || moments[next] <= busyUntil.peek();
            now = arrives ? moments[next] : busyUntil.remove();
            if (arrives) {
                if (waiting.size() > limit) {
                    lost++;
                } else {
                    waiting.add(now);
                }
                next++;
            }
            boolean moreNow = next < moments.length && moments[next] == now;
            while (!moreNow && busyUntil.size() < workers && !waiting.isEmpty()) {
                waiting.remove();
                busyUntil.add(now + 37 * MILLIS);
            }
        }
        return lost;
    }

    @Property(tries = 100)
    void theLossFallsWithTheLimit(
            @ForAll @Size(min = 1, max = 200) List<@LongRange(min = 0, max = 20) Long> gaps,
            @ForAll @IntRange(min = 0, max = 50) int limit) {
        long[] moments = new long[gaps.size()];
        for (int i = 1; i < moments.length; i++) {
            moments[i] = moments[i - 1] + gaps.get(i) * MILLIS;
        }
        SizingReplay replay = new SizingReplay(SizingTrace.of(moments), HUNDRED);

        assertThat(replay.lossAt(limit + 1)).isLessThanOrEqualTo(replay.lossAt(limit));
    }

    @Test
    void aTraceTellsItsBusiestMoments() {
        SizingTrace trace = SizingTrace.of(LongStream.of(0, 4, 8, 12, 500, 505, 1004, 1005)
                .map(each -> each * MILLIS)
                .toArray());

        assertThat(trace.mostWithin(Duration.ofMillis(10))).isEqualTo(3);
        assertThat(trace.mostWithin(Duration.ofMillis(100))).isEqualTo(4);
        assertThat(trace.mostWithin(Duration.ofSeconds(1))).isEqualTo(6);
        assertThat(trace.meanRate()).isCloseTo(8 / 1.005, within(1e-9));
        assertThat(trace.width()).isEqualTo(Duration.ofMillis(1005));
    }

    @Test
    void aTraceIsInOrder() {
        assertThatThrownBy(() -> SizingTrace.of(3, 2)).hasMessageContaining("arrival 2 comes before");
        assertThatThrownBy(SizingTrace::of).hasMessageContaining("without an arrival");
        assertThatThrownBy(() -> SizingLoad.ofTrace(SizingTrace.of(1)).withRate(5))
                .hasMessageContaining("a trace together with");
        assertThatThrownBy(() -> SizingRequest.of(SizingLoad.ofTrace(SizingTrace.of(1)), SizingServer.accepting(5)))
                .hasMessageContaining("constant");
    }
}
