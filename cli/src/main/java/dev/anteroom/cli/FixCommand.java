package dev.anteroom.cli;

import dev.anteroom.kernel.HostScan;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.queue.Evidence;
import dev.anteroom.remedy.Journal;
import dev.anteroom.remedy.LiveChange;
import dev.anteroom.remedy.LivePlan;
import dev.anteroom.remedy.Undo;
import dev.anteroom.report.LiveFixJson;
import dev.anteroom.report.LiveFixText;
import dev.anteroom.report.Style;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom fix`: the exact settings for a listener's server; another limit for one that runs; and back.
final class FixCommand {
    private static final int HIGHEST_PORT = 65_535;

    private static final Option LIVE = CommandWords.flag(
            "live", "change the limit of the running listener, with no restart (--port or --pid, and --limit)");
    private static final Option UNDO = CommandWords.flag("undo", "take the last applied change back");
    static final Option APPLY = CommandWords.flag("apply", "do it; without it nothing is changed");
    static final Option PORT = CommandWords.valued("port", "PORT", "the listeners on this port");
    static final Option PID = Option.builder("p")
            .longOpt("pid")
            .hasArg()
            .argName("PID")
            .desc("the listeners that this process holds")
            .get();
    private static final Option NETNS = Option.builder("N")
            .longOpt("netns")
            .hasArg()
            .argName("NAME|PID|INODE")
            .desc("in this network namespace (default: all that can be seen)")
            .get();
    static final Option LIMIT =
            CommandWords.valued("limit", "N", "the limit that the listener shall have; its queue then holds N+1");
    private static final Option STATE = CommandWords.valued(
            "state", "DIR", "where applied changes are kept (default /var/lib/anteroom, or ~/.local/state/anteroom)");
    static final Option WRITE = CommandWords.valued("write", "DIR", "write the changes as files into this folder");
    private static final Option CHECK = CommandWords.flag(
            "check", "read the configuration files that follow: what becomes of every backlog in them");
    static final Option SOMAXCONN =
            CommandWords.valued("somaxconn", "N", "net.core.somaxconn for --check (default: that of this host)");
    static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = new Options()
            .addOption(LIVE)
            .addOption(UNDO)
            .addOption(APPLY)
            .addOption(PORT)
            .addOption(PID)
            .addOption(NETNS)
            .addOption(LIMIT)
            .addOption(WRITE)
            .addOption(FixVerify.VERIFY)
            .addOption(FixVerify.BY)
            .addOption(CHECK)
            .addOption(SOMAXCONN)
            .addOption(STATE)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    static {
        SizeWords.LOAD.forEach(OPTIONS::addOption);
        SurgeWords.TALK.forEach(OPTIONS::addOption);
        ScenarioWords.addTo(OPTIONS);
    }

    private static final int MOST_FILES = 10_000;
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final PrintStream out;
    private final PrintStream err;

    FixCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("fix", OPTIONS, words, MOST_FILES);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help(
                    "fix",
                    OPTIONS,
                    "Another limit for a listener's accept queue. A dry run unless --apply is given. Without a word more:"
                            + " the exact changes for every listener with a finding; --apply then makes those that are"
                            + " sysctls of this host. --live changes the running socket (as root, or as the user of the"
                            + " process); --undo takes the last applied change back; --verify fires the same surge before"
                            + " and after; --check FILE... reads configuration files."));
            return ExitCode.OK;
        }
        if (line.hasOption(CHECK)) {
            return new FixCheck(out, err).run(line, style(line));
        }
        if (line.hasOption(FixVerify.VERIFY)) {
            return new FixVerify(line, out, () -> seen(line, Duration.ZERO)).run(style(line));
        }
        if (!line.getArgList().isEmpty()) {
            throw new UsageException("fix takes no '" + line.getArgList().getFirst()
                    + "' without --check or --verify; 'anteroom fix --help' lists the options");
        }
        if (line.hasOption(UNDO)) {
            return undo(line);
        }
        if (line.hasOption(LIVE)) {
            return live(line);
        }
        boolean onlyFindings = !line.hasOption(PORT) && !line.hasOption(PID);
        return new FixForGood(out)
                .run(line, seen(line, onlyFindings ? WINDOW : Duration.ZERO), onlyFindings, style(line));
    }

    private ExitCode live(CommandLine line) throws UsageException, InterruptedException {
        int limit = CommandWords.number(line, LIMIT, 0, Integer.MAX_VALUE)
                .orElseThrow(() -> new UsageException("fix --live needs --limit N; 'anteroom size' tells which"));
        if (!line.hasOption(PORT) && !line.hasOption(PID)) {
            throw new UsageException("fix --live needs --port PORT or --pid PID: which listener is it?");
        }
        LivePlan plan = LivePlan.of(seen(line, Duration.ZERO), limit);
        if (!line.hasOption(APPLY) || plan.listenersToChange().isEmpty()) {
            if (line.hasOption(JSON)) {
                LiveFixJson.write(plan, Optional.empty(), out);
            } else {
                out.print(LiveFixText.of(plan, style(line)));
            }
            return ExitCode.OK;
        }
        LiveChange change = LiveChange.apply(plan, state(line));
        if (line.hasOption(JSON)) {
            LiveFixJson.write(plan, Optional.of(change), out);
        } else {
            out.print(LiveFixText.of(change, style(line)));
        }
        return ExitCode.OK;
    }

    private ExitCode undo(CommandLine line) {
        Optional<List<Undo.Step>> steps;
        try (Journal journal = Journal.open(state(line))) {
            steps = new Undo(journal).last();
        }
        if (line.hasOption(JSON)) {
            LiveFixJson.write(steps.orElse(List.of()), out);
        } else if (steps.isEmpty()) {
            out.println("Nothing to undo: no change is written down in " + state(line));
        } else {
            out.print(LiveFixText.of(steps.get(), style(line)));
        }
        return steps.stream().flatMap(List::stream).allMatch(Undo.Step::restored) ? ExitCode.OK : ExitCode.FINDINGS;
    }

    /// The listeners in question.
    private static Evidence seen(CommandLine line, Duration window) throws UsageException, InterruptedException {
        Optional<Integer> port = CommandWords.number(line, PORT, 1, HIGHEST_PORT);
        Optional<Integer> pid = CommandWords.number(line, PID, 1, Integer.MAX_VALUE);
        if ("".equals(line.getOptionValue(NETNS))) {
            throw new UsageException("--netns needs a name, a pid or a number, not an empty word");
        }
        pid.filter(id -> !RunningKernel.isProcess(id)).ifPresent(id -> {
            throw new KernelException("no process " + id + ": it has ended, or is in another pid namespace");
        });
        Evidence all = HostScan.run(
                new HostScan.Scope(Optional.ofNullable(line.getOptionValue(NETNS)), false), window, Thread::sleep);
        return port.isEmpty() && pid.isEmpty() ? all : new Focus(port, pid).on(all);
    }

    static Path state(CommandLine line) {
        String directory = line.getOptionValue(STATE);
        return directory == null ? Journal.usualDirectory() : Path.of(directory);
    }

    private Style style(CommandLine line) {
        return CommandWords.style(out, !line.hasOption(NO_HEADER), false);
    }
}
