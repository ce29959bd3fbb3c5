package dev.anteroom.cli;

import dev.anteroom.kernel.Terminal;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.report.ProgressLine;
import dev.anteroom.report.SurgeJson;
import dev.anteroom.report.SurgeText;
import dev.anteroom.traffic.Surge;
import dev.anteroom.traffic.SurgePlan;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom surge TARGET`: opens many connections and tells the fate of each.
final class SurgeCommand {
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS =
            SurgeWords.options().addOption(JSON).addOption(NO_HEADER).addOption(HELP);

    private final PrintStream out;
    private final PrintStream err;

    SurgeCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("surge", OPTIONS, words, 1);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help(
                    "surge TARGET",
                    OPTIONS,
                    "Opens many connections to a server of yours and tells what became of each, and how often the kernel"
                            + " sent its SYN again. TARGET is HOST:PORT, http://HOST/PATH or https://HOST/PATH. Needs no"
                            + " privilege."));
            return ExitCode.OK;
        }
        SurgePlan plan = SurgeWords.plan(line);
        Surge surge = new Surge(plan);
        SurgeResult result;
        try (CtrlC _ = CtrlC.stops(surge::stop)) {
            result = run(surge, plan);
            print(line, result);
        }
        if (!result.complete()) {
            return ExitCode.INTERRUPTED;
        }
        int served = result.outcomes().getOrDefault(Outcome.SERVED, 0);
        return served == result.decided() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    /// With a bar on a terminal, and nothing anywhere else.
    private SurgeResult run(Surge surge, SurgePlan plan) throws InterruptedException {
        OptionalInt columns = Terminal.errorColumns();
        if (columns.isEmpty()) {
            return surge.run((_, _) -> {});
        }
        ProgressLine bar =
                new ProgressLine(plan.connections(), err.charset().equals(StandardCharsets.UTF_8), columns.getAsInt());
        try {
            return surge.run((fired, ended) -> {
                err.print(bar.at(fired, ended));
                err.flush();
            });
        } finally {
            err.print(ProgressLine.BACK_AND_CLEAR); // also of a surge that was stopped or failed
            err.flush();
        }
    }

    private void print(CommandLine line, SurgeResult result) {
        if (line.hasOption(JSON)) {
            SurgeJson.write(result, out);
            return;
        }
        out.print(SurgeText.of(result, CommandWords.style(out, !line.hasOption(NO_HEADER), false)));
    }
}
