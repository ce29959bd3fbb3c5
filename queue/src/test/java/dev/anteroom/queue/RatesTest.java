package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {
    @ParameterizedTest
    @CsvSource({
        "100, 100",
        "100/s, 100",
        "100/sec, 100",
        "6000/min, 100",
        "6000/m, 100",
        "2/ms, 2000",
        "0.5/us, 500000",
        "9000/h, 2.5",
        "1.5e3/s, 1500",
        "1e-3, 0.001",
        "0, 0"
    })
    void aRateIsANumberPerUnitOfTime(String text, double perSecond) {
        assertThat(Rates.parse(text)).hasValue(perSecond);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/s",
                "-1/s",
                "NaN",
                "Infinity",
                "1e999",
                "100 /s",
                "100/ns",
                "100/",
                "100s",
                "100/s/s",
                "0x1"
            })
    void whatIsNoRateIsRefused(String text) {
        assertThat(Rates.parse(text)).isEmpty();
    }

    @Property
    void aMinuteHasSixtySeconds(@ForAll @IntRange(min = 0, max = 1_000_000_000) int perSecond) {
        assertThat(Rates.parse(60L * perSecond + "/min")).isEqualTo(Rates.parse(perSecond + "/s"));
    }
}
