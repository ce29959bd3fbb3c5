package dev.anteroom.capture;

import dev.anteroom.queue.Durations;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When connections arrived, as a text: one time per line, in order, in seconds or with its unit (`12.5`, `20ms`).
///
/// Only the first column of a line counts, up to a comma, a semicolon or a blank. Empty lines, lines that begin with
/// `#` and a heading are passed over. Seconds since 1970 do as well as any other start.
public final class ArrivalTrace {
    private static final int MOST_ARRIVALS = 10_000_000;
    private static final int LONGEST_LINE = 10_000;
    private static final int SHOWN = 40;
    private static final Pattern TIME = Pattern.compile("(\\d*\\.?\\d+(?:[eE][+-]?\\d{1,2})?|\\d+\\.)(us|ms|s|m|)");
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int NANO_DIGITS = 9;

    private final Reader text;
    private final String source;
    private long[] moments = new long[1024];
    private int count;
    private int line;
    private int lineOfLast;

    private ArrivalTrace(Reader text, String source) {
        this.text = text;
        this.source = source;
    }

    /// The arrivals in nanoseconds, one or more, in order.
    ///
    /// @param source how errors name it
    /// @throws CaptureException if a line is no time or out of order, with its number, or if there are none
    public static long[] read(Reader text, String source) throws IOException {
        return new ArrivalTrace(text, source).read();
    }

    private long[] read() throws IOException {
        for (Optional<String> next = nextLine(); next.isPresent(); next = nextLine()) {
            String column = next.get().strip().split("[,;\\s]", 2)[0].replace("\"", "");
            if (!column.isEmpty() && !column.startsWith("#")) {
                Optional<Duration> time = time(column);
                if (time.isPresent()) {
                    add(time.get().toNanos(), column);
                } else if (!isHeading(column)) {
                    throw wrong("expected a time such as 12.5 or 20ms, found '" + shown(column) + "'");
                }
            }
        }
        if (count == 0) {
            throw new CaptureException(source + ": no arrival in it; expected one time such as 12.5 or 20ms per line");
        }
        return Arrays.copyOf(moments, count);
    }

    private void add(long nanos, String column) {
        if (count > 0 && nanos < moments[count - 1]) {
            throw wrong("'" + shown(column) + "' is earlier than line " + lineOfLast
                    + "; arrivals have to be in order, as 'sort -n' makes them");
        }
        if (count == MOST_ARRIVALS) {
            throw wrong("more than " + MOST_ARRIVALS + " arrivals; give the busiest part of it");
        }
        if (count == moments.length) {
            moments = Arrays.copyOf(moments, 2 * count);
        }
        moments[count++] = nanos;
        lineOfLast = line;
    }

    /// To the nanosecond; longer than programs print is rounded.
    private static Optional<Duration> time(String column) {
        Matcher matcher = TIME.matcher(column);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1)).setScale(NANO_DIGITS, RoundingMode.HALF_EVEN);
        return Durations.parse(number.toPlainString() + matcher.group(2));
    }

    /// A word on the first line; NaN is meant as a number.
    private boolean isHeading(String column) {
        return line == 1 && Character.isLetter(column.charAt(0)) && !column.equalsIgnoreCase("nan");
    }

    private Optional<String> nextLine() throws IOException {
        StringBuilder read = new StringBuilder();
        int character = text.read();
        if (character < 0) {
            return Optional.empty();
        }
        line++;
        for (; character >= 0 && character != '\n'; character = text.read()) {
            if (read.length() == LONGEST_LINE) {
                throw wrong("longer than " + LONGEST_LINE + " characters; expected one time per line");
            }
            read.append((char) character);
        }
        return Optional.of(line == 1 ? read.toString().replace(BYTE_ORDER_MARK, "") : read.toString());
    }

    private CaptureException wrong(String what) {
        return new CaptureException(source + ", line " + line + ": " + what);
    }

    private static String shown(String column) {
        String printable = column.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
    }
}
