package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterStepTest {
    private static final long MAX_32 = 0xffff_ffffL;
    private static final long HALF_32 = 1L << 31;

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "7, 9, 2",
        "0, -1, -1", // unsigned: the largest value
        "-3, 4, 7", // a wrap of 64 bits
        "9223372036854775807, -9223372036854775808, 1", // across the sign bit is no wrap
        "4294967290, 5, 11", // a wrap of a 32-bit kernel
        "1000, 3, 3", // a reset
        "5000000000, 12, 12", // a reset of a counter past 32 bits
        "5000000000, 4999999999, 4999999999"
    })
    void theStepIsThatOfACounterThatMayWrapOrStartAnew(long before, long after, long step) {
        assertThat(CounterStep.between(before, after)).isEqualTo(step);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "4294967295, 0, 1",
        "4294967290, 5, 11",
        "0, 4294967295, 4294967295",
        "3000000000, 5, 1294967301",
        "1000, 3, 3"
    })
    void theStepOfDropEventsWrapsAt32Bits(long before, long after, long step) {
        assertThat(CounterStep.between32(before, after)).isEqualTo(step);
    }

    @Property
    void aStepOfAnyLengthBelowHalfTheRangeIsFoundAcrossTheWrap(
            @ForAll @LongRange(min = 0, max = MAX_32) long before,
            @ForAll @LongRange(min = 0, max = HALF_32 - 1) long step) {
        assertThat(CounterStep.between32(before, (before + step) & MAX_32)).isEqualTo(step);
    }

    @Property
    void aStepOf64BitsIsFoundWhereverItStarts(
            @ForAll long before, @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long step) {
        assertThat(CounterStep.between(before, before + step)).isEqualTo(step);
    }

    @Property
    void aCounterThatStandsStillHasNoStep(@ForAll long value) {
        assertThat(CounterStep.between(value, value)).isZero();
        assertThat(CounterStep.between32(value & MAX_32, value & MAX_32)).isZero();
    }

    @Property
    void noStepOf32BitsIsLongerThanItsRange(
            @ForAll @LongRange(min = 0, max = MAX_32) long before,
            @ForAll @LongRange(min = 0, max = MAX_32) long after) {
        assertThat(CounterStep.between32(before, after)).isBetween(0L, MAX_32);
    }

    /// What was counted since a reset is the later reading: the least that can have happened.
    @Property
    void afterAResetTheStepIsTheLaterReading(
            @ForAll @LongRange(min = HALF_32 / 2, max = HALF_32 - 1) long before,
            @ForAll @LongRange(min = 0, max = 1000) long after) {
        assertThat(CounterStep.between(before, after)).isEqualTo(after);
        assertThat(CounterStep.between32(before, after)).isEqualTo(after);
    }
}
