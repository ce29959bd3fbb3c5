package dev.anteroom.simulator;

import java.time.Duration;

/// What one limit would do.
///
/// @param limit what listen(2) has to be given, and somaxconn has to allow
/// @param loss the probability of a loss, in the sense of [SizingRequest#target]
/// @param lost how many connections it turns away at their first attempt: of the burst, or per second
/// @param longestWait how long the last place of its queue waits for accept(2)
/// @param fit whether it will do
public record SizingCandidate(long limit, double loss, double lost, Duration longestWait, Fit fit) {

    /// Whether a limit will do.
    public enum Fit {
        /// It loses more than the target.
        TOO_SMALL,
        /// It holds, and whoever waits in it is served in time.
        HOLDS,
        /// It would hold, but the last in it are served after their patience.
        TOO_LONG_A_WAIT
    }

    /// How many connections fit.
    public long capacity() {
        return limit + 1;
    }
}
