package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    @Property(tries = 100)
    void everyConnectionIsDueInOrderAndNoneBeforeTheStart(
            @ForAll @IntRange(min = 1, max = 500) int connections,
            @ForAll @IntRange(min = 1, max = 100_000) int rate,
            @ForAll @IntRange(min = 0, max = 5_000) int millis,
            @ForAll @IntRange(min = 1, max = 700) int groups) {
        Duration time = Duration.ofMillis(millis);
        List<Arrivals> all = List.of(
                new Arrivals.AtOnce(),
                new Arrivals.Uniform(rate),
                new Arrivals.Poisson(rate, groups),
                new Arrivals.Ramp(rate, time),
                new Arrivals.Waves(groups, time),
                new Arrivals.Closed(groups));

        for (Arrivals arrivals : all) {
            long[] due = arrivals.due(connections);
            assertThat(due).hasSize(connections).isSorted();
            assertThat(due[0]).isNotNegative();
        }
    }

    @Test
    void wavesAreOfTheSameSizeToOneConnection() {
        long[] due = new Arrivals.Waves(3, Duration.ofSeconds(2)).due(10);

        assertThat(due).containsOnly(0, 2_000_000_000L, 4_000_000_000L);
        for (long wave : new long[] {0, 2_000_000_000L, 4_000_000_000L}) {
            assertThat(Arrays.stream(due).filter(at -> at == wave).count()).isBetween(3L, 4L);
        }
    }

    @Test
    void aRampHasHalfTheConnectionsOfItsRateWhenItIsUp() {
        long[] due = new Arrivals.Ramp(1000, Duration.ofSeconds(2)).due(3000);

        long second = 1_000_000_000L;
        assertThat(Arrays.stream(due).filter(at -> at < 2 * second).count()).isBetween(999L, 1001L);
        assertThat(Arrays.stream(due).filter(at -> at < second).count()).isBetween(249L, 251L);
        assertThat(due[2999]).isCloseTo(4 * second, within(second / 500));
    }

    @Test
    void poissonArrivalsKeepTheirRateAndAreTheSameForASeed() {
        long[] due = new Arrivals.Poisson(500, 7).due(5000);

        assertThat(due[4999] / 1e9).isCloseTo(10, within(0.6)); // four standard deviations
        assertThat(due).isEqualTo(new Arrivals.Poisson(500, 7).due(5000));
        assertThat(due).isNotEqualTo(new Arrivals.Poisson(500, 8).due(5000));
        double mean = due[4999] / 5000.0;
        double squares = 0;
        for (int i = 1; i < due.length; i++) {
            squares += Math.pow(due[i] - due[i - 1] - mean, 2);
        }
        assertThat(Math.sqrt(squares / 4999) / mean).isCloseTo(1, within(0.1)); // exponential gaps
    }

    @Test
    void aRateOfNothingIsRefused() {
        assertThatThrownBy(() -> new Arrivals.Uniform(0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Arrivals.Closed(0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Arrivals.Poisson(Double.NaN, 1)).hasMessageContaining("above 0");
    }
}
