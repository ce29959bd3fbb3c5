package dev.anteroom.cli;

import dev.anteroom.capture.CaptureException;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHosts;
import dev.anteroom.lab.Lab;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Library;
import dev.anteroom.lab.Scenario;
import dev.anteroom.lab.ScenarioException;
import dev.anteroom.report.LabJson;
import dev.anteroom.report.LabText;
import dev.anteroom.report.Style;
import dev.anteroom.traffic.SurgePlan;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom lab`: stages a surge in private network namespaces, on the running kernel.
final class LabCommand {
    private static final String DOCUMENT = "run.json";
    private static final String CAPTURE = "capture.pcapng";

    private static final Option OUT = CommandWords.valued(
            "out", "DIR", "keep run.json, capture.pcapng and scenario.yaml there, enough to stage it again");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = ScenarioWords.addTo(new Options())
            .addOption(OUT)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    private static final String TEXT = """
            Stages a surge on the running kernel, between two private network namespaces of this process with a link \
            between them, and shows what happened beside what was predicted. Changes nothing outside of them. Without \
            a scenario: surge-1000, with Java's default backlog and then with one that holds the surge. \
            'lab list' lists the scenarios, 'lab show NAME' prints one as YAML, 'lab run FILE' stages a file, \
            'lab all' stages every scenario. Exit code 0: everything came out as expected; 1: not.""";

    private final PrintStream out;

    LabCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("lab", OPTIONS, words, 2);
        List<String> arguments = line.getArgList();
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("lab [SCENARIO | list | show NAME | run FILE | all]", OPTIONS, TEXT));
            return ExitCode.OK;
        }
        try {
            return switch (first) {
                case "list" -> list();
                case "show" -> {
                    out.print(Library.text(ScenarioWords.only(arguments, "NAME")));
                    yield ExitCode.OK;
                }
                default -> stage(ScenarioWords.chosen(line), line);
            };
        } catch (ScenarioException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
    }

    private ExitCode list() throws ScenarioException {
        for (String name : Library.names()) {
            List<Scenario> variants = Library.scenarios(name, Map.of());
            out.println(name);
            out.println("    " + Library.about(name));
            if (variants.size() > 1) {
                out.println("    variants: "
                        + String.join(
                                ", ", variants.stream().map(Scenario::variant).toList()));
            }
        }
        return ExitCode.OK;
    }

    private ExitCode stage(List<Scenario> scenarios, CommandLine line) throws InterruptedException, UsageException {
        for (Scenario scenario : scenarios) {
            if (scenario.surge().connections() > SurgePlan.MOST_CONNECTIONS) {
                throw new UsageException("surge.connections: a real surge has at most " + SurgePlan.MOST_CONNECTIONS
                        + ", not " + scenario.surge().connections() + "; 'anteroom simulate' takes as many");
            }
        }
        needsPrivateHosts();
        Optional<Path> directory = Optional.ofNullable(line.getOptionValue(OUT)).map(Path::of);
        boolean json = line.hasOption(JSON);
        Style style = CommandWords.style(out, !line.hasOption(NO_HEADER), false);
        List<LabRun> runs = new ArrayList<>();
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        try (CtrlC ctrlC = CtrlC.stops(() -> stop.get().run())) {
            for (Scenario scenario : scenarios) {
                Optional<Path> place = directory.map(top -> folder(top, scenario, scenarios.size()));
                place.ifPresent(LabCommand::make);
                Lab lab = new Lab(scenario, place.map(folder -> folder.resolve(CAPTURE)), (_, _) -> {});
                stop.set(lab::stop);
                if (ctrlC.pressed()) {
                    break;
                }
                LabRun run = lab.run();
                place.ifPresent(folder -> keep(run, folder));
                runs.add(run);
                if (!json) {
                    out.print((runs.size() > 1 ? "\n" : "") + LabText.of(run, style));
                    out.flush();
                }
            }
            directory.filter(_ -> runs.size() > 1).ifPresent(top -> keepTogether(runs, top));
            printTogether(runs, json, style);
            if (ctrlC.pressed()) {
                return ExitCode.INTERRUPTED;
            }
        }
        return runs.stream().allMatch(LabRun::agrees) ? ExitCode.OK : ExitCode.FINDINGS;
    }

    /// Goes on where private hosts are to be had, if need be after a restart in a user namespace.
    ///
    /// @throws KernelException with what is closed and what opens it
    static void needsPrivateHosts() {
        switch (PrivateHosts.available()) {
            case PrivateHosts.Here _ -> {}
            case PrivateHosts.AfterRestart unprivileged -> unprivileged.restart();
            case PrivateHosts.Closed(String reason) -> throw new KernelException(reason);
        }
    }

    private static Path folder(Path top, Scenario scenario, int runs) {
        return runs == 1 ? top : top.resolve(scenario.fullName().replace('/', '-'));
    }

    private void printTogether(List<LabRun> runs, boolean json, Style style) {
        if (json && !runs.isEmpty()) {
            LabJson.write(runs, out);
        } else if (!json && runs.size() > 1) {
            out.print(LabText.comparison(runs, style));
        }
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException refused) {
            throw new KernelException(
                    "cannot make " + directory + ": " + CaptureException.reason(refused) + "; choose another --out");
        }
    }

    /// All runs in one document and one capture: sections of pcapng may follow one another in a file.
    private static void keepTogether(List<LabRun> runs, Path top) {
        try (OutputStream document = Files.newOutputStream(top.resolve(DOCUMENT));
                OutputStream capture = Files.newOutputStream(top.resolve(CAPTURE))) {
            LabJson.write(runs, document);
            for (LabRun run : runs) {
                Files.copy(folder(top, run.scenario(), runs.size()).resolve(CAPTURE), capture);
            }
        } catch (IOException refused) {
            throw new KernelException(
                    "cannot write to " + top + ": " + CaptureException.reason(refused) + "; choose another --out");
        }
    }

    private static void keep(LabRun run, Path directory) {
        try (OutputStream file = Files.newOutputStream(directory.resolve(DOCUMENT))) {
            LabJson.write(List.of(run), file);
            Files.writeString(directory.resolve("scenario.yaml"), run.scenario().yaml());
        } catch (IOException refused) {
            throw new KernelException("cannot write to " + directory + ": " + CaptureException.reason(refused)
                    + "; choose another --out");
        }
    }
}
