package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHost;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.anteroom.lab.BuiltInScenariosTest#areAllowed",
        disabledReason = "needs root, or the right to make network namespaces")
class StagedServersTest {
    @Test
    void aProgramThatEndsBeforeItListensIsToldWithItsLastLines() {
        Scenario.ServerSpec broken =
                new Scenario.ServerSpec.Command(List.of("sh", "-c", "seq 1 5; echo no such thing >&2; exit 3"), 8100);
        try (PrivateHost host = PrivateHost.open("server", Map.of())) {
            assertThatExceptionOfType(KernelException.class)
                    .isThrownBy(() -> StagedServers.start(host, List.of(broken)))
                    .withMessage("sh ended on port 8100 before it listened; it printed: 4 | 5 | no such thing");
        }
    }
}
