package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BurstyQueueTest {
    private static final BurstyQueue PEAKS = BurstyQueue.ofPeaks(0.5, 100, 2, 10, 1);

    /// A simulation of 3 million arrivals gave 0.0328.
    @Test
    void theLossIsTheOneThatWasWorkedOut() {
        assertThat(PEAKS.loss(20)).isCloseTo(0.0336284, within(5e-8));
        assertThat(PEAKS.decay()).isCloseTo(0.072331, within(5e-7));
    }

    @Test
    void theSameLoadAsAPoissonProcessLosesAMillionTimesLess() {
        double poisson = new SingleWorkerQueue(0.63636363636, 0).loss(20);

        assertThat(poisson).isCloseTo(2.9e-8, withinPercentage(2));
        assertThat(PEAKS.loss(20) / poisson).isGreaterThan(1e6);
    }

    @Test
    void farOutTheLossFallsAsTheEffectiveBandwidthSaysWhichAloneIsSevenTimesTooHigh() {
        assertThat(Math.log(PEAKS.loss(128) / PEAKS.loss(129))).isCloseTo(PEAKS.decay(), withinPercentage(0.01));
        assertThat(Math.exp(-20 * PEAKS.decay())).isCloseTo(0.235, within(5e-4));
        assertThat(Math.exp(-20 * PEAKS.decay()) / PEAKS.loss(20)).isCloseTo(7, within(0.1));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "5", "10", "50", "200"})
    void equalRatesAreAPoissonProcess(int places) {
        BurstyQueue equal = BurstyQueue.ofPeaks(0.8, 100, 0.8, 10, 1);

        assertThat(equal.loss(places)).isCloseTo(new SingleWorkerQueue(0.8, 0).loss(places), withinPercentage(1e-10));
    }

    @Property(tries = 50)
    void theLossIsAProbabilityThatFallsWithEveryPlace(
            @ForAll @DoubleRange(min = 0, max = 3) double calm,
            @ForAll @DoubleRange(min = 0.01, max = 100) double peak,
            @ForAll @DoubleRange(min = 0.1, max = 1000) double calmTime,
            @ForAll @DoubleRange(min = 0.1, max = 1000) double peakTime,
            @ForAll @IntRange(min = 1, max = 40) int places) {
        BurstyQueue queue = BurstyQueue.ofPeaks(calm, calmTime, peak, peakTime, 1);
        double loss = queue.loss(places);

        assertThat(loss).isBetween(0.0, 1.0);
        assertThat(queue.loss(places + 1)).isBetween(0.0, loss * (1 + 1e-9));
    }

    @Test
    void threePhasesOfWhichTwoAreAlikeAreTwo() {
        BurstyQueue three = new BurstyQueue(
                new double[][] {{-0.01, 0.005, 0.005}, {0.1, -0.3, 0.2}, {0.1, 0.4, -0.5}},
                new double[] {0.5, 2, 2},
                1);

        assertThat(three.loss(20)).isCloseTo(PEAKS.loss(20), withinPercentage(1e-9));
        assertThat(three.decay()).isCloseTo(PEAKS.decay(), withinPercentage(1e-9));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> PEAKS.loss(0)).hasMessageContaining("0 places");
        assertThatThrownBy(() -> PEAKS.loss(5000)).hasMessageContaining("5000 places");
        assertThatThrownBy(BurstyQueue.ofPeaks(1, 1, 5, 1, 1)::decay).hasMessageContaining("more arrive");
    }
}
