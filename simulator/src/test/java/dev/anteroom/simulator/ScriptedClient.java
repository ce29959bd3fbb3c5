package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A server that is sent single segments, one way without delay, and whose answers are written down.
final class ScriptedClient {
    private static final int CONNECTIONS = 20_000;

    /// A segment that the server sent.
    record Sent(int kind, int connection, double seconds) {}

    final List<Sent> sent = new ArrayList<>();

    private final InFlight inFlight = new InFlight();
    private final Agenda agenda = new Agenda(inFlight);
    private final Tally tally = new Tally();
    private final Connection[] all = new Connection[CONNECTIONS];
    private final ListenSocket listener;
    private final Connections connections;
    private final Handshakes handshakes;

    ScriptedClient(Stack stack, ListenerModel model, Map<Setting, Long> settings) {
        SimulationPlan plan = SimulationPlan.of(
                        stack, model, LinkModel.loopback(), ArrivalModel.NONE, ClientModel.connectsOnly())
                .withServerSettings(settings);
        Wire wire = new Wire(plan.link(), agenda, new SplitMix64(1));
        Port port = new Port(plan, inFlight);
        listener = port.members()[0];
        connections = new Connections(plan, agenda, wire, tally, port);
        handshakes = new Handshakes(plan, agenda, wire, tally, port, connections, inFlight, CONNECTIONS);
        Arrays.setAll(all, number -> inFlight.take(number, 0));
    }

    static ScriptedClient of(int backlog, Map<Setting, Long> settings) {
        return on("linux-6.14", backlog, settings);
    }

    static ScriptedClient on(String stack, int backlog, Map<Setting, Long> settings) {
        return new ScriptedClient(Stack.named(stack), ListenerModel.of(backlog, AcceptorModel.never()), settings);
    }

    /// Sends one segment of each of the connections `from` to below `to`.
    ScriptedClient send(int kind, int from, int to) {
        for (int connection = from; connection < to; connection++) {
            deliver(kind, all[connection]);
            run(agenda.now());
        }
        return this;
    }

    /// Whole handshakes of the connections `from` to below `to`, each done before the next begins.
    ScriptedClient connect(int from, int to) {
        for (int connection = from; connection < to; connection++) {
            send(Event.SYN, connection, connection + 1).send(Event.ACK, connection, connection + 1);
        }
        return this;
    }

    /// Lets time go on.
    ScriptedClient waitUntil(Duration time) {
        run(time.toNanos());
        agenda.goTo(time.toNanos());
        return this;
    }

    /// Takes a connection out of the accept queue.
    int accept() {
        return listener.dequeue().number;
    }

    private void run(long until) {
        while (agenda.find() <= until) {
            int event = agenda.next();
            int kind = Agenda.kind(event);
            Connection connection = inFlight.at(Agenda.slot(event));
            if (kind > Event.LAST_TO_SERVER && kind <= Event.LAST_TO_CLIENT) {
                sent.add(new Sent(kind, connection.number, agenda.now() / 1e9));
            } else if (kind == Event.REQUEST_TIMER) {
                handshakes.timer(connection);
            }
        }
    }

    private void deliver(int kind, Connection connection) {
        if (connections.exists(connection)) {
            connections.receive(kind, connection);
        } else {
            handshakes.receive(kind, connection);
        }
    }

    /// How often the server sent a kind of segment.
    long count(int kind) {
        return sent.stream().filter(one -> one.kind == kind).count();
    }

    /// When the server sent a kind of segment to one client, in seconds.
    List<Double> times(int kind, int connection) {
        return sent.stream()
                .filter(one -> one.kind == kind && one.connection == connection)
                .map(Sent::seconds)
                .toList();
    }

    Map<Counter, Long> moved() {
        return tally.moved();
    }

    int requests() {
        return listener.requests;
    }

    int depth() {
        return listener.depth();
    }

    long dropEvents() {
        return listener.dropEvents;
    }
}
