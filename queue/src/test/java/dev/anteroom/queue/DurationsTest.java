package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"500us, 500000", "20ms, 20000000", "1.5s, 1500000000", "2m, 120000000000", "3, 3000000000", "0, 0"})
    void aTimeIsANumberAndItsUnit(String text, long nanos) {
        assertThat(Durations.parse(text)).contains(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "s", "-1s", "1 s", "1h", "1e3s", "0x1", ".5s", "1.s", "three furlongs", "999999999999m"})
    void whatIsNoTimeIsRefused(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "1500, 1.50 us",
        "20400000, 20.4 ms",
        "320000, 320 us",
        "1030000000, 1.03 s",
        "131000000000, 131 s"
    })
    void aTimeIsToldInTheUnitThatSuitsIt(long nanos, String text) {
        assertThat(Durations.text(Duration.ofNanos(nanos))).isEqualTo(text);
    }

    @Property
    void wholeMicrosecondsSurvive(@ForAll @LongRange(min = 0, max = 999_999_999_999L) long micros) {
        assertThat(Durations.parse(micros + "us")).contains(Duration.ofNanos(micros * 1000));
    }
}
