package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.kernel.PrivateHosts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every scenario that comes with the program, on the running kernel and in the simulator.
@EnabledIf(value = "areAllowed", disabledReason = "needs root, or the right to make network namespaces")
class BuiltInScenariosTest {
    static boolean areAllowed() {
        return PrivateHosts.available() instanceof PrivateHosts.Here;
    }

    static List<Scenario> scenarios() throws ScenarioException {
        List<Scenario> all = new ArrayList<>();
        for (String name : Library.names()) {
            all.addAll(Library.scenarios(name, Map.of()));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void comesOutAsExpectedOnThisKernelAndInTheSimulator(Scenario scenario, @TempDir Path folder) throws Exception {
        LabRun run = new Lab(scenario, Optional.of(folder.resolve("capture.pcapng")), (_, _) -> {}).run();

        assertThat(run.checks()).isNotEmpty().allMatch(Check::agrees);
        assertThat(run.observation().surge().fates()).hasSize(scenario.surge().connections());
        assertThat(run.traces().orElseThrow().handshakes().syns())
                .isGreaterThanOrEqualTo(scenario.surge().connections());
    }
}
