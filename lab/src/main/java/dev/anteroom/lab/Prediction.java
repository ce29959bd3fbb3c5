package dev.anteroom.lab;

import dev.anteroom.kernel.LinkShape;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.AcceptorModel;
import dev.anteroom.simulator.ArrivalModel;
import dev.anteroom.simulator.ClientModel;
import dev.anteroom.simulator.LinkModel;
import dev.anteroom.simulator.ListenerModel;
import dev.anteroom.simulator.ServiceTime;
import dev.anteroom.simulator.SimulatedListener;
import dev.anteroom.simulator.SimulatedLook;
import dev.anteroom.simulator.SimulatedRun;
import dev.anteroom.simulator.Simulation;
import dev.anteroom.simulator.SimulationPlan;
import dev.anteroom.simulator.SocketState;
import dev.anteroom.simulator.Stack;
import dev.anteroom.simulator.Step;
import dev.anteroom.simulator.TimerModel;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.Talk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The same scenario in simulated time.
///
/// What a real run adds of its own is given two figures: the burst width, which the caller may have measured, and the
/// time that a link without delay still takes.
///
/// Timers are exact. Those of a kernel fire at its ticks, many at once, but it takes its time over each of them, and
/// segments leave about as spread as their timers were set; simulated segments cost nothing and would arrive in one
/// instant.
public final class Prediction {
    /// From one SYN to the next where nobody has measured it: what connect(2) costs.
    private static final Duration BETWEEN_SYNS = Duration.ofNanos(20_000);

    /// What a packet takes through a link that adds no delay.
    private static final Duration LEAST_DELAY = Duration.ofNanos(50_000);

    private static final int SAMPLES = 4_000;

    /// Of a surge of more connections only counts are kept, so that it does not need memory for each.
    private static final int MOST_FATES = 1_000_000;

    /// After so many accepts a server that is a little late with each is as late as anything else may be.
    private static final int LATE_ACCEPTS = 4;

    /// What the last clients need to notice that their patience is over.
    private static final Duration AFTERWARDS = Duration.ofMillis(50);

    private final Scenario scenario;
    private final Stack stack;
    private final Duration burstWidth;
    private final Disturbance disturbance;
    private final Duration sampleEvery;
    private final List<Duration> looks;

    private Prediction(
            Scenario scenario,
            Stack stack,
            Duration burstWidth,
            Disturbance disturbance,
            Duration sampleEvery,
            List<Duration> looks) {
        this.scenario = scenario;
        this.stack = stack;
        this.burstWidth = burstWidth;
        this.disturbance = disturbance;
        this.sampleEvery = sampleEvery;
        this.looks = looks;
    }

    /// Simulates a scenario.
    ///
    /// @param stack whose rules hold on both hosts
    /// @param burstWidth from the first to the last SYN of connections that are due at once; empty for an estimate
    /// @return empty for what the simulator does not model, or the stack cannot do; [#notModelled] says what
    public static Optional<Observation> of(Scenario scenario, Stack stack, Optional<Duration> burstWidth) {
        if (notModelled(scenario, stack).isPresent()) {
            return Optional.empty();
        }
        Duration width =
                burstWidth.orElse(BETWEEN_SYNS.multipliedBy(scenario.surge().connections()));
        Disturbance none = new Disturbance(
                Duration.ZERO, Duration.ZERO, TimerModel.EXACT, scenario.link().seed());
        Duration sampleEvery = scenario.lasts().dividedBy(SAMPLES);
        return Optional.of(new Prediction(scenario, stack, width, none, sampleEvery, List.of(scenario.look()))
                .observations()
                .getFirst());
    }

    /// Simulates a scenario that is modelled, and that does not come out as scripted. Without depths over time.
    ///
    /// @param looks when it is looked at, in order
    /// @return what each look shows
    static List<Observation> disturbed(Scenario scenario, Stack stack, Disturbance disturbance, List<Duration> looks) {
        return new Prediction(scenario, stack, disturbance.late(), disturbance, Duration.ZERO, looks).observations();
    }

    /// Why a scenario cannot be simulated by the rules of a stack, with the field that is in the way; empty if it can.
    public static Optional<String> notModelled(Scenario scenario, Stack stack) {
        return notModelled(scenario)
                .map(what -> what + " is not modelled; 'anteroom lab' stages it")
                .or(() -> lacks("host", scenario.server(), stack))
                .or(() -> lacks("client", scenario.client(), stack))
                .or(() -> scenario.steps().stream()
                        .flatMap(step -> lacks("steps.set", step.settings(), stack).stream())
                        .findFirst());
    }

    private static Optional<String> lacks(String field, Map<Setting, Long> settings, Stack stack) {
        return settings.keySet().stream()
                .filter(setting -> !stack.has(setting))
                .sorted()
                .findFirst()
                .map(setting -> field + "." + setting.shortName() + " is no setting of " + stack.name());
    }

