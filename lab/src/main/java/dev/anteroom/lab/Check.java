package dev.anteroom.lab;

import dev.anteroom.queue.Durations;
import java.time.Duration;
import java.util.OptionalLong;

/// One expectation beside what was measured.
///
/// @param expectation what the scenario says
/// @param measured what came out; for a time in nanoseconds; empty where it could not be measured
public record Check(Expectation expectation, OptionalLong measured) {

    /// Whether it came out as expected; what could not be measured did not.
    public boolean agrees() {
        return measured.isPresent() && expectation.holds(measured.getAsLong());
    }

    /// The measured value as people read it, `-` where there is none.
    public String measuredText() {
        if (measured.isEmpty()) {
            return "-";
        }
        return Quantity.isTime(expectation.quantity())
                ? Durations.text(Duration.ofNanos(measured.getAsLong()))
                : Long.toString(measured.getAsLong());
    }
}
