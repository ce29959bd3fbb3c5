package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.simulator.Sizing.Knob;
import dev.anteroom.simulator.Sizing.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SizingTest {
    private static final SizingLoad THOUSAND = SizingLoad.ofBurst(1000, Duration.ZERO);

    @Test
    void aBurstAtOnceNeedsALimitOfOneLessThanItsSize() {
        Sizing sizing = Sizing.of(SizingRequest.of(THOUSAND, SizingServer.accepting(100)));

        assertThat(sizing.verdict()).isEqualTo(Verdict.A_LIMIT_HOLDS);
        assertThat(sizing.smallestThatHolds()).hasValue(999);
        assertThat(sizing.method()).isEqualTo(SizingMethod.COUNTING);
    }

    @Test
    void pastAcceptRateTimesPatienceNoPlaceHelps() {
        Sizing sizing = Sizing.of(
                SizingRequest.of(THOUSAND, SizingServer.accepting(100)).withPatience(Duration.ofSeconds(5)));

        assertThat(sizing.verdict()).isEqualTo(Verdict.NOBODY_WAITS_THAT_LONG);
        assertThat(sizing.largestThatHelps()).hasValue(499);
        assertThat(sizing.knob()).isEqualTo(Knob.ACCEPT_RATE);
        assertThat(sizing.acceptRateNeeded().orElseThrow()).isBetween(199.0, 201.0);
    }
}
