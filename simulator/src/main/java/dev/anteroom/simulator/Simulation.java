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
    private final Port port;
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

    /// Before it, every connection has its outcome or has waited as long as its client would.
    private int outwaited;

    private final long patience;
    private long nextBeginning;
    private long events;
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
        port = new Port(plan);
        listeners = port.members();
        connections = new Connections(plan, agenda, wire, serverTally, port, count);
        handshakes = new Handshakes(plan, agenda, wire, serverTally, port, connections, arrivals.length, count);
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
        patience = plan.client().patience().map(Duration::toNanos).orElse(Agenda.NEVER);
        nextBeginning = nextBeginning();
        sampleEvery = plan.observation().sampleEvery().toNanos();
        nextSample = sampleEvery > 0 ? 0 : Agenda.NEVER;
        looksToCome = plan.observation().looks().iterator();
        nextLook = looksToCome.hasNext() ? looksToCome.next().toNanos() : Agenda.NEVER;
    }

    /// Runs a plan.
    public static SimulatedRun run(SimulationPlan plan) {
        return new Simulation(plan).run();
    }

    private SimulatedRun run() {
        long until = plan.observation().until().map(Duration::toNanos).orElse(Agenda.NEVER);
        boolean endsWithLastFate = plan.observation().until().isEmpty() && arrivals.length > 0;
        while (!endsWithLastFate || fates.undecided() > 0) {
            long event = agenda.find();
            // What is under way comes before what begins at the same time.
            boolean begins = nextBeginning < event;
            long moment = begins ? nextBeginning : event;
            if (moment > until || moment == Agenda.NEVER) {
                break;
            }
            lookBefore(moment);
            if (begins) {
                agenda.goTo(moment);
                begin(moment);
                nextBeginning = nextBeginning();
            } else {
                events += dispatch(agenda.next()) ? 1 : 0;
            }
        }
        if (until != Agenda.NEVER) {
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
                events);
    }

    /// When something begins that is no consequence of an event: a step, a connection, a SYN of the flood, the end of
    /// a client's patience. Connections come in order, so their patience ends in order too.
    private long nextBeginning() {
        long next = nextStep();
        next = Math.min(next, arrived < arrivals.length ? arrivals[arrived] : Agenda.NEVER);
        next = Math.min(next, flooded < flood.length ? flood[flooded] : Agenda.NEVER);
        return Math.min(next, nextPatience());
    }

    private void begin(long moment) {
        if (nextStep() == moment) {
            carryOut(plan.steps().get(stepped++));
        } else if (arrived < arrivals.length && arrivals[arrived] == moment) {
            events++;
            clients.connect(arrived++);
        } else if (flooded < flood.length && flood[flooded] == moment) {
            events++;
            wire.toServer(Event.SYN, arrivals.length + flooded++);
        } else {
            if (!fates.decided(outwaited)) {
                events++;
                clients.patienceEnds(outwaited);
            }
            outwaited++;
        }
    }

    private long nextStep() {
        return stepped < plan.steps().size() ? plan.steps().get(stepped).at().toNanos() : Agenda.NEVER;
    }

    private long nextPatience() {
        while (outwaited < arrived && fates.decided(outwaited)) {
            outwaited++;
        }
        return outwaited < arrived && patience != Agenda.NEVER ? arrivals[outwaited] + patience : Agenda.NEVER;
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

    /// Lets an event happen. False if it was a timer that had been stopped or set anew.
    private boolean dispatch(int event) {
        int kind = Agenda.kind(event);
        int number = Agenda.number(event);
        if (kind <= Event.LAST_TO_SERVER) {
            Notice notice =
                    connections.exists(number) ? connections.receive(kind, number) : handshakes.receive(kind, number);
            if (notice != Notice.NOTHING) {
                tell(programs[port.number(number)], notice, number);
            }
        } else if (kind <= Event.LAST_TO_CLIENT) {
            if (number < arrivals.length) {
                clients.receive(kind, number);
            }
        } else {
            switch (kind) {
                case Event.CLIENT_TIMER -> {
                    return clients.timer(number);
                }
                case Event.REQUEST_TIMER -> {
                    return handshakes.timer(number);
                }
                case Event.ANSWER_TIMER -> {
                    return connections.answerTimer(number);
                }
                case Event.CONNECT_RETURNS -> clients.connectReturns(number);
                case Event.ACCEPTOR_READY -> programs[number].wake();
                default -> programs[port.number(number)].served(number);
            }
        }
        return true;
    }

    private static void tell(Program program, Notice notice, int connection) {
        switch (notice) {
            case QUEUED -> program.queued();
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
            nextLook = looksToCome.hasNext() ? looksToCome.next().toNanos() : Agenda.NEVER;
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
