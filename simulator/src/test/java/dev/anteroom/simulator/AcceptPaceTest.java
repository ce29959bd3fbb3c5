package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AcceptPaceTest {
    @Test
    void aQueueThatDrainsShowsItsPace() {
        AcceptPace pace = new AcceptPace(129);
        for (int millis = 0; millis <= 1300; millis++) {
            pace.look(millis / 1000.0, 129 - Math.min(129, millis / 10));
        }

        assertThat(pace.perSecond().orElseThrow()).isCloseTo(100, within(1.0));
    }

    @Test
    void timeInWhichItIsFullEmptyOrGrowingDoesNotCount() {
        AcceptPace pace = new AcceptPace(50);
        double at = 0;
        for (int turn = 0; turn < 10; turn++) {
            pace.look(at, 50);
            pace.look(at += 5, 50);
            pace.look(at += 0.1, 40);
            pace.look(at += 0.1, 0);
            pace.look(at += 7, 0);
            pace.look(at += 0.1, 30);
        }

        // From 40 to 0 within 0.1 s, ten times.
        assertThat(pace.perSecond().orElseThrow()).isCloseTo(400, within(1e-6));
    }

    @Test
    void aServerThatNeverAcceptsHasNone() {
        AcceptPace pace = new AcceptPace(6);
        for (int second = 0; second < 100; second++) {
            pace.look(second, 6);
        }

        assertThat(pace.perSecond()).isEmpty();
    }
}
