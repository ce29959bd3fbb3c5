package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.Terminal;
import dev.anteroom.lab.Lab;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Library;
import dev.anteroom.lab.Scenario;
import dev.anteroom.lab.ScenarioException;
import dev.anteroom.report.LabJson;
import dev.anteroom.report.LabText;
import dev.anteroom.report.Style;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom lab`: stages a surge in private network namespaces, on the running kernel.
final class LabCommand {
    private static final String DEFAULT_SCENARIO = "surge-1000";
    private static final String ALL = "all";

    private static final Option VARIANT = CommandWords.valued("variant", "NAME", "only this variant of the scenario");
    private static final Option SET = Option.builder()
            .longOpt("set")
            .hasArg()
            .argName("PATH=VALUE")
            .desc("another value for one of the scenario's, as in server.backlog=128; may be given several times")
            .get();
    private static final Option PACE = CommandWords.valued(
            "pace", "TIME", "one connection every so often, as in 1s, instead of the scenario's way");
    private static final Option UNTIL_TIMEOUT =
            CommandWords.flag("until-timeout", "clients wait until their kernel gives up (131 s by default since 6.5)");
    private static final Option OUT = CommandWords.valued(
            "out", "DIR", "keep run.json, capture.pcapng and scenario.yaml there, enough to run it again");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = new Options()
            .addOption(VARIANT)
            .addOption(SET)
            .addOption(PACE)
            .addOption(UNTIL_TIMEOUT)
            .addOption(OUT)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    private static final String TEXT = """
            Stages a surge on the running kernel, between two private network namespaces of this process with a link \
            between them, and shows what happened beside what was expected. Changes nothing outside of them. Without a \
            scenario: surge-1000, with Java's default backlog and then with one that holds the surge. \
            'lab list' lists the scenarios, 'lab show NAME' prints one as YAML, 'lab run FILE' stages a file, \
            'lab all' stages every scenario. Exit code 0: everything came out as expected; 1: not.""";

    private final PrintStream out;

    LabCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("lab", OPTIONS, words, 2);
        List<String> arguments = line.getArgList();
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("lab [SCENARIO | list | show NAME | run FILE | all]", OPTIONS, TEXT));
            return ExitCode.OK;
        }
        try {
            return switch (arguments.isEmpty() ? DEFAULT_SCENARIO : arguments.getFirst()) {
                case "list" -> list();
                case "show" -> show(argument(arguments, "show", "NAME"));
                case "run" ->
                    stage(Library.scenarios(Path.of(argument(arguments, "run", "FILE")), overrides(line)), line);
                case ALL -> stage(everything(overrides(line)), line);
                default -> {
                    if (arguments.size() > 1) {
                        throw new UsageException("lab takes one scenario, not also '" + arguments.get(1) + "'");
                    }
                    String name = arguments.isEmpty() ? DEFAULT_SCENARIO : arguments.getFirst();
                    yield stage(Library.scenarios(name, overrides(line)), line);
                }
            };
        } catch (ScenarioException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
    }

    private static String argument(List<String> arguments, String word, String name) throws UsageException {
        if (arguments.size() != 2) {
            throw new UsageException("lab " + word + " takes one " + name + "; 'anteroom lab --help' shows how");
        }
        return arguments.getLast();
    }

    private ExitCode list() throws ScenarioException {
        for (String name : Library.names()) {
            List<Scenario> variants = Library.scenarios(name, Map.of());
            out.println(name);
            out.println("    " + variants.getFirst().about().replaceAll("\\. .*", "."));
            if (variants.size() > 1) {
                out.println("    variants: "
                        + String.join(
                                ", ", variants.stream().map(Scenario::variant).toList()));
            }
        }
        return ExitCode.OK;
    }

    private ExitCode show(String name) throws ScenarioException {
        out.print(Library.text(name));
        return ExitCode.OK;
    }

    private static List<Scenario> everything(Map<String, String> overrides) throws ScenarioException {
        List<Scenario> all = new ArrayList<>();
        for (String name : Library.names()) {
            all.addAll(Library.scenarios(name, overrides));
        }
        return all;
    }

    private static Map<String, String> overrides(CommandLine line) throws UsageException {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (line.hasOption(PACE)) {
            overrides.put("surge.pace", line.getOptionValue(PACE));
        }
        if (line.hasOption(UNTIL_TIMEOUT)) {
            overrides.put("surge.patience", "10m");
        }
        String[] values = line.getOptionValues(SET);
        for (String value : values == null ? new String[0] : values) {
            int equals = value.indexOf('=');
            if (equals < 1) {
                throw new UsageException(
                        "--set takes a path and a value such as server.backlog=128, not '" + value + "'");
            }
            overrides.put(
                    value.substring(0, equals).strip(),
                    value.substring(equals + 1).strip());
        }
        return overrides;
    }

    private ExitCode stage(List<Scenario> scenarios, CommandLine line) throws UsageException, InterruptedException {
        String variant = line.getOptionValue(VARIANT);
        List<Scenario> chosen = scenarios.stream()
                .filter(scenario -> variant == null || scenario.variant().equals(variant))
                .toList();
        if (chosen.isEmpty()) {
            throw new UsageException("no variant '" + variant + "'; there are "
                    + String.join(
                            ", ", scenarios.stream().map(Scenario::variant).toList()));
        }
        Optional<Path> directory = Optional.ofNullable(line.getOptionValue(OUT)).map(Path::of);
        boolean json = line.hasOption(JSON);
        OptionalInt columns = Terminal.columns();
        Style style = new Style(
                columns.isPresent() && System.getenv("NO_COLOR") == null,
                out.charset().equals(StandardCharsets.UTF_8),
                !line.hasOption(NO_HEADER),
                false,
                columns.orElse(0));
        List<LabRun> runs = new ArrayList<>();
        for (Scenario scenario : chosen) {
            LabRun run = stage(scenario, directory.map(top -> folder(top, scenario, chosen.size())));
            runs.add(run);
            if (!json) {
                out.print((runs.size() > 1 ? "\n" : "") + LabText.of(run, style));
                out.flush();
            }
        }
        if (json) {
            LabJson.write(runs, out);
        } else if (runs.size() > 1) {
            out.print(LabText.comparison(runs, style));
        }
        return runs.stream().allMatch(LabRun::agrees) ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private static Path folder(Path top, Scenario scenario, int runs) {
        return runs == 1 ? top : top.resolve(scenario.fullName().replace('/', '-'));
    }

    private static LabRun stage(Scenario scenario, Optional<Path> directory) throws InterruptedException {
        directory.ifPresent(LabCommand::make);
        Lab lab = new Lab(scenario, directory.map(place -> place.resolve("capture.pcapng")), (_, _) -> {});
        try (CtrlC _ = CtrlC.stops(lab::stop)) {
            LabRun run = lab.run();
            directory.ifPresent(place -> keep(run, place));
            return run;
        }
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException refused) {
            throw new KernelException(
                    "cannot make " + directory + ": " + refused.getMessage() + "; choose another --out");
        }
    }

    private static void keep(LabRun run, Path directory) {
        try (OutputStream file = Files.newOutputStream(directory.resolve("run.json"))) {
            LabJson.write(List.of(run), file);
            Files.writeString(directory.resolve("scenario.yaml"), run.scenario().yaml());
        } catch (IOException refused) {
            throw new KernelException("cannot write to " + directory + ": " + refused.getMessage());
        }
    }
}
