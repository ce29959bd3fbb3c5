package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// One run of a plan in simulated time. The same plan gives the same run on any machine.
public final class Simulation {
    private static final int ARRIVALS = 1;
    private static final int FLOOD = 2;
    private static final int LINK = 3;
    private static final int SERVICE = 4;

    private static final String TARGET = "simulated:8100";

    private final SimulationPlan plan;
    private final Agenda agenda = new Agenda();
    private final Tally serverTally = new Tally();
    private final Tally clientTally = new Tally();
    private final long[] arrivals;
    private final long[] flood;
    private final ListenSocket[] listeners;
    private final Program[] programs;
    private final Wire wire;
    private final Connections connections;
    private final Handshakes handshakes;
    private final Clients clients;
    private final Fates fates;
    private final List<DepthSample> samples = new ArrayList<>();
    private final List<SimulatedLook> looks = new ArrayList<>();
    private final Iterator<Duration> looksToCome;
    private final long sampleEvery;

    /// Its settings change with the steps.
    private HostModel server;

    private int stepped;
    private int arrived;
    private int flooded;
    private long nextSample;
    private long nextLook;

    private Simulation(SimulationPlan plan) {
        this.plan = plan;
        arrivals = plan.arrivals().moments(SplitMix64.stream(plan.seed(), ARRIVALS));
        flood = plan.flood().moments(SplitMix64.stream(plan.seed(), FLOOD));
        int count = Math.addExact(arrivals.length, flood.length);
        if (count > Agenda.MAX_NUMBERS) {
            throw new IllegalArgumentException(
                    count + " connections are more than one run holds, " + Agenda.MAX_NUMBERS);
        }
        wire = new Wire(plan.link(), agenda, SplitMix64.stream(plan.seed(), LINK));
        server = plan.server();
        listeners = listeners(plan);
        connections = new Connections(plan, agenda, wire, serverTally, count);
        handshakes = new Handshakes(plan, agenda, wire, serverTally, listeners, connections, count);
        programs = new Program[listeners.length];
        Arrays.setAll(
                programs,
                member -> new Program(
                        plan.listeners().get(member).acceptor(),
                        member,
                        agenda,
                        listeners[member],
                        connections,
                        SplitMix64.stream(plan.seed(), SERVICE + member)));
        fates = new Fates(arrivals);
        clients = new Clients(plan, arrivals.length, agenda, wire, clientTally, fates);
        sampleEvery = plan.observation().sampleEvery().toNanos();
        nextSample = sampleEvery > 0 ? 0 : Long.MAX_VALUE;
        looksToCome = plan.observation().looks().iterator();
        nextLook = looksToCome.hasNext() ? looksToCome.next().toNanos() : Long.MAX_VALUE;
    }

    /// Runs a plan.
    public static SimulatedRun run(SimulationPlan plan) {
        return new Simulation(plan).run();
    }

    static ListenSocket[] listeners(SimulationPlan plan) {
        return plan.listeners().stream()
                .map(model -> new ListenSocket(plan.server(), model))
                .toArray(ListenSocket[]::new);
    }

    private SimulatedRun run() {
        long until = plan.observation().until().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        boolean endsWithLastFate = plan.observation().until().isEmpty() && arrivals.length > 0;
        while (!endsWithLastFate || fates.undecided() > 0) {
            long next = nextTime();
            if (next > until || next == Long.MAX_VALUE) {
                break;
            }
            lookBefore(next);
            happen(next);
        }
        if (until != Long.MAX_VALUE) {
            lookBefore(until + 1);
            agenda.goTo(until);
        }
        return new SimulatedRun(
                fates.result(TARGET, agenda.now()),
                serverTally.moved(),
                clientTally.moved(),
                Arrays.stream(listeners).map(ListenSocket::look).toList(),
                samples,
                looks,
                Duration.ofNanos(agenda.now()),
                agenda.events());
    }

    private long nextTime() {
        long next = Math.min(agenda.nextTime(), nextStep());
        if (arrived < arrivals.length) {
            next = Math.min(next, arrivals[arrived]);
        }
        return flooded < flood.length ? Math.min(next, flood[flooded]) : next;
    }

