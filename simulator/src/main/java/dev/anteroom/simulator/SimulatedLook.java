package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Everything at one moment of a run.
///
/// @param at when, from the start of the surge
/// @param serverSockets how many sockets of the server are in each state, connections that nobody has accepted
///     included; states that none is in are absent
/// @param clientSockets the same of the clients
/// @param listeners each listening socket
/// @param serverMoved by how much each counter of the server had moved; those that had not are absent
/// @param clientMoved the same of the clients' host
public record SimulatedLook(
        Duration at,
        Map<SocketState, Integer> serverSockets,
        Map<SocketState, Integer> clientSockets,
        List<SimulatedListener> listeners,
        Map<Counter, Long> serverMoved,
        Map<Counter, Long> clientMoved) {

    public SimulatedLook {
        listeners = List.copyOf(listeners);
    }
}
