package dev.anteroom.lab;

import dev.anteroom.queue.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// One expectation beside what came out. A time is in nanoseconds.
///
/// @param expectation what the scenario says
/// @param measured what the kernel showed; empty if nothing was staged, an empty value where it could not be measured
/// @param predicted what the simulator says; empty if nothing was simulated
public record Check(Expectation expectation, Optional<OptionalLong> measured, Optional<OptionalLong> predicted) {

    /// Whether both came out as expected; what could not be measured did not.
    public boolean agrees() {
        return holds(measured) && holds(predicted);
    }

    private boolean holds(Optional<OptionalLong> value) {
        return value.isEmpty()
                || (value.get().isPresent() && expectation.holds(value.get().getAsLong()));
    }

    /// The measured value as people read it; empty if there is none.
    public String measuredText() {
        return text(measured);
    }

    /// The predicted value as people read it; empty if there is none.
    public String predictedText() {
        return text(predicted);
    }

    private String text(Optional<OptionalLong> value) {
        if (value.isEmpty()) {
            return "";
        }
        if (value.get().isEmpty()) {
            return "-";
        }
        long number = value.get().getAsLong();
        return Quantity.isTime(expectation.quantity())
                ? Durations.text(Duration.ofNanos(number))
                : Long.toString(number);
    }
}
