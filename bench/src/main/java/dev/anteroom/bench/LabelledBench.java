package dev.anteroom.bench;

import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Certainty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Stages every cause that can be staged on this host, each several times with varied numbers, and shows the
/// evidence to the explainer: the capture alone, the clients' log alone, the server's tables alone, and all
/// together. Prints what it named first, as a table to be pasted into docs/diagnosis.md. Needs root, python3,
/// iptables and ss.
///
/// `LabelledBench RUNS FOLDER [CAUSE...]`; ends with 1 if anything was wrongly proved.
final class LabelledBench {
    /// What the explainer is shown.
    private enum Shown {
        CAPTURE,
        CLIENT_LOG,
        SERVER_TABLES,
        ALL
    }

    /// How one cause was told from one kind of evidence.
    private static final class Score {
        private int runs;
        private int first;
        private int proved;
        private int wronglyProved;
        private final Map<String, Integer> named = new TreeMap<>();
    }

    private LabelledBench() {}

    static void main(String[] arguments) throws Exception {
        int runs = Integer.parseInt(arguments[0]);
        Path folder = Path.of(arguments[1]);
        List<String> only = Arrays.asList(arguments).subList(2, arguments.length);
        Map<Shown, Score> total = new EnumMap<>(Shown.class);
        List<String> wrong = new ArrayList<>();
        System.out.println("| staged | capture alone | client's log alone | server's tables alone | all |");
        System.out.println("|---|---|---|---|---|");
        for (StagedCause cause : StagedCause.ALL) {
            if (!only.isEmpty() && !only.contains(cause.id())) {
                continue;
            }
            Map<Shown, Score> scores = new EnumMap<>(Shown.class);
            for (int run = 0; run < runs; run++) {
                Stage.Evidence evidence = stage(cause, folder.resolve(cause.id() + "-" + run), run);
                for (Shown shown : Shown.values()) {
                    List<Explanation> answer = ExplainedFiles.of(files(evidence, shown));
                    score(
                            scores.computeIfAbsent(shown, _ -> new Score()),
                            cause,
                            answer,
                            wrong,
                            shown + " of run " + run);
                    score(total.computeIfAbsent(shown, _ -> new Score()), cause, answer, new ArrayList<>(), "");
                }
            }
            System.out.println("| " + cause.id() + " | " + cells(scores) + " |");
        }
        System.out.println("| **all** | "
                + Arrays.stream(Shown.values())
                        .map(total::get)
                        .map(score -> "%d of %d first, %d wrongly proved"
                                .formatted(score.first, score.runs, score.wronglyProved))
                        .reduce((one, other) -> one + " | " + other)
                        .orElse("")
                + " |");
        wrong.forEach(System.out::println);
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static Stage.Evidence stage(StagedCause cause, Path folder, int run) throws Exception {
        SplittableRandom random = new SplittableRandom(cause.id().hashCode() * 31L + run);
        Duration oneWay = Duration.ofMillis(cause.roundTrip()).dividedBy(2);
        try (Stage stage = Stage.open(folder, cause.settings(), oneWay, cause.loss(), random)) {
            stage.paste("nstat", "-az");
            cause.play().on(stage, random);
            stage.paste("nstat", "-az");
            return stage.finish();
        }
    }

    private static List<Path> files(Stage.Evidence evidence, Shown shown) {
        return switch (shown) {
            case CAPTURE -> List.of(evidence.capture());
            case CLIENT_LOG -> List.of(evidence.client());
            case SERVER_TABLES -> List.of(evidence.server());
            case ALL -> List.of(evidence.capture(), evidence.client(), evidence.server());
        };
    }

    private static void score(
            Score score, StagedCause cause, List<Explanation> answer, List<String> wrong, String what) {
        score.runs++;
        String first = answer.isEmpty() ? "nothing wrong" : answer.getFirst().cause();
        score.first += first.equals(cause.id()) || cause.alsoTrue().contains(first) ? 1 : 0;
        score.named.merge(first, 1, Integer::sum);
        for (Explanation one : answer) {
            if (one.confidence() == Certainty.PROVED) {
                boolean right =
                        one.cause().equals(cause.id()) || cause.alsoTrue().contains(one.cause());
                score.proved += right ? 1 : 0;
                score.wronglyProved += right ? 0 : 1;
                if (!right) {
                    wrong.add("wrongly proved: " + cause.id() + ", " + what.toLowerCase(Locale.ROOT) + ": " + one);
                }
            }
        }
    }

    private static String cells(Map<Shown, Score> scores) {
        return Arrays.stream(Shown.values())
                .map(scores::get)
                .map(score -> score.named.entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .reduce((one, other) -> one + ", " + other)
                                .orElse("")
                        + (score.proved > 0 ? "; proved" : "")
                        + (score.wronglyProved > 0 ? "; WRONGLY PROVED " + score.wronglyProved : ""))
                .reduce((one, other) -> one + " | " + other)
                .orElse("");
    }
}
