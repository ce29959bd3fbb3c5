package dev.anteroom.lab;

import dev.anteroom.queue.Durations;
import java.time.Duration;
import java.util.OptionalLong;

/// A quantity of which the kernel and the simulator say different things. A time is in nanoseconds.
///
/// @param quantity as a scenario may expect it: `ListenOverflows`, `server.SYN_RECV`
/// @param predicted what the simulator says; empty if there is nothing to say
/// @param measured what the kernel showed
public record Disagreement(String quantity, OptionalLong predicted, OptionalLong measured) {

    /// The predicted value as people read it.
    public String predictedText() {
        return text(predicted);
    }

    /// The measured value as people read it.
    public String measuredText() {
        return text(measured);
    }

    private String text(OptionalLong value) {
        if (value.isEmpty()) {
            return "-";
        }
        return Quantity.isTime(quantity)
                ? Durations.text(Duration.ofNanos(value.getAsLong()))
                : Long.toString(value.getAsLong());
    }
}
