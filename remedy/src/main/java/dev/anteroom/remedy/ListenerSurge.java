package dev.anteroom.remedy;

import dev.anteroom.diagnosis.ServerSoftware;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.CounterStep;
import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.queue.TcpCounters;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.Surge;
import dev.anteroom.traffic.SurgePlan;
import dev.anteroom.traffic.Talk;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The same surge, fired again and again at running listeners of this host, from inside their network namespace and
/// over its loopback device. For one thread; [#stop()] may come from any other.
public final class ListenerSurge {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final int connections;
    private final Arrivals arrivals;
    private final Talk talk;
    private final Duration patience;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Optional<Surge> running = Optional.empty();

    /// @param connections how many
    /// @param arrivals when they are due
    /// @param talk what is said on each
    /// @param patience how long a client waits
    public ListenerSurge(int connections, Arrivals arrivals, Talk talk, Duration patience) {
        this.connections = connections;
        this.arrivals = arrivals;
        this.talk = talk;
        this.patience = patience;
    }

    /// Fires it once, after the queue has had the time of one patience to become as empty as it gets.
    ///
    /// @param listeners one, or all that share its port in its network namespace
    /// @throws KernelException if the namespace cannot be entered, or a listener is gone
    public Trial fireAt(List<Listener> listeners) throws InterruptedException {
        NetworkNamespace namespace = NetworkNamespace.of(listeners.getFirst().namespace());
        List<QueueSample> before = calm(namespace, listeners);
        TcpCounters counters = namespace.counters();
        SurgeResult result = namespace.inside(() -> surge(listeners.getFirst()));
        OptionalLong ofAll = namespace.counters().movedSince(counters, Counter.LISTEN_DROPS);
        long limit = before.stream()
                .mapToLong(queue -> queue.limit().orElse(0))
                .min()
                .orElseThrow();
        return new Trial(limit, result, OptionalLong.empty(), ownDrops(before, samples(namespace, listeners), ofAll));
    }

    /// The counter is of the whole namespace; no listener refuses more segments than it has drop events.
    private static OptionalLong ownDrops(List<QueueSample> before, List<QueueSample> after, OptionalLong ofAll) {
        long events = 0;
        for (int i = 0; i < before.size(); i++) {
            OptionalLong first = before.get(i).dropEvents();
            OptionalLong second = after.get(i).dropEvents();
            if (first.isEmpty() || second.isEmpty()) {
                return ofAll;
            }
            events += CounterStep.between32(first.getAsLong(), second.getAsLong());
        }
        return ofAll.isEmpty() ? ofAll : OptionalLong.of(Math.min(ofAll.getAsLong(), events));
    }

    private List<QueueSample> calm(NetworkNamespace namespace, List<Listener> listeners) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<QueueSample> now = samples(namespace, listeners);
        while (now.stream().anyMatch(queue -> queue.depth() > 0)
                && System.nanoTime() < end
                && !stopped.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
            now = samples(namespace, listeners);
        }
        return now;
    }

    private static List<QueueSample> samples(NetworkNamespace namespace, List<Listener> listeners) {
        return listeners.stream()
                .map(one -> namespace
                        .sample(one)
                        .orElseThrow(() -> new KernelException(
                                one.label() + " listens no more; look again with 'anteroom doctor'")))
                .toList();
    }

    private SurgeResult surge(Listener listener) {
        Surge surge = new Surge(new SurgePlan(
                address(listener),
                connections,
                arrivals,
                talk,
                Optional.empty(),
                patience,
                List.of(),
                SurgePlan.usefulThreads(connections)));
        running = Optional.of(surge);
        if (stopped.getCount() == 0) {
            surge.stop(); // it was stopped before there was one
        }
        try {
            return surge.run((_, _) -> {});
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KernelException("interrupted during the surge; run again");
        }
    }

    /// Where its clients find it inside.
    private static InetSocketAddress address(Listener listener) {
        Endpoint endpoint = listener.endpoint();
        InetAddress own = InetAddress.ofLiteral(endpoint.address());
        if (!own.isAnyLocalAddress()) {
            return new InetSocketAddress(own, endpoint.port());
        }
        boolean six = endpoint.family() == Family.INET6 && listener.v6Only();
        return new InetSocketAddress(InetAddress.ofLiteral(six ? "::1" : "127.0.0.1"), endpoint.port());
    }

    /// What a client says to such a server, so that it is served by its first words; HTTP where nobody knows. A
    /// protocol that takes more is left at the handshake.
    public static Talk usualTalk(Optional<ServerSoftware> software) {
        return switch (software.map(ServerSoftware::name).orElse("")) {
            case "Redis", "Valkey" -> new Talk.ClientFirst("PING\r\n");
            case "memcached" -> new Talk.ClientFirst("version\r\n");
            case "OpenSSH", "MySQL", "MariaDB" -> new Talk.ServerFirst();
            case "PostgreSQL", "MongoDB", "RabbitMQ", "Kafka", "ZooKeeper", "Cassandra" -> new Talk.ConnectOnly();
            default -> new Talk.Http("GET / HTTP/1.1", List.of("Host: localhost", "Connection: close"));
        };
    }

    /// Ends the surge that is going on and keeps others from beginning.
    public void stop() {
        stopped.countDown();
        running.ifPresent(Surge::stop);
    }
}
