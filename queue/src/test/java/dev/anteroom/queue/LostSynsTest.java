package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LostSynsTest {

    private static ConnectionFate fate(int retransmissions, double connectedSeconds) {
        return new ConnectionFate(
                0,
                Duration.ZERO,
                Outcome.SERVED,
                Phase.READ,
                OptionalInt.of(retransmissions),
                connectedSeconds < 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(Math.round(connectedSeconds * 1e9))),
                Optional.empty(),
                Duration.ofSeconds(9));
    }

    private static LostSyns.Schedule schedule(ConnectionFate... fates) {
        return LostSyns.of(List.of(fates)).orElseThrow().schedule();
    }

    @Test
    void peaksAtEverySecondAreOfLinux65AndLater() {
        assertThat(schedule(fate(1, 1.03), fate(2, 2.05), fate(6, 7.14))).isEqualTo(LostSyns.Schedule.LINEAR_FIRST);
    }

    @Test
    void peaksAtOneThreeAndSevenSecondsAreOfOlderKernels() {
        assertThat(schedule(fate(1, 1.0), fate(2, 3.02), fate(3, 7.21))).isEqualTo(LostSyns.Schedule.DOUBLING);
    }

    @Test
    void theFirstSecondAloneTellsNothing() {
        assertThat(schedule(fate(0, 0.001), fate(1, 1.07))).isEqualTo(LostSyns.Schedule.EITHER);
    }

    @Test
    void peaksElsewhereAreOfNoKnownClock() {
        assertThat(schedule(fate(1, 3.0), fate(2, 9.0))).isEqualTo(LostSyns.Schedule.UNKNOWN);
    }

    @Test
    void aPeakHoldsTheConnectionsOfEqualRetransmissionsAndTheirMedian() {
        LostSyns lost = LostSyns.of(List.of(fate(1, 1.0), fate(1, 1.1), fate(1, 1.2), fate(2, 2.0), fate(0, 0)))
                .orElseThrow();

        assertThat(lost.peaks())
                .containsExactly(
                        new LostSyns.Peak(1, 3, Duration.ofMillis(1100)),
                        new LostSyns.Peak(2, 1, Duration.ofSeconds(2)));
        assertThat(lost.connections()).isEqualTo(4);
    }

    @Test
    void whoNeverGotInLeavesNoPeak() {
        assertThat(LostSyns.of(List.of(fate(0, 0.1), fate(3, -1)))).isEmpty();
    }
}
