package dev.anteroom.lab;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.kernel.Urgency;
import dev.anteroom.lab.SoundCases.Sound;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// The simulator held against the running kernel: scenarios drawn by lot, each staged and simulated, and compared in
/// every count and time, until as many are compared as were asked for.
///
/// A case that is racy by nature is left out before it is staged, and one that the machine staged too late is left
/// out after it, by its own clock and whatever it showed; [Forecast] decides both. None is staged twice until it fits.
///
/// Needs what [Lab] needs.
public final class Conformance {
    /// Each case waits most of its time, so that one processor carries several.
    private static final int AT_ONCE_PER_PROCESSOR = 3;

    private static final int MOST_AT_ONCE = 24;
    private static final int MOST_SHRUNK = 3;
    private static final int MOST_STAGED_TO_SHRINK = 60;

    /// A machine that is late with more than this and one case in two is too busy to tell anything.
    private static final int LATE_IN_ANY_CASE = 20;

    /// The depths over time are not compared.
    private static final Duration SAMPLE_PERIOD = Duration.ofMillis(100);

    /// What is staged before all others, so that none of them is the first to run through the code.
    private static final ConformanceCase REHEARSAL = new ConformanceCase(
            Map.of("tcp_syncookies", 1), Map.of(), 60, "slow", 2, 100, List.of(6, 4), 425, "http", 1550, 1300);

    private final int cases;
    private final long seed;
    private final Progress progress;
    private final Stack stack = Stack.of(RunningKernel.version());
    private volatile boolean stopped;

    /// Is told how far it is.
    @FunctionalInterface
    public interface Progress {
        /// Another case is compared.
        ///
        /// @param compared how many are
        /// @param of how many are to be
        void compared(int compared, int of);
    }

    /// Prepares it; nothing is drawn yet.
    ///
    /// @param cases how many to compare, 1 or more
    /// @param seed the same seed draws the same cases on any machine
    /// @param progress is told how far it is
    public Conformance(int cases, long seed, Progress progress) {
        this.cases = cases;
        this.seed = seed;
        this.progress = progress;
    }

    /// Ends it early, from another thread: what is compared by then is told.
    public void stop() {
        stopped = true;
    }

    /// Stages cases until enough are compared, and makes those smaller that disagree.
    ///
    /// Fewer than asked for are compared if it is stopped, or on a machine that is late with most of them.
    ///
    /// @throws KernelException if private hosts cannot be had
    public ConformanceResult run() throws InterruptedException {
        SoundCases draws = new SoundCases(stack, settings(), seed);
        int atOnce = Math.min(
                MOST_AT_ONCE, AT_ONCE_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
        ExecutorService stages = Executors.newFixedThreadPool(
                atOnce, Thread.ofPlatform().daemon().name("case ", 1).factory());
        try (Pulse pulse = Pulse.start()) {
            stageAll(Collections.nCopies(atOnce, rehearsal()), stages, pulse, _ -> {});
            List<Staged> compared = new ArrayList<>();
            int late = 0;
            while (compared.size() < cases && late <= LATE_IN_ANY_CASE + compared.size() && !stopped) {
                List<Sound> next = new ArrayList<>();
                while (next.size() < cases - compared.size()) {
                    next.add(draws.next());
                }
                List<Staged> staged = stageAll(next, stages, pulse, one -> {
                    if (one.isPunctual()) {
                        compared.add(one);
                        progress.compared(compared.size(), cases);
                    }
                });
                late += (int) staged.stream().filter(one -> !one.isPunctual()).count();
            }
            List<ConformanceResult.Refuted> refuted = new ArrayList<>();
            for (Staged one : compared) {
                if (!one.disagreements().isEmpty()) {
                    Staged shown = refuted.size() < MOST_SHRUNK ? smallest(one, draws, stages, pulse) : one;
                    refuted.add(new ConformanceResult.Refuted(
                            shown.sound.drawn().yaml(shown.sound.name(), shown.disagreements()),
                            shown.disagreements()));
                }
            }
            return new ConformanceResult(
                    stack.name(), seed, draws.drawn(), draws.racy(), compared.size(), late, refuted);
        } finally {
            stages.shutdownNow();
        }
    }

    /// Those that this kernel has.
    private static Set<Setting> settings() {
        try (PrivateHost host = PrivateHost.open("settings", Map.of())) {
            return host.settings().values().keySet();
        }
    }

    private Sound rehearsal() {
        String name = "rehearsal";
        return new Sound(name, REHEARSAL, new Forecast(REHEARSAL.scenario(name), stack, Disturbance.USUAL));
    }

    /// A case that was staged.
    ///
    /// @param sound which
    /// @param measured what the kernel showed
    /// @param forecast what the simulator says of it with as much disturbance as there was; empty if that could
    ///     have changed it
    private record Staged(Sound sound, Observation measured, Optional<Forecast> forecast) {
        boolean isPunctual() {
            return forecast.isPresent();
        }

        List<Disagreement> disagreements() {
            return forecast.map(said -> said.disagreements(measured)).orElse(List.of());
        }
    }

    private List<Staged> stageAll(List<Sound> cases, ExecutorService stages, Pulse pulse, Consumer<Staged> each)
            throws InterruptedException {
        List<Future<Optional<Staged>>> running = cases.stream()
                .map(one -> stages.submit(() -> stopped ? Optional.<Staged>empty() : Optional.of(stage(one, pulse))))
                .toList();
        List<Staged> staged = new ArrayList<>();
        for (Future<Optional<Staged>> one : running) {
            Optional<Staged> done = result(one);
            done.ifPresent(staged::add);
            done.ifPresent(each);
        }
        return staged;
    }

    private static Optional<Staged> result(Future<Optional<Staged>> one) throws InterruptedException {
        try {
            return one.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KernelException refused) {
                throw refused;
            }
            throw new CompletionException(failed.getCause());
        }
    }

