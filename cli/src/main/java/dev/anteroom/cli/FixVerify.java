package dev.anteroom.cli;

import dev.anteroom.diagnosis.ServerSoftware;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHosts;
import dev.anteroom.lab.Lab;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Scenario;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.remedy.FixPlan;
import dev.anteroom.remedy.ListenerCopy;
import dev.anteroom.remedy.ListenerSurge;
import dev.anteroom.remedy.LiveChange;
import dev.anteroom.remedy.LivePlan;
import dev.anteroom.remedy.ScenarioFix;
import dev.anteroom.remedy.Target;
import dev.anteroom.remedy.Trial;
import dev.anteroom.remedy.Verification;
import dev.anteroom.report.Style;
import dev.anteroom.report.VerifyJson;
import dev.anteroom.report.VerifyText;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.SurgePlan;
import dev.anteroom.traffic.Talk;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;

/// `anteroom fix --verify`: the same surge before and after a change.
final class FixVerify {
    static final Option VERIFY = CommandWords.flag(
            "verify",
            "fire the same surge before and after the change and tell whether the loss is gone: at a copy of the"
                    + " listener in the lab; with --apply at the listener itself; or at a SCENARIO of the lab");
    static final Option BY = CommandWords.valued(
            "by",
            "COMMAND",
            "with --verify --apply: this shell command makes the change, an edit and a restart for one, and not"
                    + " listen(2)");

    /// What nothing else of `fix` knows.
    static final List<Option> OWN =
            Stream.concat(Stream.of(BY), SurgeWords.TALK.stream()).toList();

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(1);