    /// One thing that happens at a moment. What is under way comes before what begins.
    private void happen(long moment) {
        if (agenda.nextTime() == moment) {
            dispatch(agenda.next());
            return;
        }
        agenda.goTo(moment);
        if (nextStep() == moment) {
            carryOut(plan.steps().get(stepped++));
        } else if (arrived < arrivals.length && arrivals[arrived] == moment) {
            clients.connect(arrived++);
        } else {
            wire.toServer(Event.SYN, arrivals.length + flooded++);
        }
    }

    private void carryOut(Step step) {
        switch (step) {
            case Step.Write write -> {
                Map<Setting, Long> settings = new EnumMap<>(Setting.class);
                settings.putAll(server.settings());
                settings.putAll(write.settings());
                server = new HostModel(server.stack(), settings);
                handshakes.apply(server);
            }
            case Step.ListenAgain again -> {
                for (ListenSocket listener : listeners) {
                    listener.listenAgain(server, again.backlog());
                }
            }
            case Step.Close _ -> {
                for (ListenSocket listener : listeners) {
                    listener.close();
                    while (listener.depth() > 0) {
                        connections.dropQueued(listener.dequeue());
                    }
                }
            }
        }
    }

    private long nextStep() {
        return stepped < plan.steps().size() ? plan.steps().get(stepped).at().toNanos() : Long.MAX_VALUE;
    }

    private void dispatch(int event) {
        int kind = Agenda.kind(event);
        int number = Agenda.number(event);
        if (kind <= Event.LAST_TO_SERVER) {
            Notice notice =
                    connections.exists(number) ? connections.receive(kind, number) : handshakes.receive(kind, number);
            if (notice != Notice.NOTHING) {
                tell(programs[handshakes.member(number)], notice, number);
            }
        } else if (kind <= Event.LAST_TO_CLIENT) {
            if (number < arrivals.length) {
                clients.receive(kind, number);
            }
        } else {
            switch (kind) {
                case Event.CLIENT_TIMER -> clients.timer(number);
                case Event.PATIENCE -> clients.patienceEnds(number);
                case Event.CONNECT_RETURNS -> clients.connectReturns(number);
                case Event.REQUEST_TIMER -> handshakes.timer(number);
                case Event.ANSWER_TIMER -> connections.answerTimer(number);
                case Event.ACCEPTOR_READY -> programs[number].wake();
                default -> programs[handshakes.member(number)].served(number);
            }
        }
    }

    private static void tell(Program program, Notice notice, int connection) {
        switch (notice) {
            case QUEUED -> program.goOn();
            case READABLE -> program.readable(connection);
            case HUNG_UP -> program.hungUp(connection);
            case NOTHING -> {}
        }
    }

    /// Takes the samples and looks that are due before a moment.
    private void lookBefore(long moment) {
        while (nextSample < moment) {
            int requests = 0;
            int waiting = 0;
            for (ListenSocket listener : listeners) {
                requests += listener.requests;
                waiting += listener.depth();
            }
            samples.add(new DepthSample(Duration.ofNanos(nextSample), requests, waiting));
            nextSample += sampleEvery;
        }
        while (nextLook < moment) {
            looks.add(look(nextLook));
            nextLook = looksToCome.hasNext() ? looksToCome.next().toNanos() : Long.MAX_VALUE;
        }
    }

    private SimulatedLook look(long at) {
        Map<SocketState, Integer> serverSockets = new EnumMap<>(SocketState.class);
        Map<SocketState, Integer> clientSockets = new EnumMap<>(SocketState.class);
        for (int i = 0; i < arrivals.length + flood.length; i++) {
            connections.countInto(serverSockets, i);
            if (handshakes.isRequest(i)) {
                serverSockets.merge(SocketState.SYN_RECV, 1, Integer::sum);
            }
        }
        for (int i = 0; i < arrivals.length; i++) {
            clients.countInto(clientSockets, i);
        }
        return new SimulatedLook(
                Duration.ofNanos(at),
                serverSockets,
                clientSockets,
                Arrays.stream(listeners).map(ListenSocket::look).toList(),
                serverTally.moved(),
                clientTally.moved());
    }
}
