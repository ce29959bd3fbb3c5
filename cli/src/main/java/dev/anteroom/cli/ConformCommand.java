package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.Terminal;
import dev.anteroom.lab.Conformance;
import dev.anteroom.lab.ConformanceResult;
import dev.anteroom.report.ConformJson;
import dev.anteroom.report.ConformText;
import java.io.PrintStream;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom conform`: holds the simulator against the running kernel.
final class ConformCommand {
    private static final int DEFAULT_CASES = 20;
    private static final int MOST_CASES = 100_000;

    private static final Option CASES =
            CommandWords.valued("cases", "N", "how many scenarios to compare (default " + DEFAULT_CASES + ")");
    private static final Option SEED =
            CommandWords.valued("seed", "S", "what they are drawn from: the same seed draws the same (default 1)");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = new Options()
            .addOption(CASES)
            .addOption(SEED)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    private static final String TEXT = """
            Draws small random scenarios, stages each on the running kernel as 'lab' does, simulates it, and compares \
            socket states, depths, outcomes and every counter exactly, times within what timers and a busy machine \
            make of them, until N are compared. A case of which 30 ms could change a count is left out before it is \
            staged ('racy'), one that the machine staged so late that it could have changed one is left out after it \
            ('late'); both are counted. A disagreement is made smaller as long as it disagrees, and printed as a \
            scenario for 'lab run'. Exit code 0: all agree; 1: not; 3: fewer than N could be compared.""";

    private final PrintStream out;
    private final PrintStream err;

    ConformCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("conform", OPTIONS, words);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("conform", OPTIONS, TEXT));
            return ExitCode.OK;
        }
        int cases = CommandWords.number(line, CASES, 1, MOST_CASES).orElse(DEFAULT_CASES);
        int seed = CommandWords.number(line, SEED, 0, Integer.MAX_VALUE).orElse(1);
        LabCommand.needsPrivateHosts();
        Conformance conformance = new Conformance(cases, seed, progress());
        try (CtrlC ctrlC = CtrlC.stops(conformance::stop)) {
            ConformanceResult result = conformance.run();
            if (line.hasOption(JSON)) {
                ConformJson.write(result, out);
            } else {
                out.print(ConformText.of(result, CommandWords.style(out, !line.hasOption(NO_HEADER), false)));
            }
            if (ctrlC.pressed()) {
                return ExitCode.INTERRUPTED;
            }
            if (result.compared() < cases) {
                throw new KernelException("only " + result.compared() + " of " + cases + " cases could be compared:"
                        + " this machine staged " + result.late()
                        + " so late that it may have changed them; try again when it is less busy");
            }
            return result.agrees() ? ExitCode.OK : ExitCode.FINDINGS;
        }
    }

    /// One line on a terminal, written over and over; nothing anywhere else.
    private Conformance.Progress progress() {
        if (Terminal.errorColumns().isEmpty()) {
            return (_, _) -> {};
        }
        return (compared, of) -> {
            err.print("\r\u001b[K" + (compared == of ? "" : compared + " of " + of + " compared"));
            err.flush();
        };
    }
}
