package dev.anteroom.cli;

import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Prediction;
import dev.anteroom.lab.Scenario;
import dev.anteroom.report.LabJson;
import dev.anteroom.report.LabText;
import dev.anteroom.report.Style;
import dev.anteroom.simulator.Stack;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/// `anteroom simulate`: a scenario of the lab in simulated time, on any TCP stack that the simulator knows.
final class SimulateCommand {
    private static final String ALL = "all";

    private static final Option STACK = CommandWords.valued(
            "stack",
            "STACK",
            "whose rules hold, as in linux-5.4, freebsd-13, xnu; 'all' for all of them (default: this kernel)");
    private static final Option RULES =
            CommandWords.flag("rules", "print the rules of the stack, each with its source");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = ScenarioWords.addTo(new Options())
            .addOption(STACK)
            .addOption(RULES)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    private static final String TEXT = """
            Runs a scenario of the lab in simulated time, by the rules of a TCP stack: no privilege, no network, the \
            same result on every machine. 'lab' lays it beside a measurement. What a scenario expects is meant for \
            Linux 6.14 and later; other stacks may differ, so the exit code is 0 either way.""";

    private final PrintStream out;

    SimulateCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException {
        CommandLine line = CommandWords.parse("simulate", OPTIONS, words, 2);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("simulate [SCENARIO | run FILE | all]", OPTIONS, TEXT));
            return ExitCode.OK;
        }
        List<Stack> stacks = stacks(line.getOptionValue(STACK));
        if (line.hasOption(RULES)) {
            stacks.forEach(this::rules);
            return ExitCode.OK;
        }
        List<Pair> pairs = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Scenario scenario : ScenarioWords.chosen(line)) {
            for (Stack stack : stacks) {
                Prediction.notModelled(scenario, stack)
                        .ifPresentOrElse(
                                why -> leftOut.add(scenario.fullName() + " cannot be simulated: " + why),
                                () -> pairs.add(new Pair(scenario, stack)));
            }
        }
        if (pairs.isEmpty()) {
            throw new UsageException(leftOut.getFirst());
        }
        // Each is a world of its own: on all processors, and in order again.
        List<LabRun> runs = pairs.parallelStream().map(Pair::run).toList();
        if (line.hasOption(JSON)) {
            LabJson.write(runs, leftOut, out);
            return ExitCode.OK;
        }
        Style style = CommandWords.style(out, !line.hasOption(NO_HEADER), false);
        if (stacks.size() == 1) {
            for (LabRun run : runs) {
                out.print(LabText.of(run, style));
                out.println();
            }
        }
        if (runs.size() > 1) {
            out.print(LabText.comparison(runs, style));
        }
        leftOut.forEach(why -> out.println("Left out: " + why));
        return ExitCode.OK;
    }

    private record Pair(Scenario scenario, Stack stack) {
        LabRun run() {
            return new LabRun(
                    scenario,
                    stack.name(),
                    Optional.empty(),
                    Prediction.of(scenario, stack, Optional.empty()),
                    Optional.empty());
        }
    }

    private void rules(Stack stack) {
        out.println(stack.name()
                + stack.rulesOf().map(whose -> ", by the rules of " + whose).orElse(""));
        stack.rules().forEach(rule -> out.println("  " + rule.says() + "\n      " + rule.source()));
        out.println("not modelled of any stack");
        Stack.NOT_MODELLED.forEach(what -> out.println("  " + what));
    }

    private static List<Stack> stacks(@Nullable String name) throws UsageException {
        if (name == null) {
            return List.of(Stack.of(RunningKernel.version()));
        }
        if (name.equals(ALL)) {
            return Stack.names().stream().map(Stack::named).toList();
        }
        try {
            return List.of(Stack.named(name));
        } catch (IllegalArgumentException unknown) {
            throw new UsageException(String.valueOf(unknown.getMessage()));
        }
    }
}
