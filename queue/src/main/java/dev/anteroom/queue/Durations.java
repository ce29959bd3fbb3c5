package dev.anteroom.queue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times as people write them: `500us`, `20ms`, `1.5s`, `2m`; seconds where no unit stands.
public final class Durations {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(us|ms|s|m|)");
    private static final Map<String, Long> NANOS =
            Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "", 1_000_000_000L);
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Durations() {}

    /// The time that a text names, to the nanosecond; empty if it is none, negative or longer than 292 years.
    public static Optional<Duration> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit(matcher.group(2))));
        return nanos.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos.longValue()));
    }

    private static long unit(String name) {
        Long nanos = NANOS.get(name);
        if (nanos == null) {
            throw new IllegalArgumentException("no unit of time: " + name);
        }
        return nanos;
    }

    /// A time in the unit that suits it, to three digits or so: `320 us`, `20.4 ms`, `1.03 s`.
    public static String text(Duration time) {
        double nanos = time.toNanos();
        if (nanos == 0) {
            return "0 s";
        }
        return nanos < 1e6
                ? rounded(nanos / 1e3) + " us"
                : nanos < 1e9 ? rounded(nanos / 1e6) + " ms" : rounded(nanos / 1e9) + " s";
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
