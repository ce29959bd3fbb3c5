package dev.anteroom.lab;

import dev.anteroom.kernel.ConnectionRow;
import dev.anteroom.kernel.Link;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.Latency;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.SurgeResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one run showed.
///
/// @param lookedAt when the sockets, the queues and the counters were looked at, from the start of the surge
/// @param clientSockets the client's end of each connection at that moment
/// @param serverSockets the server's end, listeners left out
/// @param listeners the accept queue of each listener at that moment
/// @param counters how far each counter of the server's host had moved by then
/// @param countersAtEnd how far it had moved when every connection had met its fate
/// @param depths both queues over time
/// @param surge what became of the connections
/// @param evidence the server's host as doctor sees it, from the start of the surge to the look
/// @param link what the link did
/// @param handshakes what the packets show, with one connection of each fate
public record Measured(
        Duration lookedAt,
        List<ConnectionRow> clientSockets,
        List<ConnectionRow> serverSockets,
        List<QueueSample> listeners,
        Map<Counter, Long> counters,
        Map<Counter, Long> countersAtEnd,
        List<QueueDepth> depths,
        SurgeResult surge,
        Evidence evidence,
        Link.Statistics link,
        HandshakeTally handshakes) {

    public Measured {
        clientSockets = List.copyOf(clientSockets);
        serverSockets = List.copyOf(serverSockets);
        listeners = List.copyOf(listeners);
        counters = Map.copyOf(counters);
        countersAtEnd = Map.copyOf(countersAtEnd);
        depths = List.copyOf(depths);
    }

    /// How many sockets are in each state.
    public static SortedMap<String, Integer> byState(List<ConnectionRow> sockets) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        sockets.forEach(socket -> counts.merge(socket.state().name(), 1, Integer::sum));
        return counts;
    }

    /// The value of a quantity that a scenario may expect something of; for a time in nanoseconds.
    OptionalLong value(String quantity) {
        if (quantity.startsWith("client.")) {
            return count(clientSockets, quantity);
        }
        if (quantity.startsWith("server.")) {
            return count(serverSockets, quantity);
        }
        for (Outcome outcome : Outcome.values()) {
            if (outcome.id().equals(quantity)) {
                return OptionalLong.of(surge.outcomes().getOrDefault(outcome, 0));
            }
        }
        for (Counter counter : Counter.values()) {
            if (counter.kernelName().equals(quantity)) {
                Long moved = counters.get(counter);
                return moved == null ? OptionalLong.empty() : OptionalLong.of(moved);
            }
        }
        QueueSample listener = listeners.getFirst();
        return switch (quantity) {
            case Quantity.DEPTH -> OptionalLong.of(listener.depth());
            case Quantity.LIMIT -> listener.limit();
            case Quantity.CAPACITY ->
                listener.limit().isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(listener.limit().getAsLong() + 1);
            case Quantity.DROP_EVENTS -> listener.dropEvents();
            case Quantity.PEAK_DEPTH ->
                depths.stream().mapToLong(QueueDepth::accept).max();
            case Quantity.SYN_QUEUE ->
                OptionalLong.of(depths.stream().mapToLong(QueueDepth::syn).max().orElse(0));
            case Quantity.SYN_RETRANSMISSIONS ->
                OptionalLong.of(surge.synRetransmissions().entrySet().stream()
                        .mapToLong(entry -> (long) entry.getKey() * entry.getValue())
                        .sum());
            case Quantity.CONNECT_MAX -> time(surge.connect(), surge.connect().max());
            case Quantity.FIRST_BYTE_MAX ->
                time(surge.firstByte(), surge.firstByte().max());
            case Quantity.FIRST_BYTE_MEDIAN ->
                time(surge.firstByte(), surge.firstByte().p50());
            default -> throw new IllegalArgumentException("no quantity " + quantity);
        };
    }

    private static OptionalLong count(List<ConnectionRow> sockets, String quantity) {
        return OptionalLong.of(byState(sockets).getOrDefault(quantity.substring(quantity.indexOf('.') + 1), 0));
    }

    private static OptionalLong time(Latency latency, Duration value) {
        return latency.count() == 0 ? OptionalLong.empty() : OptionalLong.of(value.toNanos());
    }
}
