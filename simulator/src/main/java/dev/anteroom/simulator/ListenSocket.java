package dev.anteroom.simulator;

import dev.anteroom.queue.QueueSample;
import java.util.OptionalLong;

/// One listening socket: its accept queue, and the numbers that the kernel keeps of its SYN queue.
final class ListenSocket {
    static final long NEVER = Long.MIN_VALUE;

    final long limit;
    final long acceptCapacity;
    final long synCapacity;

    /// Requests that wait for their final ACK, and those of them whose timer has never fired.
    int requests;

    int young;
    long dropEvents;
    long lastCookie = NEVER;

    private final IntRing waiting = new IntRing();
    private int deepestSynQueue;
    private int deepestAcceptQueue;
    private long accepted;

    ListenSocket(long limit, long acceptCapacity, long synCapacity) {
        this.limit = limit;
        this.acceptCapacity = acceptCapacity;
        this.synCapacity = synCapacity;
    }

    /// How many connections wait for accept(2).
    int depth() {
        return waiting.size();
    }

    boolean synQueueFull() {
        return requests >= synCapacity;
    }

    void enqueue(int connection) {
        waiting.add(connection);
        deepestAcceptQueue = Math.max(deepestAcceptQueue, waiting.size());
    }

    /// Takes the connection that waits longest; there must be one.
    int dequeue() {
        accepted++;
        return waiting.poll();
    }

    void addRequest() {
        requests++;
        young++;
        deepestSynQueue = Math.max(deepestSynQueue, requests);
    }

    SimulatedListener atEnd() {
        QueueSample queue = new QueueSample(depth(), OptionalLong.of(limit), OptionalLong.of(dropEvents));
        return new SimulatedListener(queue, requests, deepestAcceptQueue, deepestSynQueue, accepted);
    }
}
