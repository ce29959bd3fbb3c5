package dev.anteroom.lab;

import java.util.List;

/// What came of holding the simulator against the running kernel.
///
/// @param stack whose rules were simulated: `linux-6.18.44`
/// @param seed what the cases were drawn from
/// @param drawn how many cases were drawn: each was racy, late or compared, unless the run was stopped
/// @param racy how many of them were left out before they were staged: the order of two events decides, and a busy
///     machine may turn it round
/// @param compared how many were staged and compared
/// @param late how many more were staged and left out because the machine was so late that it may have changed them
/// @param refuted those that disagree
public record ConformanceResult(
        String stack, long seed, int drawn, int racy, int compared, int late, List<Refuted> refuted) {

    public ConformanceResult {
        refuted = List.copyOf(refuted);
    }

    /// A case of which the kernel shows something else than the simulator says.
    ///
    /// @param yaml the smallest form that was found, as a scenario of the lab
    /// @param disagreements what differs
    public record Refuted(String yaml, List<Disagreement> disagreements) {
        public Refuted {
            disagreements = List.copyOf(disagreements);
        }
    }

    /// Whether all that was compared agrees.
    public boolean agrees() {
        return refuted.isEmpty();
    }
}
