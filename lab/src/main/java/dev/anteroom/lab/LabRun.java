package dev.anteroom.lab;

import java.util.List;
import java.util.Optional;

/// A scenario and what came of it: on the running kernel, in simulated time, or both side by side.
///
/// @param scenario what was staged
/// @param stack whose rules held: `linux-6.18.44`, `xnu`
/// @param measured what the kernel showed; empty if it was only simulated
/// @param predicted what the simulator says; empty where it does not model the scenario
/// @param traces what else the run on the kernel left behind; empty if it was only simulated
public record LabRun(
        Scenario scenario,
        String stack,
        Optional<Observation> measured,
        Optional<Observation> predicted,
        Optional<Traces> traces) {

    /// What the run is about: the measurement, or the prediction where nothing was measured.
    ///
    /// @throws java.util.NoSuchElementException if it has neither
    public Observation observation() {
        return measured.or(() -> predicted).orElseThrow();
    }

    /// Each expectation beside what was measured and predicted.
    public List<Check> checks() {
        return scenario.expectations().stream()
                .map(expectation -> new Check(
                        expectation,
                        measured.map(observation -> observation.value(expectation.quantity())),
                        predicted.map(observation -> observation.value(expectation.quantity()))))
                .toList();
    }

    /// Whether everything came out as expected, by measurement and by prediction.
    public boolean agrees() {
        return checks().stream().allMatch(Check::agrees);
    }
}
