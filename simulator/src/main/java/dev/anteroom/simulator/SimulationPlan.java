package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Two hosts, who listens on one of them, and a surge from the other.
///
/// @param server the server's host
/// @param listeners who listens; several share the port by SO_REUSEPORT, and a connection goes to one of them by hash
/// @param link the way between the hosts
/// @param clientHost the host of all clients
/// @param client what each client does
/// @param arrivals when the connections are due
/// @param flood when SYNs come that nobody stands behind: each is sent once, nothing that comes back is heard, and it
///     has no fate
/// @param steps what changes meanwhile
/// @param timers how punctual retransmission timers are
/// @param observation what to look at
/// @param seed the same plan with the same seed gives the same run
public record SimulationPlan(
        HostModel server,
        List<ListenerModel> listeners,
        LinkModel link,
        HostModel clientHost,
        ClientModel client,
        ArrivalModel arrivals,
        ArrivalModel flood,
        List<Step> steps,
        TimerModel timers,
        Observation observation,
        long seed) {

    private static final int MOST_LISTENERS = 1024;

    public SimulationPlan {
        if (listeners.isEmpty() || listeners.size() > MOST_LISTENERS) {
            throw new IllegalArgumentException(
                    "1 to " + MOST_LISTENERS + " sockets can share a port here, not " + listeners.size());
        }
        listeners = List.copyOf(listeners);
        steps = steps.stream().sorted(Comparator.comparing(Step::at)).toList();
    }

    /// One stack with its defaults on both hosts, one listener, no flood, no steps, exact timers, seed 1; outcomes
    /// only.
    public static SimulationPlan of(
            Stack stack, ListenerModel listener, LinkModel link, ArrivalModel arrivals, ClientModel client) {
        HostModel host = HostModel.of(stack);
        return new SimulationPlan(
                host,
                List.of(listener),
                link,
                host,
                client,
                arrivals,
                ArrivalModel.NONE,
                List.of(),
                TimerModel.EXACT,
                Observation.OUTCOMES,
                1);
    }

    /// The same plan with these settings on the server's host.
    public SimulationPlan withServerSettings(Map<Setting, Long> settings) {
        HostModel host = new HostModel(server.stack(), settings);
        return new SimulationPlan(
                host, listeners, link, clientHost, client, arrivals, flood, steps, timers, observation, seed);
    }

    /// The same plan with these settings on the clients' host.
    public SimulationPlan withClientSettings(Map<Setting, Long> settings) {
        return withClientHost(new HostModel(clientHost.stack(), settings));
    }

    /// The same plan with another host of the clients.
    public SimulationPlan withClientHost(HostModel host) {
        return new SimulationPlan(
                server, listeners, link, host, client, arrivals, flood, steps, timers, observation, seed);
    }

    /// The same plan with other listeners.
    public SimulationPlan withListeners(List<ListenerModel> others) {
        return new SimulationPlan(
                server, others, link, clientHost, client, arrivals, flood, steps, timers, observation, seed);
    }

    /// The same plan, with SYNs that nobody stands behind.
    public SimulationPlan floodedBy(ArrivalModel syns) {
        return new SimulationPlan(
                server, listeners, link, clientHost, client, arrivals, syns, steps, timers, observation, seed);
    }

    /// The same plan with other steps.
    public SimulationPlan withSteps(List<Step> others) {
        return new SimulationPlan(
                server, listeners, link, clientHost, client, arrivals, flood, others, timers, observation, seed);
    }

    /// The same plan with other timers.
    public SimulationPlan withTimers(TimerModel others) {
        return new SimulationPlan(
                server, listeners, link, clientHost, client, arrivals, flood, steps, others, observation, seed);
    }

    /// The same plan, looked at another way.
    public SimulationPlan observed(Observation other) {
        return new SimulationPlan(
                server, listeners, link, clientHost, client, arrivals, flood, steps, timers, other, seed);
    }

    /// The same plan with another seed.
    public SimulationPlan withSeed(long other) {
        return new SimulationPlan(
                server, listeners, link, clientHost, client, arrivals, flood, steps, timers, observation, other);
    }
}
