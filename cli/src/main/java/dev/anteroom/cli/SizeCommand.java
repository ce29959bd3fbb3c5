package dev.anteroom.cli;

import dev.anteroom.report.SizeJson;
import dev.anteroom.report.SizeText;
import dev.anteroom.simulator.Sizing;
import java.io.PrintStream;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom size [FILE]`: the backlog that a surge needs, and the one past which it only turns drops into time-outs.
final class SizeCommand {
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS =
            SizeWords.options().addOption(JSON).addOption(NO_HEADER).addOption(HELP);

    private static final String TEXT = """
            The backlog that a surge needs, the largest that still helps, or that no queue can help. Needs what \
            arrives (--burst, --rate, --peak-rate) and how fast it is accepted (--accept-rate, or --workers with \
            --service-time). FILE is a JSON document of doctor, lab or surge, whose values count where no option says \
            otherwise; or a trace of arrivals, one time per line. Looks at no host and changes nothing.""";

    private final PrintStream out;

    SizeCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException {
        CommandLine line = CommandWords.parse("size", OPTIONS, words, 1);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("size [FILE]", OPTIONS, TEXT));
            return ExitCode.OK;
        }
        SizeWords asked = SizeWords.of(line);
        Sizing sizing = Sizing.of(asked.request());
        if (line.hasOption(JSON)) {
            SizeJson.write(sizing, asked.source(), out);
        } else {
            out.print(SizeText.of(sizing, asked.source(), CommandWords.style(out, !line.hasOption(NO_HEADER), false)));
        }
        boolean enough = sizing.verdict() == Sizing.Verdict.A_LIMIT_HOLDS
                && (sizing.request().present().isEmpty() || sizing.knob() == Sizing.Knob.NONE);
        return enough ? ExitCode.OK : ExitCode.FINDINGS;
    }
}
