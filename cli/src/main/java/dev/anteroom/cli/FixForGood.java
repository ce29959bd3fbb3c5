package dev.anteroom.cli;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.diagnosis.Severity;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Listener;
import dev.anteroom.remedy.FixPlan;
import dev.anteroom.remedy.Journal;
import dev.anteroom.remedy.PlanFiles;
import dev.anteroom.remedy.SysctlDropIn;
import dev.anteroom.remedy.Target;
import dev.anteroom.report.FixJson;
import dev.anteroom.report.FixText;
import dev.anteroom.report.Style;
import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingAdvice;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;

/// `anteroom fix` without `--live`: what to change for good.
final class FixForGood {
    private final PrintStream out;

    FixForGood(PrintStream out) {
        this.out = out;
    }

    /// Plans, prints, and does what is asked for.
    ///
    /// @param seen the listeners in question
    /// @param onlyFindings whether only those with a finding are meant
    ExitCode run(CommandLine line, Evidence seen, boolean onlyFindings, Style style) throws UsageException {
        Optional<Target> wanted = target(line);
        Set<Long> found = Diagnosis.of(seen).stream()
                .filter(finding -> finding.severity() != Severity.NOTE)
                .flatMap(finding -> finding.listener().stream())
                .map(Listener::inode)
                .collect(Collectors.toSet());
        List<FixPlan> plans = seen.namespaces().stream()
                .flatMap(namespace -> namespace.listeners().stream()
                        .filter(one ->
                                !onlyFindings || found.contains(one.listener().inode()))
                        .filter(one -> one.after().limit().isPresent())
                        .map(one -> FixPlan.of(namespace, one, wanted)))
                .toList();
        if (plans.isEmpty() && !onlyFindings) {
            throw new KernelException(
                    "the limit of that listener cannot be read from outside its network namespace; run as root");
        }
        List<String> done = line.hasOption(FixCommand.APPLY) ? apply(line, plans) : List.of();
        List<Path> written = line.hasOption(FixCommand.WRITE)
                ? PlanFiles.write(plans, Path.of(line.getOptionValue(FixCommand.WRITE)))
                : List.of();
        if (line.hasOption(FixCommand.JSON)) {
            FixJson.write(plans, done, out);
        } else {
            out.print(FixText.of(plans, done, style));
            written.forEach(file -> out.println("written: " + file));
        }
        boolean left = plans.stream().anyMatch(plan -> !plan.changes().isEmpty());
        return left ? ExitCode.FINDINGS : ExitCode.OK;
    }

    /// Only what is the host's own: a server's configuration is its owner's, and a container is started anew.
    private static List<String> apply(CommandLine line, List<FixPlan> plans) {
        long somaxconn = plans.stream()
                .flatMap(plan -> plan.hostSomaxconn().stream())
                .max(Long::compare)
                .orElseThrow(
                        () -> new KernelException("nothing here is a sysctl of this host, which is all that --apply"
                                + " changes; make the changes by hand (--write DIR writes them), or take --live"));
        try (Journal journal = Journal.open(FixCommand.state(line))) {
            return SysctlDropIn.apply(somaxconn, NetworkNamespace.own(), SysctlDropIn.USUAL_DIRECTORY, journal);
        }
    }

    private static Optional<Target> target(CommandLine line) throws UsageException {
        Optional<Integer> limit = CommandWords.number(line, FixCommand.LIMIT, 0, Integer.MAX_VALUE);
        boolean load = SizeWords.LOAD.stream().anyMatch(line::hasOption);
        if (limit.isPresent() && load) {
            throw new UsageException("--limit names the limit, --burst and --rate have it computed: give one of them");
        }
        if (limit.isPresent()) {
            return Optional.of(new Target(limit.get(), "as --limit says"));
        }
        if (!load) {
            return Optional.empty();
        }
        return Optional.of(sized(line));
    }

    /// The limit that a load needs.
    static Target sized(CommandLine line) throws UsageException {
        Sizing sizing = Sizing.of(SizeWords.withoutFile(line).request());
        String headline = SizingAdvice.of(sizing).headline();
        if (sizing.recommended().isEmpty()) {
            throw new UsageException("no limit helps there: " + headline);
        }
        return new Target(sizing.recommended().getAsLong(), headline + " ('anteroom size')");
    }
}
