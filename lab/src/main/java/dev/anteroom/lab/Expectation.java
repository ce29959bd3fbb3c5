package dev.anteroom.lab;

import dev.anteroom.queue.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a scenario says that one of its quantities will be: `depth: 6`, `phantom: 840..880`, `ListenOverflows: ">= 4"`,
/// `firstByteMax: 900ms..1.3s`.
///
/// @param quantity what is counted or timed; its name is checked when the scenario is read
/// @param text as it was written
/// @param least the least that agrees; for a time in nanoseconds
/// @param most the most that agrees
public record Expectation(String quantity, String text, long least, long most) {
    private static final Pattern COMPARED = Pattern.compile("(>=|<=|>|<)\\s*(\\S+)");

    /// What a text means; empty if it is neither a value, nor a range, nor a comparison of the kind that the quantity
    /// has: whole numbers for counts, times with their unit for times.
    static Optional<Expectation> parse(String quantity, String text) {
        boolean time = Quantity.isTime(quantity);
        Matcher compared = COMPARED.matcher(text);
        if (compared.matches()) {
            return value(compared.group(2), time).map(value -> switch (compared.group(1)) {
                case ">=" -> new Expectation(quantity, text, value, Long.MAX_VALUE);
                case ">" -> new Expectation(quantity, text, value + 1, Long.MAX_VALUE);
                case "<=" -> new Expectation(quantity, text, Long.MIN_VALUE, value);
                default -> new Expectation(quantity, text, Long.MIN_VALUE, value - 1);
            });
        }
        int dots = text.indexOf("..");
        Optional<Long> least = value(dots < 0 ? text : text.substring(0, dots).strip(), time);
        Optional<Long> most = dots < 0 ? least : value(text.substring(dots + 2).strip(), time);
        return least.flatMap(
                low -> most.filter(high -> low <= high).map(high -> new Expectation(quantity, text, low, high)));
    }

    private static Optional<Long> value(String text, boolean time) {
        if (time) {
            return Character.isLetter(text.isEmpty() ? '0' : text.charAt(text.length() - 1))
                    ? Durations.parse(text).map(Duration::toNanos)
                    : Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    /// Whether a measured value is as expected.
    public boolean holds(long measured) {
        return measured >= least && measured <= most;
    }
}
