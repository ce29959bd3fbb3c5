package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Two hosts, a listener and a surge.
///
/// @param serverStack the TCP stack of the server
/// @param clientStack the TCP stack of the clients
/// @param serverSettings what differs from the defaults of the server's stack
/// @param clientSettings what differs from the defaults of the clients' stack
/// @param listener what the server says when it listens
/// @param acceptor the program behind the listener
/// @param link the way between the hosts
/// @param arrivals when the connections are due
/// @param client what each client does
/// @param flood when SYNs come that nobody stands behind: each is sent once, nothing that comes back is heard, and it
///     has no fate
/// @param timers how punctual retransmission timers are
/// @param until when to stop looking; empty to stop once every connection has its outcome
/// @param sampleEvery how often to look at the queues; zero for never
/// @param looks when to count the sockets by state, in order
/// @param seed the same plan with the same seed gives the same run
public record SimulationPlan(
        Stack serverStack,
        Stack clientStack,
        Map<Setting, Long> serverSettings,
        Map<Setting, Long> clientSettings,
        ListenerModel listener,
        AcceptorModel acceptor,
        LinkModel link,
        ArrivalModel arrivals,
        ClientModel client,
        ArrivalModel flood,
        TimerModel timers,
        Optional<Duration> until,
        Duration sampleEvery,
        List<Duration> looks,
        long seed) {

    public SimulationPlan {
        serverSettings = Map.copyOf(serverSettings);
        clientSettings = Map.copyOf(clientSettings);
        looks = looks.stream().sorted().toList();
    }

    /// A plan with one stack on both hosts, its defaults, exact timers, no samples, and seed 1.
    public static SimulationPlan of(
            Stack stack,
            ListenerModel listener,
            AcceptorModel acceptor,
            LinkModel link,
            ArrivalModel arrivals,
            ClientModel client) {
        return new SimulationPlan(
                stack,
                stack,
                Map.of(),
                Map.of(),
                listener,
                acceptor,
                link,
                arrivals,
                client,
                new ArrivalModel.Trace(List.of()),
                TimerModel.EXACT,
                Optional.empty(),
                Duration.ZERO,
                List.of(),
                1);
    }

    /// The same plan with other settings of the server.
    public SimulationPlan withServerSettings(Map<Setting, Long> settings) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                settings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                timers,
                until,
                sampleEvery,
                looks,
                seed);
    }

    /// The same plan with other settings of the clients.
    public SimulationPlan withClientSettings(Map<Setting, Long> settings) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                serverSettings,
                settings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                timers,
                until,
                sampleEvery,
                looks,
                seed);
    }

    /// The same plan with clients of another stack.
    public SimulationPlan withClients(Stack stack) {
        return new SimulationPlan(
                serverStack,
                stack,
                serverSettings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                timers,
                until,
                sampleEvery,
                looks,
                seed);
    }

    /// The same plan, with SYNs that nobody stands behind.
    public SimulationPlan floodedBy(ArrivalModel syns) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                serverSettings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                syns,
                timers,
                until,
                sampleEvery,
                looks,
                seed);
    }

    /// The same plan with other timers.
    public SimulationPlan withTimers(TimerModel other) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                serverSettings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                other,
                until,
                sampleEvery,
                looks,
                seed);
    }

    /// The same plan, looked at until a given time.
    public SimulationPlan until(Duration time) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                serverSettings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                timers,
                Optional.of(time),
                sampleEvery,
                looks,
                seed);
    }

    /// The same plan, with looks at the queues and at the sockets.
    public SimulationPlan watched(Duration every, List<Duration> socketLooks) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                serverSettings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                timers,
                until,
                every,
                socketLooks,
                seed);
    }

    /// The same plan with another seed.
    public SimulationPlan withSeed(long other) {
        return new SimulationPlan(
                serverStack,
                clientStack,
                serverSettings,
                clientSettings,
                listener,
                acceptor,
                link,
                arrivals,
                client,
                flood,
                timers,
                until,
                sampleEvery,
                looks,
                other);
    }

    /// A setting of the server, 0 where its stack has no such setting.
    long onServer(Setting setting) {
        return serverSettings.getOrDefault(setting, serverStack.defaults().getOrDefault(setting, 0L));
    }

    /// A setting of the clients, 0 where their stack has no such setting.
    long onClient(Setting setting) {
        return clientSettings.getOrDefault(setting, clientStack.defaults().getOrDefault(setting, 0L));
    }
}
