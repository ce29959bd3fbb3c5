package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.kernel.PrivateHosts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "areAllowed", disabledReason = "needs root, or the right to make network namespaces")
class LabTest {
    static boolean areAllowed() {
        return PrivateHosts.available() instanceof PrivateHosts.Here;
    }

    @Test
    void aStoppedRunShowsWhatItHasAndDoesNotWaitForTheTimeOfItsLook() throws Exception {
        Scenario scenario = Library.scenarios("stalled-server", Map.of("look", "10m", "surge.patience", "10m"))
                .getFirst();
        Lab lab = new Lab(scenario, Optional.empty(), (_, _) -> {});
        lab.stop();

        LabRun run = lab.run();

        assertThat(run.observation().surge().complete()).isFalse();
        assertThat(run.observation().lookedAt()).isLessThan(Duration.ofMinutes(1));
        assertThat(run.observation().listeners()).hasSize(1);
    }
}
