package dev.anteroom.bench;

import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Certainty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Stages every cause that can be staged on this host, each several times with varied numbers, and shows the
/// evidence to the explainer: the capture alone, the clients' log alone, the server's tables alone, all together,
/// and parts of it as chance leaves them. Prints what it named first, as a table to be pasted into docs/diagnosis.md.
/// Needs root, python3,
/// iptables, nft, ss and nstat; Tomcat and Jetty are left out without the system property [Stage#SERVERS].
///
/// `LabelledBench RUNS SEED AT_ONCE FOLDER [STAGE...]`; ends with 1 if anything was wrongly proved, 3 if something
/// could not be staged. The same seed draws the same numbers; what the kernel and the clock make of them may differ.
final class LabelledBench {
    private static final List<StagedCause> STAGES = Stream.of(
                    StagedQueues.ALL,
                    StagedNetworks.ALL,
                    StagedServers.ALL,
                    StagedResets.ALL,
                    StagedStacks.ALL,
                    StagedClients.ALL)
            .flatMap(List::stream)
            .filter(stage -> System.getProperty(Stage.SERVERS) != null || !stage.ofOthers())
            .toList();

    /// What the explainer is shown.
    private enum Shown {
        CAPTURE,
        CLIENT_LOG,
        SERVER_TABLES,
        ALL,
        SOME
    }

    /// In so many ways some of the evidence of each run is left out.
    private static final int PARTS = 40;

    /// How one cause was told from one kind of evidence.
    private static final class Score {
        private int runs;
        private int first;
        private int proved;
        private int wronglyProved;
        private final Map<String, Integer> named = new TreeMap<>();
    }

    private final int runs;
    private final long seed;
    private final Path folder;
    private final Map<Shown, Score> total = new EnumMap<>(Shown.class);
    private final List<String> wrong = new ArrayList<>();

    private LabelledBench(int runs, long seed, Path folder) {
        this.runs = runs;
        this.seed = seed;
        this.folder = folder;
    }

    static void main(String[] arguments) throws InterruptedException {
        LabelledBench bench =
                new LabelledBench(Integer.parseInt(arguments[0]), Long.parseLong(arguments[1]), Path.of(arguments[3]));
        List<String> only = Arrays.asList(arguments).subList(4, arguments.length);
        List<StagedCause> stages = STAGES.stream()
                .filter(stage -> only.isEmpty() || only.contains(stage.name()))
                .toList();
        try (ExecutorService hands = Executors.newFixedThreadPool(Integer.parseInt(arguments[2]))) {
            try {
                bench.table(stages, hands);
            } catch (ExecutionException failed) {
                System.err.println("bench/labelled: could not stage: " + failed.getCause());
                System.exit(3);
            }
        }
        System.exit(bench.wrong.isEmpty() ? 0 : 1);
    }

    private void table(List<StagedCause> stages, ExecutorService hands)
            throws InterruptedException, ExecutionException {
        Map<StagedCause, List<Future<List<Told>>>> staged = new LinkedHashMap<>();
        for (StagedCause stage : stages) {
            List<Future<List<Told>>> answers = new ArrayList<>();
            for (int run = 0; run < runs; run++) {
                int number = run;
                answers.add(hands.submit(() -> told(stage, number)));
            }
            staged.put(stage, answers);
        }
        System.out.println(
                "| staged | capture alone | client's log alone | server's tables alone | all | parts of it |");
        System.out.println("|---|---|---|---|---|---|");
        for (Map.Entry<StagedCause, List<Future<List<Told>>>> entry : staged.entrySet()) {
            row(entry.getKey(), entry.getValue());
        }
        System.out.println("| **all** | "
                + Arrays.stream(Shown.values())
                        .map(shown -> total.computeIfAbsent(shown, _ -> new Score()))
                        .map(score -> score.first + " of " + score.runs + " first, " + score.wronglyProved
                                + " wrongly proved")
                        .collect(Collectors.joining(" | "))
                + " |");
        wrong.forEach(System.out::println);
    }

    private void row(StagedCause stage, List<Future<List<Told>>> answers)
            throws InterruptedException, ExecutionException {
        Map<Shown, Score> scores = new EnumMap<>(Shown.class);
        for (int run = 0; run < answers.size(); run++) {
            for (Told told : answers.get(run).get()) {
                String what = stage.name() + ", " + told.shown.name().toLowerCase(Locale.ROOT) + " of run " + run;
                score(scores.computeIfAbsent(told.shown, _ -> new Score()), stage, told.answer);
                score(total.computeIfAbsent(told.shown, _ -> new Score()), stage, told.answer);
                told.answer.stream()
                        .filter(one -> one.confidence() == Certainty.PROVED && !stage.isTrue(one.cause()))
                        .forEach(one -> wrong.add("wrongly proved: " + what + ": " + one));
                if (told.shown == Shown.ALL && !stage.isTrue(first(told.answer))) {
                    System.err.println("not named first: " + what + ": " + first(told.answer));
                }
            }
        }
        System.out.println("| " + stage.name() + " | " + cells(scores) + " |");
    }

    /// What was concluded from what was shown.
    private record Told(Shown shown, List<Explanation> answer) {}

    /// Stages a run and asks the explainer.
    private List<Told> told(StagedCause cause, int run) throws Exception {
        Path place = folder.resolve(cause.name().replaceAll("\\W+", "-") + "-" + run);
        SplittableRandom random = new SplittableRandom((seed * 31 + cause.name().hashCode()) * 31 + run);
        Duration oneWay = Duration.ofMillis(cause.roundTrip()).dividedBy(2);
        ExplainedFiles files;
        try (Stage stage = Stage.open(place, cause.settings(), oneWay, cause.loss(), random)) {
            stage.paste("nstat", "-az");
            cause.play().on(stage, random);
            stage.paste("nstat", "-az");
            files = new ExplainedFiles(stage.finish());
        }
        List<Told> told = new ArrayList<>(List.of(
                new Told(Shown.CAPTURE, files.ofPackets()),
                new Told(Shown.CLIENT_LOG, files.ofClientLog()),
                new Told(Shown.SERVER_TABLES, files.ofServerTables()),
                new Told(Shown.ALL, files.ofAll())));
        for (int part = 0; part < PARTS; part++) {
            told.add(new Told(Shown.SOME, files.ofSome(random)));
        }
        return told;
    }

    private static String first(List<Explanation> answer) {
        return answer.isEmpty() ? StagedCause.NOTHING : answer.getFirst().cause();
    }

    private static void score(Score score, StagedCause stage, List<Explanation> answer) {
        score.runs++;
        score.first += stage.isTrue(first(answer)) ? 1 : 0;
        score.named.merge(first(answer), 1, Integer::sum);
        for (Explanation one : answer) {
            if (one.confidence() == Certainty.PROVED) {
                score.proved += stage.isTrue(one.cause()) ? 1 : 0;
                score.wronglyProved += stage.isTrue(one.cause()) ? 0 : 1;
            }
        }
    }

    private static String cells(Map<Shown, Score> scores) {
        return scores.entrySet().stream()
                .map(entry -> cell(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(" | "));
    }

    private static String cell(Shown shown, Score score) {
        String named = shown == Shown.SOME
                ? score.first + " of " + score.runs + " first"
                : score.named.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
        return named
                + (score.proved > 0 ? "; proved" : "")
                + (score.wronglyProved > 0 ? "; WRONGLY PROVED " + score.wronglyProved : "");
    }
}
