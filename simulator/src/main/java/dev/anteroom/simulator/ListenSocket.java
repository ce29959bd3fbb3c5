package dev.anteroom.simulator;

import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.ServerRules.DeferRule;
import dev.anteroom.simulator.ServerRules.SynRoom;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// One listening socket: its accept queue, and the numbers that the kernel keeps of its SYN queue.
final class ListenSocket {
    private long limit;
    private long acceptCapacity;
    private long synCapacity;

    /// Requests that wait for their final ACK, and those of them whose timer has never fired.
    int requests;

    int young;

    /// Connections whose request came with the SYN and whose final ACK has not come yet.
    int fastOpens;

    long dropEvents;
    long lastCookie = Connection.NEVER;

    /// Its requests in the order in which they were made, those that are gone included; only for stacks that forget
    /// the oldest.
    final ConnectionQueue made;

    private final ConnectionQueue waiting;
    private int deepestSynQueue;
    private int deepestAcceptQueue;
    private long accepted;
    private boolean closed;
    private final int deferPeriods;
    private final OptionalInt synCount;
    private final int fastOpenLimit;

    /// @param server its host, with the settings at the time of listen(2)
    ListenSocket(HostModel server, ListenerModel model, InFlight inFlight) {
        made = new ConnectionQueue(inFlight);
        waiting = new ConnectionQueue(inFlight);
        listen(server, model.backlog());
        ServerRules rules = server.stack().server();
        deferPeriods = rules.defer() == DeferRule.NONE ? 0 : periods(model.deferAccept(), rules.synAckTimeout());
        synCount = model.synCount();
        fastOpenLimit = model.fastOpenQueue();
        synCapacity = server.stack().server().synRoom().capacity(limit, server.value(Setting.TCP_MAX_SYN_BACKLOG));
    }

    /// How many time-outs, each twice the one before, cover a time (`net/ipv4/tcp.c` secs_to_retrans).
    private static int periods(Duration time, Duration firstTimeout) {
        int periods = 0;
        Duration covered = Duration.ZERO;
        for (Duration next = firstTimeout; covered.compareTo(time) < 0; next = next.multipliedBy(2)) {
            covered = covered.plus(next);
            periods++;
        }
        return periods;
    }

    private void listen(HostModel server, int backlog) {
        limit = server.stack().limit(backlog, server.value(Setting.SOMAXCONN));
        acceptCapacity = server.stack().server().acceptRoom().capacity(limit);
    }

    /// listen(2) is called again. Up to 4.3 the SYN queue keeps the size of the first call.
    void listenAgain(HostModel server, int backlog) {
        listen(server, backlog);
        SynRoom room = server.stack().server().synRoom();
        if (room == SynRoom.LINUX_AT_LIMIT || room == SynRoom.LINUX_ABOVE_LIMIT || room == SynRoom.GVISOR_AT_LIMIT) {
            synCapacity = room.capacity(limit, 0);
        }
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    long limit() {
        return limit;
    }

    boolean acceptQueueFull() {
        return depth() >= acceptCapacity;
    }

    /// Whether connections and requests together take all places.
    boolean sharedRoomFull() {
        return depth() + requests >= acceptCapacity;
    }

    /// How many time-outs of a request TCP_DEFER_ACCEPT lasts, 0 without it.
    int deferPeriods() {
        return deferPeriods;
    }

    /// How often its SYN-ACKs are sent again.
    ///
    /// @param setting tcp_synack_retries, which TCP_SYNCNT of the listener overrides
    long retries(long setting) {
        return synCount.isPresent() ? synCount.getAsInt() : setting;
    }

    /// How many connections may wait for their final ACK with the request taken already, 0 for none.
    int fastOpenLimit() {
        return fastOpenLimit;
    }

    long synCapacity() {
        return synCapacity;
    }

    /// How many connections wait for accept(2).
    int depth() {
        return waiting.size();
    }

    boolean synQueueFull() {
        return requests >= synCapacity;
    }

    void enqueue(Connection connection) {
        waiting.add(connection);
        deepestAcceptQueue = Math.max(deepestAcceptQueue, waiting.size());
    }

    /// Takes the connection that waits longest; there must be one.
    Connection dequeue() {
        accepted++;
        return waiting.poll();
    }

    void addRequest() {
        requests++;
        young++;
        deepestSynQueue = Math.max(deepestSynQueue, requests);
    }

    SimulatedListener look() {
        QueueSample queue = new QueueSample(depth(), OptionalLong.of(limit), OptionalLong.of(dropEvents));
        return new SimulatedListener(queue, requests, deepestAcceptQueue, deepestSynQueue, accepted);
    }
}
