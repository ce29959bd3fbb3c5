package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectationTest {
    @ParameterizedTest
    @CsvSource({
        "6, 6, true",
        "6, 7, false",
        "840..880, 840, true",
        "840..880, 880, true",
        "840..880, 881, false",
        ">= 4, 4, true",
        ">= 4, 3, false",
        "> 0, 0, false",
        "> 0, 1, true",
        "<= 3, 3, true",
        "< 3, 3, false",
        "0, 0, true"
    })
    void aCountAgreesWithItsValueRangeOrComparison(String text, long measured, boolean holds) {
        assertThat(Expectation.parse("depth", text).orElseThrow().holds(measured))
                .isEqualTo(holds);
    }

    @Test
    void aTimeIsWrittenWithItsUnitAndComparedInNanoseconds() {
        Expectation expected = Expectation.parse("firstByteMax", "900ms..1.3s").orElseThrow();
        assertThat(expected.holds(1_000_000_000)).isTrue();
        assertThat(expected.holds(899_999_999)).isFalse();
        assertThat(expected.holds(1_300_000_001)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "six", "7..6", "5s", "..", "1..", ">", "1.5", "--1"})
    void whatIsNoCountIsRefused(String text) {
        assertThat(Expectation.parse("depth", text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1..2s", "2s..1s", "soon"})
    void aTimeWithoutItsUnitIsRefused(String text) {
        assertThat(Expectation.parse("connectMax", text)).isEmpty();
    }
}
