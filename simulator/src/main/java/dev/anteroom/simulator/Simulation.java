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
    private final Tally serverTally = new Tally();
    private final Tally clientTally = new Tally();
    private final InFlight inFlight = new InFlight();
    private final Agenda agenda = new Agenda(inFlight);
    private final Arrivals arrivals;
    private final Arrivals flood;
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
    private long nextStep;

    /// Whose patience ends when: connections come in order, so their patience ends in order too. A connection that has
    /// its outcome may be gone, and its place be that of another number.
    private final Lane impatient = new Lane();

    private final long patience;
    private long nextBeginning;
    private long events;
    private long nextSample;
    private long nextLook;

    private Simulation(SimulationPlan plan) {
        this.plan = plan;
        arrivals = new Arrivals(plan.arrivals(), SplitMix64.stream(plan.seed(), ARRIVALS));
        flood = new Arrivals(plan.flood(), SplitMix64.stream(plan.seed(), FLOOD));
        Math.addExact(arrivals.count(), flood.count()); // they are numbered together
        wire = new Wire(plan.link(), agenda, SplitMix64.stream(plan.seed(), LINK));
        server = plan.server();
        port = new Port(plan, inFlight);
        listeners = port.members();
        connections = new Connections(plan, agenda, wire, serverTally, port);
        handshakes = new Handshakes(plan, agenda, wire, serverTally, port, connections, inFlight, arrivals.count());
        programs = new Program[listeners.length];
        Arrays.setAll(
                programs,
                member -> new Program(
                        plan.listeners().get(member).acceptor(),
                        member,
                        agenda,
                        listeners[member],
                        connections,
                        inFlight,
                        SplitMix64.stream(plan.seed(), SERVICE + member)));
        fates = new Fates(arrivals.count(), plan.observation().eachFate());
        clients = new Clients(plan, agenda, wire, clientTally, fates);
        patience = plan.client().patience().map(Duration::toNanos).orElse(Agenda.NEVER);
        nextStep = nextStep();
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
        boolean endsWithLastFate = plan.observation().until().isEmpty() && arrivals.count() > 0;
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
            inFlight.reclaim(agenda.now(), nextLook != Agenda.NEVER);
        }
        if (until != Agenda.NEVER) {
            lookBefore(until + 1);
            agenda.goTo(until);
        }
        return new SimulatedRun(
                fates.result(TARGET, arrivals.width(), agenda.now()),
                serverTally.moved(),
                clientTally.moved(),
                Arrays.stream(listeners).map(ListenSocket::look).toList(),
                samples,
                looks,
                Duration.ofNanos(agenda.now()),
                events,
                inFlight.most());
    }

    /// When something begins that is no consequence of an event: a step, a connection, a SYN of the flood, the end of
    /// a client's patience.
    private long nextBeginning() {
        long next = Math.min(nextStep, arrivals.next());
        next = Math.min(next, flood.next());
        return Math.min(next, nextPatience());
    }

    private void begin(long moment) {
        if (nextStep == moment) {
            carryOut(plan.steps().get(stepped++));
            nextStep = nextStep();
        } else if (arrivals.next() == moment) {
            events++;
            Connection connection = inFlight.take(arrivals.begin(), moment);
            if (patience != Agenda.NEVER) {
                impatient.add(moment + patience, (long) connection.number << 32 | connection.slot);
            }
            clients.connect(connection);
        } else if (flood.next() == moment) {
            events++;
            Connection connection = inFlight.take(arrivals.count() + flood.begin(), moment);
            connection.holds++;
            wire.toServer(Event.SYN, connection);
            inFlight.letGo(connection); // nothing is left of it if the link loses the SYN
        } else {
            Connection connection = inFlight.at((int) impatient.firstEntry());
            if (isUndecided(impatient.firstEntry())) {
                events++;
                connection.holds++;
                clients.patienceEnds(connection);
                inFlight.letGo(connection); // nothing may be left of it that an event would show
            }
            impatient.removeFirst();
        }
    }

    private long nextStep() {
        return stepped < plan.steps().size() ? plan.steps().get(stepped).at().toNanos() : Agenda.NEVER;
    }

    private long nextPatience() {
        while (!impatient.isEmpty() && !isUndecided(impatient.firstEntry())) {
            impatient.removeFirst();
        }
        return impatient.isEmpty() ? Agenda.NEVER : impatient.firstTime();
    }

    private boolean isUndecided(long numberAndSlot) {
        Connection connection = inFlight.at((int) numberAndSlot);
        return connection.number == (int) (numberAndSlot >> 32) && !connection.decided;
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
        if (kind == Event.ACCEPTOR_READY) {
            programs[Agenda.slot(event)].wake();
            return true;
        }
        Connection connection = inFlight.at(Agenda.slot(event));
        boolean happened = true;
        if (kind <= Event.LAST_TO_SERVER) {
            Notice notice = connections.exists(connection)
                    ? connections.receive(kind, connection)
                    : handshakes.receive(kind, connection);
            if (notice != Notice.NOTHING) {
                tell(programs[port.number(connection)], notice, connection);
            }
        } else if (kind <= Event.LAST_TO_CLIENT) {
            if (connection.number < arrivals.count()) {
                clients.receive(kind, connection);
            }
        } else {
            switch (kind) {
                case Event.CLIENT_TIMER -> happened = clients.timer(connection);
                case Event.REQUEST_TIMER -> happened = handshakes.timer(connection);
                case Event.ANSWER_TIMER -> happened = connections.answerTimer(connection);
                case Event.CONNECT_RETURNS -> clients.connectReturns(connection);
                default -> programs[port.number(connection)].served(connection);
            }
        }
        inFlight.letGo(connection);
        return happened;
    }

    private static void tell(Program program, Notice notice, Connection connection) {
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
        int timeWaits = inFlight.timeWaits(at);
        if (timeWaits > 0) {
            serverSockets.put(SocketState.TIME_WAIT, timeWaits);
        }
        inFlight.forEach(connection -> {
            connections.countInto(serverSockets, connection, at);
            if (handshakes.isRequest(connection)) {
                serverSockets.merge(SocketState.SYN_RECV, 1, Integer::sum);
            }
            clients.countInto(clientSockets, connection);
        });
        return new SimulatedLook(
                Duration.ofNanos(at),
                serverSockets,
                clientSockets,
                Arrays.stream(listeners).map(ListenSocket::look).toList(),
                serverTally.moved(),
                clientTally.moved());
    }
}
