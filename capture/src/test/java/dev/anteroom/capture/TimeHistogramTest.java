package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class TimeHistogramTest {
    @Property
    void itsMedianIsThatOfTheTimesToAFewPercent(
            @ForAll @Size(min = 1, max = 50) List<@LongRange(max = 1_000_000_000_000L) Long> times) {
        TimeHistogram histogram = new TimeHistogram();
        times.forEach(histogram::add);
        long median =
                times.stream().sorted().skip((times.size() - 1) / 2).findFirst().orElseThrow();
        assertThat((double) histogram.median().toNanos()).isCloseTo((double) median, within(1 + 0.04 * median));
        assertThat(histogram.latency().max().toNanos())
                .isEqualTo(times.stream().mapToLong(Long::longValue).max().orElseThrow());
        assertThat(histogram.latency().min().toNanos())
                .isEqualTo(times.stream().mapToLong(Long::longValue).min().orElseThrow());
    }
}