    private static Optional<String> notModelled(Scenario scenario) {
        if (scenario.listeners().stream().anyMatch(Scenario.ServerSpec.Command.class::isInstance)) {
            return Optional.of("server.command, a program of the host,");
        }
        if (scenario.link().bitsPerSecond().isPresent()) {
            return Optional.of("link.rate");
        }
        if (scenario.surge().arrivals() instanceof Arrivals.Closed) {
            return Optional.of("a surge whose connections begin when others end");
        }
        return Optional.empty();
    }

    private List<Observation> observations() {
        SimulatedRun run = Simulation.run(plan());
        return run.looks().stream().map(look -> observation(run, look)).toList();
    }

    private Observation observation(SimulatedRun run, SimulatedLook look) {
        return new Observation(
                stack,
                look.at(),
                byName(look.clientSockets()),
                byName(look.serverSockets()),
                look.listeners().stream()
                        .map(SimulatedListener::acceptQueue)
                        .sorted(Observation.FULLEST_FIRST)
                        .toList(),
                withZeros(look.serverMoved()),
                withZeros(run.serverMoved()),
                depths(run),
                run.surge());
    }

    /// A counter that did not move is absent in a simulated run, and 0 in a measured one.
    private static Map<Counter, Long> withZeros(Map<Counter, Long> moved) {
        Map<Counter, Long> all = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            all.put(counter, moved.getOrDefault(counter, 0L));
        }
        return all;
    }

    private static List<QueueDepth> depths(SimulatedRun run) {
        List<QueueDepth> depths = new ArrayList<>();
        run.samples()
                .forEach(sample -> depths.add(new QueueDepth(sample.at(), sample.acceptQueue(), sample.synQueue())));
        return depths;
    }

    private static SortedMap<String, Integer> byName(Map<SocketState, Integer> states) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        states.forEach((state, count) -> counts.put(state.name(), count));
        return counts;
    }

    private SimulationPlan plan() {
        List<ListenerModel> listeners = scenario.listeners().stream()
                .map(Scenario.ServerSpec.Sample.class::cast)
                .map(sample -> ListenerModel.of(sample.plan().backlog(), acceptor(sample.plan())))
                .toList();
        Duration end = scenario.lasts().compareTo(looks.getLast()) > 0 ? scenario.lasts() : looks.getLast();
        return SimulationPlan.of(stack, listeners.getFirst(), link(), arrivals(), client())
                .withListeners(listeners)
                .withServerSettings(scenario.server())
                .withClientSettings(scenario.client())
                .withSteps(scenario.steps().stream()
                        .<Step>map(step -> new Step.Write(step.at().plus(disturbance.late()), step.settings()))
                        .toList())
                .observed(new dev.anteroom.simulator.Observation(
                        Optional.of(end.plus(burstWidth).plus(AFTERWARDS)),
                        sampleEvery,
                        looks,
                        scenario.surge().connections() <= MOST_FATES))
                .withTimers(disturbance.timers())
                .withSeed(disturbance.seed());
    }

    private AcceptorModel acceptor(ServerPlan server) {
        ServiceTime service = new ServiceTime.Constant(server.serviceTime());
        int many = Integer.MAX_VALUE;
        Duration every = server.acceptEvery().isZero()
                ? Duration.ZERO
                : server.acceptEvery().plus(disturbance.late().dividedBy(LATE_ACCEPTS));
        AcceptorModel model = switch (server.kind()) {
            case STALLED -> AcceptorModel.never();
            case POOL -> AcceptorModel.pool(every, server.workers(), service);
            case VIRTUAL, SLOW -> AcceptorModel.pool(every, many, service);
            case SPEAK_FIRST -> AcceptorModel.pool(every, many, service).replying(AcceptorModel.Reply.GREETING);
            case RESET -> AcceptorModel.pool(every, many, service).replying(AcceptorModel.Reply.RESET);
        };
        AcceptorModel late = model.wakingUpIn(disturbance.late());
        return server.pause().isZero() ? late : late.pausing(server.pauseEvery(), server.pause());
    }

    private LinkModel link() {
        LinkShape shape = scenario.link();
        return new LinkModel(
                shape.delay().isZero() ? LEAST_DELAY : shape.delay(),
                shape.jitter().plus(disturbance.sway()),
                shape.loss(),
                shape.loss());
    }

    private ArrivalModel arrivals() {
        int connections = scenario.surge().connections();
        if (scenario.surge().arrivals() instanceof Arrivals.AtOnce) {
            return new ArrivalModel.AtOnce(connections, burstWidth);
        }
        return new ArrivalModel.Given(
                connections, () -> scenario.surge().arrivals().moments(connections));
    }

    private ClientModel client() {
        Duration patience = scenario.surge().patience().plus(disturbance.late());
        ClientModel model = switch (scenario.surge().talk()) {
            case Talk.ConnectOnly _ ->
                new ClientModel(
                        ClientModel.Talk.CONNECT_AND_LEAVE,
                        Optional.of(patience),
                        ClientModel.Leaving.RESET,
                        Duration.ZERO);
            case Talk.ServerFirst _ -> ClientModel.waitsForServer(patience);
            case Talk.ClientFirst _, Talk.Http _ -> ClientModel.speaksFirst(patience);
        };
        return model.leavingBy(ClientModel.Leaving.RESET);
    }
}
