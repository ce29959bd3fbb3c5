package dev.anteroom.lab;

import java.util.List;

/// A scenario that was staged, what it showed, and whether that is what was expected.
///
/// @param scenario what was staged; a backlog that was to be computed is filled in
/// @param stack whose rules held: `linux-6.18.44`
/// @param measured what was seen
/// @param checks each expectation beside its measurement
public record LabRun(Scenario scenario, String stack, Measured measured, List<Check> checks) {
    public LabRun {
        checks = List.copyOf(checks);
    }

    /// Whether everything came out as expected.
    public boolean agrees() {
        return checks.stream().allMatch(Check::agrees);
    }
}
