package dev.anteroom.cli;

import dev.anteroom.kernel.Terminal;
import dev.anteroom.queue.Durations;
import dev.anteroom.queue.Rates;
import dev.anteroom.report.Style;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;

/// The words after a command: options, numbers, times, and their errors in one line each.
final class CommandWords {
    private static final int HELP_WIDTH = 100;

    private CommandWords() {}

    static Option flag(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    static Option valued(String name, String value, String description) {
        return Option.builder()
                .longOpt(name)
                .hasArg()
                .argName(value)
                .desc(description)
                .get();
    }

    /// Options alone.
    static CommandLine parse(String command, Options options, List<String> words) throws UsageException {
        return parse(command, options, words, 0);
    }

    /// Options, and up to so many words that are none.
    static CommandLine parse(String command, Options options, List<String> words, int most) throws UsageException {
        String hint = "; 'anteroom " + command + " --help' lists the options";
        try {
            CommandLine line = DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .get()
                    .parse(options, words.toArray(String[]::new));
            if (line.getArgList().size() > most) {
                throw new UsageException(
                        command + " takes no '" + line.getArgList().get(most) + "'" + hint);
            }
            return line;
        } catch (UnrecognizedOptionException unknown) {
            throw new UsageException(command + " has no option " + unknown.getOption() + hint);
        } catch (MissingArgumentException missing) {
            throw new UsageException("--" + missing.getOption().getLongOpt() + " needs a "
                    + missing.getOption().getArgName() + hint);
        } catch (ParseException wrong) {
            throw new UsageException(command + ": " + wrong.getMessage() + hint);
        }
    }

    /// How to print: colour on a terminal that wants it, blocks where the encoding has them, broken at its width.
    static Style style(PrintStream out, boolean header, boolean numeric) {
        OptionalInt columns = Terminal.columns();
        return new Style(
                columns.isPresent() && System.getenv("NO_COLOR") == null,
                out.charset().equals(StandardCharsets.UTF_8),
                header,
                numeric,
                columns.orElse(0));
    }

    static String help(String command, Options options, String text) {
        StringBuilder help = new StringBuilder();
        TextHelpAppendable page = new TextHelpAppendable(help);
        page.setMaxWidth(HELP_WIDTH);
        try {
            HelpFormatter.builder()
                    .setHelpAppendable(page)
                    .setShowSince(false)
                    .get()
                    .printHelp("anteroom " + command + " [OPTIONS]", text, options, "", false);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a StringBuilder takes every text", impossible);
        }
        return help.toString();
    }

    /// A whole number within bounds.
    static Optional<Integer> number(CommandLine line, Option option, int least, int most) throws UsageException {
        String text = line.getOptionValue(option);
        if (text == null) {
            return Optional.empty();
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        } catch (NumberFormatException notANumber) {
            // told below, as a number out of bounds is
        }
        throw new UsageException("--" + option.getLongOpt() + " takes a whole number from " + least + " to " + most
                + ", not '" + text + "'");
    }

    /// A decimal number within bounds, written as 0.001 or as 1e-3.
    static Optional<Double> decimal(CommandLine line, Option option, double least, double most) throws UsageException {
        String text = line.getOptionValue(option);
        if (text == null) {
            return Optional.empty();
        }
        try {
            double value = new BigDecimal(text).doubleValue();
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        } catch (NumberFormatException notANumber) {
            // told below, as a number out of bounds is
        }
        throw new UsageException("--" + option.getLongOpt() + " takes a number from " + plain(least) + " to "
                + plain(most) + ", not '" + text + "'");
    }

    /// A rate per second within bounds: a number with /ms, /s, /min or /h behind it; per second if nothing is.
    static Optional<Double> rate(CommandLine line, Option option, double least, double most) throws UsageException {
        String text = line.getOptionValue(option);
        if (text == null) {
            return Optional.empty();
        }
        OptionalDouble perSecond = Rates.parse(text);
        if (perSecond.isEmpty() || perSecond.getAsDouble() < least || perSecond.getAsDouble() > most) {
            throw new UsageException(
                    "--" + option.getLongOpt() + " takes " + Rates.expected(least, most) + ", not '" + text + "'");
        }
        return Optional.of(perSecond.getAsDouble());
    }

    private static String plain(double bound) {
        return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }

    /// A time to the nanosecond: a number with us, ms, s or m behind it; seconds if nothing is.
    static Optional<Duration> time(CommandLine line, Option option, Duration most) throws UsageException {
        String text = line.getOptionValue(option);
        if (text == null) {
            return Optional.empty();
        }
        Optional<Duration> time = Durations.parse(text).filter(known -> known.compareTo(most) <= 0);
        if (time.isEmpty()) {
            throw new UsageException("--" + option.getLongOpt() + " takes a time from 0 to " + most.toMinutes()
                    + "m such as 500us, 20ms, 2s or 1m, not '" + text + "'");
        }
        return time;
    }
}
