package dev.anteroom.lab;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.simulator.SplitMix64;
import dev.anteroom.simulator.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The simulator held against the running kernel: scenarios drawn by lot, each staged and simulated, and compared in
/// every count and time.
///
/// A case that is racy by nature is left out before it is staged ([Forecast] says which), and one that the machine
/// staged too late is left out after it, by its own clock and whatever it showed. None is staged twice until it fits.
///
/// Needs what [Lab] needs.
public final class Conformance {
    /// So many cases in flight keep two processors far from busy: each waits most of its time.
    private static final int AT_ONCE = 8;

    /// A draw is racy now and then, never for ever.
    private static final int DRAWS_PER_CASE = 50;

    private static final int MOST_SHRUNK = 3;
    private static final int MOST_STAGED_TO_SHRINK = 60;

    private static final Duration SAMPLE_PERIOD = Duration.ofMillis(5);

    private final int cases;
    private final long seed;
    private final Progress progress;
    private final Stack stack = Stack.of(RunningKernel.version());
    private volatile boolean stopped;

    /// Is told how far it is.
    @FunctionalInterface
    public interface Progress {
        /// Another case is staged.
        ///
        /// @param staged how many are
        /// @param of how many are to be
        void staged(int staged, int of);
    }

    /// Prepares it; nothing is drawn yet.
    ///
    /// @param cases how many to stage, 1 or more
    /// @param seed the same seed draws the same cases on any machine
    /// @param progress is told how far it is
    public Conformance(int cases, long seed, Progress progress) {
        this.cases = cases;
        this.seed = seed;
        this.progress = progress;
    }

    /// Ends it early, from another thread: what is staged by then is told.
    public void stop() {
        stopped = true;
    }

    /// Stages all cases, and makes those smaller that disagree.
    ///
    /// @throws KernelException if private hosts cannot be had
    public ConformanceResult run() throws InterruptedException {
        SplitMix64 random = new SplitMix64(seed);
        List<ConformanceCase> sound = new ArrayList<>();
        int drawn = 0;
        while (sound.size() < cases && drawn < cases * DRAWS_PER_CASE && !stopped) {
            ConformanceCase draw = ConformanceCase.draw(random);
            drawn++;
            if (forecast(draw, drawn).racy().isEmpty()) {
                sound.add(draw);
            }
        }
        List<Verdict> verdicts = stageAll(sound);
        List<ConformanceResult.Refuted> refuted = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            if (verdict.punctual && !verdict.disagreements.isEmpty()) {
                refuted.add(refuted.size() < MOST_SHRUNK ? smallest(verdict) : verdict.refuted());
            }
        }
        int late = (int) verdicts.stream().filter(verdict -> !verdict.punctual).count();
        return new ConformanceResult(
                stack.name(), seed, drawn, drawn - sound.size(), verdicts.size() - late, late, refuted);
    }

    /// A case that was staged.
    private record Verdict(ConformanceCase drawn, String name, boolean punctual, List<Disagreement> disagreements) {
        ConformanceResult.Refuted refuted() {
            return new ConformanceResult.Refuted(drawn.yaml(name), disagreements);
        }
    }

    private Forecast forecast(ConformanceCase drawn, int number) {
        return new Forecast(drawn.scenario(name(number)), stack);
    }

    private String name(int number) {
        return "conform-" + seed + "-" + number;
    }

    private List<Verdict> stageAll(List<ConformanceCase> sound) throws InterruptedException {
        List<Verdict> verdicts = new ArrayList<>();
        ExecutorService stages = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofPlatform().daemon().name("case ", 1).factory());
        try {
            List<Future<Optional<Verdict>>> running = new ArrayList<>();
            for (int i = 0; i < sound.size(); i++) {
                ConformanceCase one = sound.get(i);
                String name = name(i + 1);
                running.add(stages.submit(() -> stopped ? Optional.empty() : Optional.of(stage(one, name))));
            }
            for (Future<Optional<Verdict>> one : running) {
                result(one).ifPresent(verdicts::add);
                progress.staged(verdicts.size(), sound.size());
            }
            return verdicts;
        } finally {
            stages.shutdownNow();
        }
    }

    private static Optional<Verdict> result(Future<Optional<Verdict>> one) throws InterruptedException {
        try {
            return one.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KernelException refused) {
                throw refused;
            }
            throw new CompletionException(failed.getCause());
        }
    }

    private Verdict stage(ConformanceCase drawn, String name) throws InterruptedException {
        Scenario scenario = drawn.scenario(name);
        LabRun run = new Lab(scenario, Optional.empty(), (_, _) -> {}, SAMPLE_PERIOD).run();
        return new Verdict(
                drawn,
                name,
                lateness(run).compareTo(Disturbance.MOST) <= 0,
                new Forecast(scenario, stack).disagreements(run.observation()));
    }

    /// The most by which anything of a run that can be timed was later than scripted.
    private static Duration lateness(LabRun run) {
        Observation measured = run.observation();
        long most = measured.lookedAt().minus(run.scenario().look()).toNanos();
        long[] due =
                run.scenario().surge().arrivals().due(run.scenario().surge().connections());
        most = Math.max(most, measured.surge().burstWidth().toNanos() - (due[due.length - 1] - due[0]));
        for (Traces traces : run.traces().stream().toList()) {
            most = Math.max(most, traces.link().fromClient().maxLateness().toNanos());
            most = Math.max(most, traces.link().fromServer().maxLateness().toNanos());
        }
        List<QueueDepth> samples = measured.depths();
        for (int i = 1; i < samples.size(); i++) {
            Duration gap = samples.get(i).at().minus(samples.get(i - 1).at());
            most = Math.max(most, gap.minus(SAMPLE_PERIOD).toNanos());
        }
        return Duration.ofNanos(most);
    }

    /// Takes parts away as long as what is left still disagrees.
    private ConformanceResult.Refuted smallest(Verdict refuted) throws InterruptedException {
        Verdict smallest = refuted;
        int staged = 0;
        boolean smaller = true;
        while (smaller && !stopped) {
            smaller = false;
            for (ConformanceCase candidate : smallest.drawn.smaller()) {
                if (staged == MOST_STAGED_TO_SHRINK || stopped) {
                    return smallest.refuted();
                }
                if (!new Forecast(candidate.scenario(refuted.name), stack)
                        .racy()
                        .isEmpty()) {
                    continue;
                }
                staged++;
                Verdict verdict = stage(candidate, refuted.name);
                if (verdict.punctual && !verdict.disagreements.isEmpty()) {
                    smallest = verdict;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest.refuted();
    }
}
