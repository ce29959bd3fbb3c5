package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.simulator.Sizing.Knob;
import dev.anteroom.simulator.Sizing.Verdict;
import dev.anteroom.simulator.SizingCandidate.Fit;
import java.time.Duration;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingTest {
    private static final SizingLoad THOUSAND = SizingLoad.ofBurst(1000, Duration.ZERO);
    private static final SizingServer HUNDRED = SizingServer.accepting(100);

    @Test
    void aBurstAtOnceNeedsALimitOfOneLessThanItsSize() {
        Sizing sizing = Sizing.of(SizingRequest.of(THOUSAND, HUNDRED));

        assertThat(sizing.verdict()).isEqualTo(Verdict.A_LIMIT_HOLDS);
        assertThat(sizing.smallestThatHolds()).hasValue(999);
        assertThat(sizing.recommended()).hasValue(1024);
        assertThat(sizing.method()).isEqualTo(SizingMethod.COUNTING);
    }

    /// No more can wait than come, whatever the spread of a formula.
    @Test
    void noBurstNeedsMoreThanItsSize() {
        Sizing sizing = Sizing.of(SizingRequest.of(SizingLoad.ofBurst(1000, Duration.ofMillis(20)), HUNDRED));

        assertThat(sizing.smallestThatHolds()).hasValue(999);
    }

    /// 1000 within a second at 100 accepts/s: fluid 900, and 3.09 standard deviations of 10 above that.
    @Test
    void whileABurstArrivesPlacesBecomeFree() {
        Sizing sizing = Sizing.of(SizingRequest.of(SizingLoad.ofBurst(1000, Duration.ofSeconds(1)), HUNDRED));

        assertThat((double) sizing.smallestThatHolds().orElseThrow()).isCloseTo(930, within(3.0));
        assertThat(sizing.method()).isEqualTo(SizingMethod.DIFFUSION);
    }

    @Test
    void pastAcceptRateTimesPatienceNoPlaceHelps() {
        Sizing sizing = Sizing.of(SizingRequest.of(THOUSAND, HUNDRED).withPatience(Duration.ofSeconds(5)));

        assertThat(sizing.verdict()).isEqualTo(Verdict.NOBODY_WAITS_THAT_LONG);
        assertThat(sizing.largestThatHelps()).hasValue(499);
        assertThat(sizing.recommended()).isEmpty();
        assertThat(sizing.knob()).isEqualTo(Knob.ACCEPT_RATE);
        assertThat(sizing.acceptRateNeeded().orElseThrow()).isCloseTo(200, within(0.5));
    }

    @Test
    void moreThanIsAcceptedNoQueueHolds() {
        Sizing sizing = Sizing.of(SizingRequest.of(THOUSAND.withRate(100), HUNDRED));

        assertThat(sizing.verdict()).isEqualTo(Verdict.OVERLOAD);
        assertThat(sizing.smallestThatHolds()).isEmpty();
        assertThat(sizing.acceptRateNeeded()).hasValue(100);
        assertThat(sizing.candidates()).isEmpty();
    }

    @Test
    void anOverloadWithinTheTargetIsHeld() {
        SizingRequest request = SizingRequest.of(SizingLoad.ofRate(105), HUNDRED);

        assertThat(Sizing.of(request.withTarget(0.04)).verdict()).isEqualTo(Verdict.OVERLOAD);
        assertThat(Sizing.of(request.withTarget(0.06)).verdict()).isEqualTo(Verdict.A_LIMIT_HOLDS);
    }

    @Test
    void aPauseLongerThanThePatienceIsToBlameItself() {
        Sizing sizing = Sizing.of(SizingRequest.of(SizingLoad.ofRate(50), HUNDRED.withPause(Duration.ofSeconds(2)))
                .withPatience(Duration.ofSeconds(1)));

        assertThat(sizing.verdict()).isEqualTo(Verdict.NOBODY_WAITS_THAT_LONG);
        assertThat(sizing.knob()).isEqualTo(Knob.PAUSE);
        assertThat(sizing.largestThatHelps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"128, 4096, BACKLOG", "2000, 128, SOMAXCONN", "999, 4096, NONE", "998, 4096, BACKLOG"})
    void theKnobIsWhatSetsTheLimitOfToday(int backlog, long somaxconn, Knob knob) {
        Sizing sizing =
                Sizing.of(SizingRequest.of(THOUSAND, HUNDRED).withPresent(SizingPresent.listening(backlog, somaxconn)));

        assertThat(sizing.knob()).isEqualTo(knob);
        assertThat(sizing.today().orElseThrow().firstTry()).isEqualTo(Math.min(1000, Math.min(backlog, somaxconn) + 1));
    }

    @Test
    void theCandidatesHoldTodaysTheSmallestTheLargestAndOneAbove() {
        Sizing sizing = Sizing.of(SizingRequest.of(THOUSAND, HUNDRED)
                .withPatience(Duration.ofSeconds(20))
                .withPresent(SizingPresent.listening(70, 4096)));

        assertThat(sizing.candidates().stream().map(SizingCandidate::limit))
                .containsExactly(50L, 70L, 128L, 511L, 999L, 1024L, 1999L, 4096L);
        assertThat(sizing.candidates().stream().map(SizingCandidate::fit))
                .containsExactly(
                        Fit.TOO_SMALL,
                        Fit.TOO_SMALL,
                        Fit.TOO_SMALL,
                        Fit.TOO_SMALL,
                        Fit.HOLDS,
                        Fit.HOLDS,
                        Fit.HOLDS,
                        Fit.TOO_LONG_A_WAIT);
        assertThat(sizing.candidates().get(1).lost()).isEqualTo(929);
        assertThat(sizing.candidates().get(1).longestWait()).isEqualTo(Duration.ofMillis(710));
    }

    @Test
    void steadyArrivalsLoseAsTheirQueueDoes() {
        Sizing sizing = Sizing.of(SizingRequest.of(SizingLoad.ofRate(80), HUNDRED));

        // 24 places of M/M/1/K, one of them in service and one more than the limit.
        assertThat(sizing.smallestThatHolds()).hasValue(22);
        assertThat(sizing.method()).isEqualTo(SizingMethod.EXACT);
    }

    /// Tijms 2003, table 9.8.1: five workers, Erlang-2 service times. The rare one (0.0010 there) has more digits by
    /// the
    /// Markov chain of the phases.
    @ParameterizedTest
    @CsvSource({"0.5, 1, 0.0314", "0.5, 5, 0.00104648", "0.8, 1, 0.1318"})
    void severalWorkersAreSimulatedAsPublished(double load, long waiting, double loss) {
        SizingServer five = new SizingServer(5, 5, Math.sqrt(0.5), Duration.ZERO);

        assertThat(SizingSimulation.loss(load, five, waiting, 800_000, 1)).isCloseTo(loss, within(0.1 * loss));
    }

    @Test
    void whatIsSimulatedIsTheSameEachTimeAndNeedsLessThanExponentialServiceTimes() {
        SizingServer ten = SizingServer.working(10, Duration.ofMillis(10)).withVariation(0);
        SizingRequest request = SizingRequest.of(SizingLoad.ofRate(900), ten).withTarget(1e-6);

        Sizing sizing = Sizing.of(request);

        assertThat(sizing.method()).isEqualTo(SizingMethod.SIMULATION);
        assertThat(sizing.smallestThatHolds()).isEqualTo(Sizing.of(request).smallestThatHolds());
        assertThat(sizing.smallestThatHolds().orElseThrow()).isBetween(50L, 60L);
    }

    @Test
    void peaksNeedFarMoreThanTheirMeanRate() {
        SizingLoad peaks =
                SizingLoad.ofRate(100).withPeaks(new SizingPeaks(2000, Duration.ofMillis(100), Duration.ofSeconds(1)));
        SizingServer server = SizingServer.accepting(1000).withVariation(0);

        Sizing sizing = Sizing.of(SizingRequest.of(peaks, server));

        assertThat(peaks.meanRate()).isCloseTo(290, within(1e-9));
        assertThat(sizing.smallestThatHolds().orElseThrow()).isBetween(600L, 700L);
        assertThat(Sizing.of(SizingRequest.of(SizingLoad.ofRate(290), server)).smallestThatHolds())
                .hasValue(2);
    }

    @Property(tries = 200)
    void theSmallestHoldsAndTheOneBelowDoesNot(
            @ForAll @IntRange(min = 1, max = 3000) int burst,
            @ForAll @IntRange(min = 0, max = 500) int widthMillis,
            @ForAll @DoubleRange(min = 0, max = 900) double rate,
            @ForAll @DoubleRange(min = 0, max = 2) double variation) {
        SizingRequest request = SizingRequest.of(
                SizingLoad.ofBurst(burst, Duration.ofMillis(widthMillis)).withRate(rate),
                SizingServer.accepting(1000).withVariation(variation));
        OptionalLong smallest = Sizing.of(request).smallestThatHolds();
        SizingBurst model = new SizingBurst(request.load(), request.server());

        assertThat(model.lossAt(smallest.orElseThrow())).isLessThanOrEqualTo(request.target());
        if (smallest.orElseThrow() > 0) {
            assertThat(model.lossAt(smallest.orElseThrow() - 1)).isGreaterThan(request.target());
        }
    }

    @Test
    void theAdviceNamesTheNumbersAndTheSteps() {
        SizingAdvice advice = SizingAdvice.of(
                Sizing.of(SizingRequest.of(SizingLoad.ofBurst(5000, Duration.ZERO), SizingServer.accepting(1000))
                        .withPatience(Duration.ofSeconds(10))
                        .withPresent(SizingPresent.listening(128, 4096))));

        assertThat(advice.headline())
                .isEqualTo("A limit of 4999 holds a burst of 5000 at once at 1000 accepts/s; the 128 of today, set by"
                        + " the backlog, is too small");
        assertThat(advice.steps())
                .containsExactly(
                        "raise somaxconn in the network namespace of the listener: sysctl -w net.core.somaxconn=8192",
                        "let the program ask for it: listen(fd, 8192), by the setting that it has for its backlog",
                        "restart the program: its limit is set when it calls listen(2) and stays as it is after that",
                        "go no higher than 9999: whoever waits behind that has given up before it is accepted");
        assertThat(advice.reasons()).anyMatch(reason -> reason.startsWith("about 4871 become phantoms"));
    }

    /// Loads that no formula is made for end at once, and say what they are.
    @ParameterizedTest
    @CsvSource({"1e9, 1e-6", "1e9, 1", "150, 1", "99.9, 1"})
    void anAbsurdLoadIsToldAsSuch(double rate, double acceptRate) {
        Sizing sizing = Sizing.of(SizingRequest.of(SizingLoad.ofRate(rate), SizingServer.accepting(acceptRate)));

        assertThat(sizing.verdict()).isEqualTo(Verdict.OVERLOAD);
        assertThat(SizingAdvice.of(sizing).headline())
                .startsWith("No queue can help: ")
                .contains(", a load of ");
        assertThat(sizing.candidates())
                .allSatisfy(one -> assertThat(one.loss()).isCloseTo(1 - acceptRate / rate, within(1e-3)));
    }

    @Test
    void aPauseThatFillsMoreThanAnyQueueIsNoOverload() {
        SizingServer server = SizingServer.accepting(2e9).withPause(Duration.ofHours(1));
        Sizing sizing = Sizing.of(SizingRequest.of(SizingLoad.ofRate(1e9), server));

        assertThat(SizingAdvice.of(sizing).headline())
                .contains("takes a limit above 2147483647")
                .doesNotContain("a load of");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> SizingLoad.ofRate(0)).hasMessageContaining("nothing arrives");
        assertThatThrownBy(() -> SizingServer.accepting(0)).hasMessageContaining("accept rate of 0.0/s");
        assertThatThrownBy(() -> SizingServer.working(2, Duration.ZERO)).hasMessageContaining("service time");
        assertThatThrownBy(() -> HUNDRED.withVariation(4)).hasMessageContaining("variation of 4.0");
        assertThatThrownBy(() -> SizingRequest.of(THOUSAND, HUNDRED).withTarget(0))
                .hasMessageContaining("target");
        assertThatThrownBy(() -> THOUSAND.withPeaks(new SizingPeaks(1, Duration.ofSeconds(1), Duration.ofSeconds(2))))
                .hasMessageContaining("one at a time");
    }
}
