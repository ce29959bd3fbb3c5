package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.EnabledIf;

/// What the documents of old describe, with somaxconn 5 and ten clients.
@EnabledIf(
        value = "dev.anteroom.lab.BuiltInScenariosTest#areAllowed",
        disabledReason = "needs root, or the right to make network namespaces")
class StalledServerTest {
    @RepeatedTest(10)
    void sixOfTenClientsAreEstablishedEveryTime() throws Exception {
        Scenario scenario = Library.scenarios("stalled-server", Map.of("surge.patience", "1100ms"))
                .getFirst();

        LabRun run = new Lab(scenario, Optional.empty(), (_, _) -> {}).run();

        Observation measured = run.measured().orElseThrow();
        assertThat(measured.clientSockets()).containsOnly(Map.entry("ESTABLISHED", 6), Map.entry("SYN_SENT", 4));
        assertThat(measured.serverSockets()).containsOnly(Map.entry("ESTABLISHED", 6));
        assertThat(measured.listeners().getFirst().depth()).isEqualTo(6);
        assertThat(measured.listeners().getFirst().limit()).hasValue(5);
        assertThat(measured.listeners().getFirst().dropEvents()).hasValue(4);
        assertThat(run.agrees()).isTrue();
    }
}
