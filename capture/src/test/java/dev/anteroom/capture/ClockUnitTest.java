package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ClockUnitTest {
    private static final long NANOS = 1_000_000_000L;

    @Property
    void wholeSecondsAreTheSameInEveryUnit(
            @ForAll @LongRange(max = 4_000_000_000L) long seconds,
            @ForAll @IntRange(max = 9) int digits,
            @ForAll @IntRange(max = 31) int bits,
            @ForAll @IntRange(min = -1000, max = 1000) int offset) {
        long units = seconds * (long) Math.pow(10, digits);
        ClockUnit clock = ClockUnit.DEFAULT.withOffset(offset);
        assertThat(clock.withResolution(digits).nanos(units)).isEqualTo((seconds + offset) * NANOS);
        assertThat(clock.withResolution(0x80 | bits).nanos(seconds << bits)).isEqualTo((seconds + offset) * NANOS);
    }

    @Property
    void aFractionInPowersOfTwoIsExactToTheNanosecond(@ForAll @IntRange(min = 1, max = 60) int bits) {
        ClockUnit clock = ClockUnit.DEFAULT.withResolution(0x80 | bits);
        assertThat(clock.nanos(1L << (bits - 1))).isEqualTo(NANOS / 2);
        assertThat(clock.nanos((3L << bits) | (1L << (bits - 1)))).isEqualTo(3 * NANOS + NANOS / 2);
    }

    @Property
    void noUnitAndNoTimeFails(@ForAll @IntRange(max = 255) int resolution, @ForAll long units, @ForAll long offset) {
        long first =
                ClockUnit.DEFAULT.withResolution(resolution).withOffset(offset).nanos(units);
        assertThat(ClockUnit.DEFAULT
                        .withResolution(resolution)
                        .withOffset(offset)
                        .nanos(units))
                .isEqualTo(first);
    }
}