    /// A server that was restarted or told to reload may take so long until it shows its new limit.
    private static final Duration RESTART_PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final CommandLine line;
    private final PrintStream out;
    private final PrintStream err;
    private final Look look;
    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});

    /// How the listeners in question are found.
    interface Look {
        Evidence now() throws UsageException, InterruptedException;
    }

    FixVerify(CommandLine line, PrintStream out, PrintStream err, Look look) {
        this.line = line;
        this.out = out;
        this.err = err;
        this.look = look;
    }

    ExitCode run(Style style) throws UsageException, InterruptedException {
        if (line.hasOption(BY) && !line.hasOption(FixCommand.APPLY)) {
            throw new UsageException("fix --by COMMAND changes a server of yours: say --apply too");
        }
        try (CtrlC ctrlC = CtrlC.stops(() -> stop.get().run())) {
            Optional<Verification> verification = line.getArgList().isEmpty() ? listener(ctrlC) : scenario(ctrlC);
            if (verification.isEmpty()) {
                return ExitCode.INTERRUPTED;
            }
            if (line.hasOption(FixCommand.JSON)) {
                VerifyJson.write(verification.get(), out);
            } else {
                out.print(VerifyText.of(verification.get(), style));
            }
            return verification.get().after().isClean() ? ExitCode.OK : ExitCode.FINDINGS;
        }
    }

    private Optional<Verification> scenario(CtrlC ctrlC) throws UsageException, InterruptedException {
        if (line.hasOption(FixCommand.APPLY)) {
            throw new UsageException(
                    "fix --verify SCENARIO stages it in the lab, where nothing is applied; leave --apply"
                            + " out, or name a listener with --port");
        }
        Optional<Integer> limit = CommandWords.number(line, FixCommand.LIMIT, 1, Integer.MAX_VALUE);
        List<ScenarioFix> fixes = ScenarioWords.chosen(line).stream()
                .flatMap(one -> ScenarioFix.of(one, limit.map(OptionalInt::of).orElseGet(OptionalInt::empty)).stream())
                .toList();
        if (fixes.isEmpty()) {
            throw new KernelException(
                    "nothing to verify: the queue of that scenario holds its surge already, or its server is no sample"
                            + " server; name a smaller backlog, as in --set server.backlog=5");
        }
        if (fixes.size() > 1) {
            throw new UsageException(
                    "that scenario has " + fixes.size() + " variants with too short a queue; name one: " + "--variant "
                            + fixes.getFirst().before().variant());
        }
        LabCommand.needsPrivateHosts();
        ScenarioFix fix = fixes.getFirst();
        return staged(ctrlC, fix.before(), fix.after())
                .map(runs -> new Verification(
                        Verification.Place.SCENARIO,
                        fix.before().fullName(),
                        fix.changes(),
                        List.of(),
                        Trial.of(runs.getFirst()),
                        Trial.of(runs.getLast())));
    }

    private Optional<List<LabRun>> staged(CtrlC ctrlC, Scenario... scenarios) throws InterruptedException {
        List<LabRun> runs = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            Lab lab = new Lab(scenario, Optional.empty(), (_, _) -> {});
            stop.set(lab::stop);
            if (!ctrlC.pressed()) {
                runs.add(lab.run());
            }
        }
        return ctrlC.pressed() ? Optional.empty() : Optional.of(runs);
    }

    private Optional<Verification> listener(CtrlC ctrlC) throws UsageException, InterruptedException {
        if (!line.hasOption(FixCommand.PORT) && !line.hasOption(FixCommand.PID)) {
            throw new UsageException(
                    "fix --verify needs --port PORT, --pid PID or a SCENARIO of the lab:" + " which queue is it?");
        }
        SurgeSize size = SurgeSize.of(line);
        LivePlan seen = LivePlan.of(look.now(), 0);
        long now = seen.listeners().getFirst().after().limit().orElseThrow();
        int limit = (int) Math.min(Integer.MAX_VALUE, target(seen, size).limit());
        // Over loopback a group is surged as a whole; a copy is one queue.
        long queues = line.hasOption(FixCommand.APPLY) ? seen.listeners().size() : 1;
        // Twice what it holds today shows a loss; more than it will hold shows one that stays.
        int connections = size.burst.orElse(Math.clamp(
                queues * Math.min(2 * (now + 1), line.hasOption(BY) ? Long.MAX_VALUE / queues : limit + 1L),
                1,
                SurgePlan.MOST_CONNECTIONS));
        LivePlan plan = seen.withLimit(limit);
        return line.hasOption(FixCommand.APPLY)
                ? running(ctrlC, plan, size, connections)
                : copy(ctrlC, plan, size, connections);
    }

    private Target target(LivePlan seen, SurgeSize size) throws UsageException {
        Optional<Integer> limit = CommandWords.number(line, FixCommand.LIMIT, 0, Integer.MAX_VALUE);
        if (limit.isPresent()) {
            return new Target(limit.get(), "as --limit says");
        }
        if (size.acceptRate.isPresent()) {
            return FixForGood.sized(line);
        }
        return size.burst.isPresent()
                ? new Target(Math.max(1, size.burst.getAsInt() - 1), "what holds the whole burst at once")
                : Target.usual(seen.namespace(), seen.listeners().getFirst());
    }

    private Optional<Verification> copy(CtrlC ctrlC, LivePlan plan, SurgeSize size, int connections)
            throws InterruptedException {
        if (!(PrivateHosts.available() instanceof PrivateHosts.Here)) {
            throw new KernelException("a copy of a listener in the lab needs a network namespace beside that of the"
                    + " listener: run as root, or with --apply, which surges the listener itself");
        }
        ListenerEvidence one = plan.listeners().getFirst();
        ListenerCopy.Load load = new ListenerCopy.Load(connections, size.arrivals(), size.patience, size.acceptRate);
        long now = one.after().limit().orElseThrow();
        return staged(
                        ctrlC,
                        ListenerCopy.of(plan.namespace(), one, now, load),
                        ListenerCopy.of(plan.namespace(), one, plan.limit(), load))
                .map(runs -> new Verification(
                        Verification.Place.COPY,
                        one.listener().label(),
                        List.of("the limit of the copy from " + now + " to " + plan.limit() + "; " + load.serverText()
                                + share(plan.listeners().size())),
                        List.of(
                                "for good: anteroom fix" + words(plan),
                                "at once, with no restart: anteroom fix --live" + words(plan) + " --apply"),
                        Trial.of(runs.getFirst()),
                        Trial.of(runs.getLast())));
    }

    private static String share(int group) {
        return group == 1 ? "" : "; it stands for one of " + group + " that share the port, and a burst for its share";
    }

    private static String words(LivePlan plan) {
        return FixPlan.words(plan.namespace(), plan.listeners().getFirst(), plan.limit());
    }

    private Optional<Verification> running(CtrlC ctrlC, LivePlan plan, SurgeSize size, int connections)
            throws UsageException, InterruptedException {
        ListenerEvidence one = plan.listeners().getFirst();
        Optional<ServerSoftware> software = FixPlan.software(one);
        Talk talk = SurgeWords.ownTalk(line).orElseGet(() -> ListenerSurge.usualTalk(software));
        ListenerSurge surge = new ListenerSurge(connections, size.arrivals(), talk, size.patience);
        stop.set(surge::stop);
        Trial before = surge.fireAt(listeners(plan));
        if (ctrlC.pressed()) {
            err.println("anteroom: stopped before the change; nothing was changed");
            return Optional.empty();
        }
        List<String> changes;
        List<String> commands;
        List<Listener> changed = listeners(plan);
        String command = line.getOptionValue(BY);
        if (command != null) {
            changed = changedBy(command, plan);
            changes = List.of(command);
            commands = List.of();
        } else if (plan.listenersToChange().isEmpty()) {
            changes = List.of();
            commands = List.of();
        } else {
            LiveChange.apply(plan, FixCommand.state(line));
            changes = plan.steps();
            commands = List.of(
                    "it lasts until the next restart; for good: anteroom fix" + words(plan),
                    "back: anteroom fix --undo");
        }
        Trial after = fireAgain(surge, changed, changes);
        if (ctrlC.pressed()) {
            err.println("anteroom: stopped after the change"
                    + (command == null ? "; 'anteroom fix --undo' takes it back" : ", which the command of --by made"));
            return Optional.empty();
        }
        return Optional.of(new Verification(
                Verification.Place.LISTENER, one.listener().label(), changes, commands, before, after));
    }

    /// Whoever made a change has to know of it, whatever comes after it.
    private static Trial fireAgain(ListenerSurge surge, List<Listener> changed, List<String> changes)
            throws InterruptedException {
        try {
            return surge.fireAt(changed);
        } catch (KernelException broken) {
            throw new KernelException(broken.reason()
                    + (changes.isEmpty() ? "" : "; the change was made: " + String.join("; ", changes)));
        }
    }

    private static List<Listener> listeners(LivePlan plan) {
        return plan.listeners().stream().map(ListenerEvidence::listener).toList();
    }

    /// Runs the command and waits until the port shows another limit; where it never does, takes what listens there.
    private List<Listener> changedBy(String command, LivePlan before) throws UsageException, InterruptedException {
        try {
            // What it prints is no part of the report.
            Process change = new ProcessBuilder("sh", "-c", "exec 1>&2; " + command)
                    .inheritIO()
                    .start();
            int code = change.waitFor();
            if (code != 0) {
                throw new KernelException("the command of --by ended with exit code " + code
                        + "; whatever it changed by then is changed: " + command);
            }
        } catch (IOException noShell) {
            throw new KernelException("cannot run the command of --by: " + noShell.getMessage());
        }
        long end = System.nanoTime() + RESTART_PATIENCE.toNanos();
        while (true) {
            boolean late = System.nanoTime() > end;
            try {
                LivePlan now = LivePlan.of(look.now(), before.limit());
                boolean whole = now.listeners().size() >= before.listeners().size();
                if (late || (whole && !limits(now).equals(limits(before)))) {
                    return listeners(now);
                }
            } catch (KernelException notYet) {
                if (late) {
                    throw notYet;
                }
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private static List<Long> limits(LivePlan plan) {
        return plan.listeners().stream()
                .map(one -> one.after().limit().orElse(-1))
                .toList();
    }

    /// The load, as far as the user tells it.
    ///
    /// @param burst how many connections come together
    /// @param width from the first to the last
    /// @param acceptRate accepts per second
    private record SurgeSize(OptionalInt burst, Duration width, Duration patience, OptionalDouble acceptRate) {

        static SurgeSize of(CommandLine line) throws UsageException {
            if (line.hasOption(SizeWords.PAUSE)) {
                throw new UsageException("fix --verify stages no pause: leave --pause out, or --accept-rate, so that"
                        + " nobody is accepted meanwhile");
            }
            for (Option other : SizeWords.NO_BURST) {
                if (line.hasOption(other)) {
                    throw new UsageException("fix --verify fires one burst: --burst N, with --burst-width if it is not"
                            + " all at once; --" + other.getLongOpt() + " does not go with it");
                }
            }
            Optional<Integer> burst = CommandWords.number(line, SizeWords.BURST, 1, SurgePlan.MOST_CONNECTIONS);
            Duration patience =
                    CommandWords.time(line, SizeWords.PATIENCE, LONGEST).orElse(DEFAULT_PATIENCE);
            if (patience.isZero()) {
                throw new UsageException("--patience takes a time above 0: nothing is answered in none");
            }
            boolean paced = line.hasOption(SizeWords.ACCEPT_RATE) || line.hasOption(SizeWords.SERVICE_TIME);
            if (paced && burst.isEmpty()) {
                throw new UsageException(
                        "fix --verify: --accept-rate, or --workers with --service-time, needs" + " --burst N too");
            }
            return new SurgeSize(
                    burst.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                    CommandWords.time(line, SizeWords.BURST_WIDTH, LONGEST).orElse(Duration.ZERO),
                    patience,
                    paced
                            ? OptionalDouble.of(SizeWords.withoutFile(line)
                                    .request()
                                    .server()
                                    .acceptRate())
                            : OptionalDouble.empty());
        }

        Arrivals arrivals() {
            return width.isZero() || burst.isEmpty()
                    ? new Arrivals.AtOnce()
                    : new Arrivals.Uniform(burst.getAsInt() * 1e9 / width.toNanos());
        }
    }
}
