package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.kernel.PrivateHosts;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.SplitMix64;
import dev.anteroom.simulator.Stack;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class ConformanceTest {
    private static final Stack STACK = Stack.named("linux-6.14");
    private static final int SMOKE_CASES = 6;

    static boolean areAllowed() {
        return PrivateHosts.available() instanceof PrivateHosts.Here;
    }

    @Test
    @EnabledIf(value = "areAllowed", disabledReason = "needs root, or the right to make network namespaces")
    void theSimulatorAgreesWithThisKernel() throws Exception {
        ConformanceResult result = new Conformance(SMOKE_CASES, 1, (_, _) -> {}).run();

        assertThat(result.refuted()).isEmpty();
        assertThat(result.compared()).isEqualTo(SMOKE_CASES);
        assertThat(result.drawn()).isEqualTo(SMOKE_CASES + result.racy() + result.late());
    }

    @Test
    void theSameSeedDrawsTheSameCases() {
        SplitMix64 one = new SplitMix64(7);
        SplitMix64 other = new SplitMix64(7);
        for (int i = 0; i < 50; i++) {
            ConformanceCase drawn = ConformanceCase.draw(one);

            assertThat(ConformanceCase.draw(other)).isEqualTo(drawn);
            assertThat(drawn.scenario("case").surge().connections()).isBetween(1, 40);
        }
    }

    @Test
    void aCaseThatItsAcceptDecidesIsRacy() {
        assertThat(forecast(stalled(3)).racy()).isEmpty();
        assertThat(forecast(new ConformanceCase(
                                Map.of(), Map.of(), 60, "virtual", 1, 0, List.of(8), 500, "http", 2000, 1500))
                        .racy())
                .contains(Counter.LISTEN_OVERFLOWS.kernelName());
    }

    @Test
    void aCaseIsTooLateOnlyIfThatMuchCouldHaveChangedIt() {
        Scenario looksSoonAfterTheResets = stalled(3, 2160).scenario("case");
        Scenario looksWhileNothingHappens = stalled(3, 1500).scenario("case");
        Duration late = Disturbance.USUAL.multipliedBy(2);

        assertThat(new Forecast(looksSoonAfterTheResets, STACK, Disturbance.USUAL).racy())
                .isEmpty();
        assertThat(new Forecast(looksSoonAfterTheResets, STACK, late).racy()).contains("server.ESTABLISHED");
        assertThat(new Forecast(looksWhileNothingHappens, STACK, late).racy()).isEmpty();
    }

    @Test
    void aRefutedCaseIsAScenarioThatExpectsWhatWasPredicted() throws Exception {
        List<Disagreement> disagreements = List.of(
                new Disagreement("dropEvents", OptionalLong.of(13), OptionalLong.of(14)),
                new Disagreement("connectMax", OptionalLong.of(120_000_000), OptionalLong.empty()));

        String yaml = stalled(3).yaml("conform-1-7", disagreements);

        Scenario read =
                ScenarioReader.read("file", Tree.parse(yaml, "file.yaml")).getFirst();
        assertThat(read.fullName()).isEqualTo("conform-1-7");
        assertThat(read.expectations()).containsExactly(new Expectation("dropEvents", "13", 13, 13));
    }

    @Test
    void whatThisKernelDoesNotCountIsNotCompared() {
        Observation complete = Prediction.of(stalled(3).scenario("three"), STACK, Optional.empty())
                .orElseThrow();
        Map<Counter, Long> counters = new EnumMap<>(complete.counters());
        counters.remove(Counter.TCP_MIGRATE_REQ_SUCCESS);
        Observation ofOlderKernel = new Observation(
                complete.stack(),
                complete.lookedAt(),
                complete.clientSockets(),
                complete.serverSockets(),
                complete.listeners(),
                counters,
                complete.countersAtEnd(),
                complete.depths(),
                complete.surge());

        assertThat(forecast(stalled(3)).disagreements(ofOlderKernel)).isEmpty();
    }

    @Test
    void settingsThatThisKernelDoesNotHaveAreLeftOut() {
        assertThat(stalled(3)
                        .among(EnumSet.complementOf(EnumSet.of(Setting.TCP_SYNCOOKIES)))
                        .host())
                .isEmpty();
        assertThat(stalled(3).among(EnumSet.of(Setting.TCP_SYNCOOKIES))).isEqualTo(stalled(3));
    }

    @Test
    void oneClientMoreOrLessIsADisagreement() {
        Observation ofFour = Prediction.of(stalled(4).scenario("four"), STACK, Optional.empty())
                .orElseThrow();

        assertThat(forecast(stalled(4)).disagreements(ofFour)).isEmpty();
        assertThat(forecast(stalled(3)).disagreements(ofFour))
                .contains(new Disagreement("phantom", OptionalLong.of(3), OptionalLong.of(4)));
    }

    @Test
    void whatIsSmallerIsStillAScenario() {
        SplitMix64 random = new SplitMix64(3);
        for (int i = 0; i < 20; i++) {
            ConformanceCase drawn = ConformanceCase.draw(random);

            assertThat(drawn.smaller())
                    .allSatisfy(smaller -> assertThat(
                                    smaller.scenario("smaller").surge().connections())
                            .isLessThanOrEqualTo(drawn.scenario("drawn").surge().connections()));
        }
    }

    private static Forecast forecast(ConformanceCase drawn) {
        return new Forecast(drawn.scenario("case"), STACK, Disturbance.USUAL);
    }

    private static ConformanceCase stalled(int clients) {
        return stalled(clients, 1500);
    }

    private static ConformanceCase stalled(int clients, int look) {
        return new ConformanceCase(
                Map.of("tcp_syncookies", 0),
                Map.of(),
                60,
                "stalled",
                9,
                0,
                List.of(clients),
                500,
                "server-first",
                2000,
                look);
    }
}
