package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a server stands still, on a clock of the test.
class PausesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0", // none before the first beat
        "999, 0",
        "1000, 300",
        "1299, 1",
        "1300, 0",
        "1999, 0",
        "2000, 300",
        "7100, 200"
    })
    void aPauseOfThreeTenthsEverySecond(long millisSinceStart, long left) {
        AtomicLong clock = new AtomicLong(-5);
        Pauses pauses = new Pauses(Duration.ofSeconds(1), Duration.ofMillis(300), clock::get);
        clock.addAndGet(Duration.ofMillis(millisSinceStart).toNanos());

        assertThat(pauses.left()).isEqualTo(Duration.ofMillis(left));
    }

    @Property
    void withoutPausesThereIsNothingToSitOut(@ForAll long start, @ForAll @LongRange(min = 0) long elapsed) {
        AtomicLong clock = new AtomicLong(start);
        Pauses none = new Pauses(Duration.ZERO, Duration.ZERO, clock::get);
        clock.addAndGet(elapsed);

        assertThat(none.left()).isZero();
    }

    @Property
    void aPauseIsOverOnceItsRestHasPassed(
            @ForAll @LongRange(min = 2, max = 1_000_000) long every,
            @ForAll @LongRange(min = 0, max = 10_000_000) long elapsed) {
        AtomicLong clock = new AtomicLong();
        Pauses pauses = new Pauses(Duration.ofNanos(every), Duration.ofNanos(every - 1), clock::get);
        clock.addAndGet(elapsed);
        clock.addAndGet(pauses.left().toNanos());

        assertThat(pauses.left()).isZero();
    }
}
