package dev.anteroom.cli;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.diagnosis.Finding;
import dev.anteroom.diagnosis.Severity;
import dev.anteroom.kernel.HostScan;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.kernel.UserNames;
import dev.anteroom.queue.Evidence;
import dev.anteroom.report.DoctorJson;
import dev.anteroom.report.DoctorText;
import dev.anteroom.report.Style;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom doctor`: examines the listeners of this host.
final class DoctorCommand {
    private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(1);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);
    private static final int HIGHEST_PORT = 65_535;

    private static final Option PORT = CommandWords.valued("port", "PORT", "only listeners on this port");
    private static final Option PID = Option.builder("p")
            .longOpt("pid")
            .hasArg()
            .argName("PID")
            .desc("only listeners that this process holds")
            .get();
    private static final Option NETNS = Option.builder("N")
            .longOpt("netns")
            .hasArg()
            .argName("NAME|PID|INODE")
            .desc("only this network namespace (default: all that can be seen)")
            .get();
    private static final Option WINDOW =
            CommandWords.valued("window", "TIME", "how long to watch: 500ms, 2s, 1m; 0 for a single look (default 1s)");
    private static final Option ALL =
            CommandWords.flag("all", "every listener, Unix-domain ones too, and every counter");
    private static final Option SYN_QUEUE =
            CommandWords.flag("syn-queue", "count SYN queues even if the table of connections is huge");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option NUMERIC = new Option("n", "numeric", false, "user ids as numbers");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = new Options()
            .addOption(PORT)
            .addOption(PID)
            .addOption(NETNS)
            .addOption(WINDOW)
            .addOption(ALL)
            .addOption(SYN_QUEUE)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(NUMERIC)
            .addOption(HELP);

    private final PrintStream out;

    DoctorCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("doctor", OPTIONS, words);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help(
                    "doctor",
                    OPTIONS,
                    "Examines the listeners of this host in every network namespace it may look into. Needs no privilege"
                            + " for this namespace; root sees the others, and whose each socket is."));
            return ExitCode.OK;
        }
        Optional<Integer> port = CommandWords.number(line, PORT, 1, HIGHEST_PORT);
        Optional<Integer> pid = CommandWords.number(line, PID, 1, Integer.MAX_VALUE);
        Duration window = CommandWords.time(line, WINDOW, LONGEST_WINDOW).orElse(DEFAULT_WINDOW);
        if ("".equals(line.getOptionValue(NETNS))) {
            throw new UsageException("--netns needs a name, a pid or a number, not an empty word");
        }
        pid.filter(id -> !RunningKernel.isProcess(id)).ifPresent(id -> {
            throw new KernelException("no process " + id + ": it has ended, or is in another pid namespace");
        });

        Evidence seen = HostScan.run(
                new HostScan.Scope(Optional.ofNullable(line.getOptionValue(NETNS)), line.hasOption(SYN_QUEUE)),
                window,
                Thread::sleep);
        List<Finding> findings = Diagnosis.of(seen);
        Evidence shown = seen;
        if (port.isPresent() || pid.isPresent()) {
            Focus focus = new Focus(port, pid);
            shown = focus.on(seen);
            findings = focus.on(findings, shown);
        }
        print(line, shown, findings);
        return findings.stream().anyMatch(finding -> finding.severity() != Severity.NOTE)
                ? ExitCode.FINDINGS
                : ExitCode.OK;
    }

    private void print(CommandLine line, Evidence evidence, List<Finding> findings) {
        if (line.hasOption(JSON)) {
            DoctorJson.write(evidence, findings, out);
            return;
        }
        Style style = CommandWords.style(out, !line.hasOption(NO_HEADER), line.hasOption(NUMERIC));
        out.print(DoctorText.of(evidence, findings, style, line.hasOption(ALL), UserNames.read()::name));
    }
}
