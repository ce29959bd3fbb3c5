package dev.anteroom.lab;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Latency;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.simulator.Stack;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one run of a scenario showed, measured or predicted.
///
/// @param stack whose rules held
/// @param lookedAt when the sockets, the queues and the counters were looked at, from the start of the surge
/// @param clientSockets how many ends of the client were in each state at that moment, by the names of netstat(8)
/// @param serverSockets the same of the server's ends, listeners left out
/// @param listeners the accept queue of each listener at that moment, the fullest first
/// @param counters how far each counter of the server's host had moved by then
/// @param countersAtEnd how far it had moved when every connection had met its fate
/// @param depths both queues over time
/// @param surge what became of the connections
public record Observation(
        Stack stack,
        Duration lookedAt,
        SortedMap<String, Integer> clientSockets,
        SortedMap<String, Integer> serverSockets,
        List<QueueSample> listeners,
        Map<Counter, Long> counters,
        Map<Counter, Long> countersAtEnd,
        List<QueueDepth> depths,
        SurgeResult surge) {

    /// The member of an SO_REUSEPORT group that its clients notice most comes first.
    static final Comparator<QueueSample> FULLEST_FIRST = Comparator.comparingLong(
                    (QueueSample queue) -> queue.depth() - queue.limit().orElse(0))
            .reversed();

    public Observation {
        clientSockets = Collections.unmodifiableSortedMap(new TreeMap<>(clientSockets));
        serverSockets = Collections.unmodifiableSortedMap(new TreeMap<>(serverSockets));
        listeners = List.copyOf(listeners);
        counters = Map.copyOf(counters);
        countersAtEnd = Map.copyOf(countersAtEnd);
        depths = List.copyOf(depths);
    }

    /// How many connections a listener's accept queue holds, by the rules of the stack; empty where its limit is.
    public OptionalLong capacity(QueueSample listener) {
        return listener.limit().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(stack.capacity(listener.limit().getAsLong()));
    }

    /// The most connections that were seen in the accept queues at once.
    public long peakDepth() {
        return depths.stream().mapToLong(QueueDepth::accept).max().orElse(0);
    }

    /// The most requests that were seen in the SYN queue at once.
    public long peakSynQueue() {
        return depths.stream().mapToLong(QueueDepth::syn).max().orElse(0);
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
            case Quantity.CAPACITY -> capacity(listener);
            case Quantity.DROP_EVENTS -> listener.dropEvents();
            case Quantity.PEAK_DEPTH -> OptionalLong.of(peakDepth());
            case Quantity.SYN_QUEUE -> OptionalLong.of(peakSynQueue());
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

    private static OptionalLong count(Map<String, Integer> sockets, String quantity) {
        return OptionalLong.of(sockets.getOrDefault(quantity.substring(quantity.indexOf('.') + 1), 0));
    }

    private static OptionalLong time(Latency latency, Duration value) {
        return latency.count() == 0 ? OptionalLong.empty() : OptionalLong.of(value.toNanos());
    }
}
