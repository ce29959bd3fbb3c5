package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.SurgeResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What came of a plan.
///
/// @param surge the fate of every connection
/// @param serverMoved by how much each counter of the server moved; those that did not are absent
/// @param clientMoved the same of the clients' host
/// @param listeners each listening socket at the end, in the order of the plan
/// @param samples the depths of both queues over time
/// @param looks everything, when the plan asked for it
/// @param ended when the run ended, from the start of the surge
/// @param events how many events were simulated
/// @param mostInFlight how many connections were under way at once, at the most; those of a flood included
public record SimulatedRun(
        SurgeResult surge,
        Map<Counter, Long> serverMoved,
        Map<Counter, Long> clientMoved,
        List<SimulatedListener> listeners,
        List<DepthSample> samples,
        List<SimulatedLook> looks,
        Duration ended,
        long events,
        int mostInFlight) {

    public SimulatedRun {
        listeners = List.copyOf(listeners);
        samples = List.copyOf(samples);
        looks = List.copyOf(looks);
    }

    /// By how much a counter of the server moved.
    public long moved(Counter counter) {
        return serverMoved.getOrDefault(counter, 0L);
    }
}