    private Staged stage(Sound sound, Pulse pulse) throws InterruptedException {
        long began = System.nanoTime();
        Scenario scenario = sound.drawn().scenario(sound.name());
        LabRun run = staged(scenario);
        return new Staged(
                sound, run.observation(), disturbed(sound, scenario, lateness(run, pulse.longestSince(began))));
    }

    /// Every thread of a run is made by the one that stages it, and is as urgent: others of this machine wait for
    /// the little that a case does.
    private static LabRun staged(Scenario scenario) throws InterruptedException {
        try (Urgency _ = Urgency.take()) {
            return new Lab(scenario, Optional.empty(), (_, _) -> {}, SAMPLE_PERIOD).run();
        }
    }

    /// What the simulator says of a case that was staged late; empty if that may have changed it.
    private Optional<Forecast> disturbed(Sound sound, Scenario scenario, Duration late) {
        if (late.compareTo(Disturbance.USUAL) <= 0) {
            return Optional.of(sound.forecast());
        }
        if (late.compareTo(scenario.link().delay()) > 0) {
            return Optional.empty(); // a simulated packet cannot be early by more than its delay
        }
        return Optional.of(new Forecast(scenario, stack, late))
                .filter(forecast -> forecast.racy().isEmpty());
    }

    /// The most by which anything of a run was later than scripted.
    ///
    /// @param standstill the longest of this process
    private static Duration lateness(LabRun run, Duration standstill) {
        Observation measured = run.observation();
        long most = Math.max(
                standstill.toNanos(),
                measured.lookedAt().minus(run.scenario().look()).toNanos());
        long[] due =
                run.scenario().surge().arrivals().due(run.scenario().surge().connections());
        most = Math.max(most, measured.surge().burstWidth().toNanos() - (due[due.length - 1] - due[0]));
        for (Traces traces : run.traces().stream().toList()) {
            most = Math.max(most, traces.link().fromClient().maxLateness().toNanos());
            most = Math.max(most, traces.link().fromServer().maxLateness().toNanos());
        }
        return Duration.ofNanos(most);
    }

    /// Takes parts away as long as what is left still disagrees.
    private Staged smallest(Staged refuted, SoundCases draws, ExecutorService stages, Pulse pulse)
            throws InterruptedException {
        Staged smallest = refuted;
        int staged = 0;
        while (staged < MOST_STAGED_TO_SHRINK && !stopped) {
            List<Sound> candidates = smallest.sound.drawn().smaller().stream()
                    .flatMap(smaller -> draws.sound(smaller, refuted.sound.name()).stream())
                    .limit(MOST_STAGED_TO_SHRINK - staged)
                    .toList();
            staged += candidates.size();
            Optional<Staged> still = stageAll(candidates, stages, pulse, _ -> {}).stream()
                    .filter(one -> !one.disagreements().isEmpty())
                    .findFirst();
            if (still.isEmpty()) {
                return smallest;
            }
            smallest = still.get();
        }
        return smallest;
    }
}
