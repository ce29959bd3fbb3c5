package dev.anteroom.queue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rates as people write them: `100/s`, `6000/min`, `2/ms`; per second where no unit stands.
public final class Rates {
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,12}(?:\\.\\d{1,12})?(?:[eE][+-]?\\d{1,2})?)(?:/(us|ms|s|sec|m|min|h))?");

    private Rates() {}

    /// The rate per second that a text names, 0 or more and always finite; empty if it is none or negative.
    public static OptionalDouble parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return OptionalDouble.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        BigDecimal perSecond = switch (unit) {
            case "us" -> number.movePointRight(6);
            case "ms" -> number.movePointRight(3);
            case "m", "min" -> number.divide(BigDecimal.valueOf(60), MathContext.DECIMAL64);
            case "h" -> number.divide(BigDecimal.valueOf(3600), MathContext.DECIMAL64);
            default -> number;
        };
        return OptionalDouble.of(perSecond.doubleValue());
    }

    /// What a message says that it expected: a rate within these bounds, per second.
    public static String expected(double least, double most) {
        return "a rate such as 100/s, 6000/min or 2/ms, from " + plain(least) + "/s to " + plain(most) + "/s";
    }

    private static String plain(double bound) {
        return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }
}
