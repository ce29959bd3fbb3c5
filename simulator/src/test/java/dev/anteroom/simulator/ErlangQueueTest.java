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

class ErlangQueueTest {

    /// From the tests of the Octave package queueing, inst/qsmmmk.m.
    @Test
    void threeWorkersAndSevenPlacesAreAsPublished() {
        ErlangQueue queue = new ErlangQueue(40.0 / 30, 3, 7);

        assertThat(queue.empty()).isCloseTo(0.255037, within(5e-7));
        assertThat(queue.response() / 30).isCloseTo(0.036517, within(5e-7));
    }

    @Test
    void fourWorkersAndSixPlacesAreAsPublished() {
        assertThat(new ErlangQueue(5, 4, 6).loss()).isCloseTo(0.293543, within(5e-7));
    }

    /// The car inspection station of Gross and Harris: 1 arrives per minute, 3 stalls, 6 minutes, room for 7.
    @Test
    void theInspectionStationIsAsInTheTextbook() {
        ErlangQueue queue = new ErlangQueue(6, 3, 7);

        assertThat(1 / queue.empty()).isCloseTo(1141, within(0.5));
        assertThat(queue.meanWaiting()).isCloseTo(3.0920, within(5e-5));
        assertThat(queue.mean()).isCloseTo(6.0631, within(5e-5));
    }

    @ParameterizedTest
    @CsvSource({"8.108, 15, 0.010000", "33.333, 45, 0.009653", "33.333, 44, 0.013159", "25, 30, 0.05260317"})
    void erlangBIsAsInItsTables(double erlangs, int lines, double blocked) {
        assertThat(ErlangQueue.erlangB(erlangs, lines)).isCloseTo(blocked, withinPercentage(0.01));
    }

    /// The smallest K for a loss of 1e-3 and 1e-6.
    @ParameterizedTest
    @CsvSource({"0.8, 24, 55", "0.9, 44, 110", "0.95, 77, 211"})
    void oneWorkerNeedsThePlacesThatWereWorkedOut(double load, long forThousandth, long forMillionth) {
        assertThat(SizingSearch.smallest(1, 1000, places -> new ErlangQueue(load, 1, places).loss() <= 1e-3))
                .hasValue(forThousandth);
        assertThat(SizingSearch.smallest(1, 1000, places -> new ErlangQueue(load, 1, places).loss() <= 1e-6))
                .hasValue(forMillionth);
    }

    @Property
    void atALoadOfOneAllPlacesAreEquallyLikely(@ForAll @IntRange(min = 1, max = 1_000_000) int places) {
        assertThat(new ErlangQueue(1, 1, places).loss()).isCloseTo(1.0 / (places + 1), withinPercentage(1e-9));
    }

    @Property
    void theLossIsAProbabilityThatFallsWithEveryPlace(
            @ForAll @DoubleRange(min = 0.01, max = 100) double load,
            @ForAll @IntRange(min = 1, max = 2000) int workers,
            @ForAll @IntRange(min = 0, max = 1_000_000) int waiting) {
        double loss = new ErlangQueue(load * workers, workers, workers + waiting).loss();
        double oneMore = new ErlangQueue(load * workers, workers, workers + waiting + 1).loss();

        assertThat(loss).isBetween(0.0, 1.0);
        assertThat(oneMore).isBetween(0.0, loss * (1 + 1e-12));
    }

    /// What is served is what arrives less what is lost, and is at most what the workers can do.
    @Property
    void arrivalsAreServedOrLost(
            @ForAll @DoubleRange(min = 0.01, max = 10) double load,
            @ForAll @IntRange(min = 1, max = 50) int workers,
            @ForAll @IntRange(min = 0, max = 200) int waiting) {
        ErlangQueue queue = new ErlangQueue(load * workers, workers, workers + waiting);
        double busy = queue.mean() - queue.meanWaiting();

        assertThat(busy).isCloseTo(load * workers * (1 - queue.loss()), withinPercentage(1e-6));
    }

    @Test
    void aQueueWithFewerPlacesThanWorkersIsRefused() {
        assertThatThrownBy(() -> new ErlangQueue(1, 3, 2)).hasMessageContaining("2 places");
    }
}
