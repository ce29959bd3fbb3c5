package dev.anteroom.report;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.HostProcess;
import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.NetworkSettings;
import dev.anteroom.queue.NotMeasured;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.TcpCounters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A host as a test wants it: one namespace, a few listeners.
final class Host {
    private Host() {}

    static Evidence with(Duration window, ListenerEvidence... listeners) {
        NamespaceEvidence namespace = new NamespaceEvidence(
                4026531840L,
                "blue",
                new NetworkSettings(Map.of(Setting.SOMAXCONN, 5L, Setting.TCP_SYNCOOKIES, 1L), Optional.empty()),
                new TcpCounters(
                        window.isZero()
                                ? Map.of(Counter.LISTEN_OVERFLOWS, 4L, Counter.LISTEN_DROPS, 4L)
                                : Map.of(Counter.LISTEN_OVERFLOWS, 0L, Counter.LISTEN_DROPS, 0L)),
                new TcpCounters(Map.of(Counter.LISTEN_OVERFLOWS, 4L, Counter.LISTEN_DROPS, 4L)),
                List.of(listeners),
                0);
        return new Evidence(
                KernelVersion.of(6, 18, 44),
                window,
                List.of(namespace),
                List.of(new NotMeasured("the moon", "it is too far", "build a rocket")));
    }

    static ListenerEvidence tcp(int port, long depth, OptionalLong limit, OptionalLong drops) {
        return listener(new Endpoint(Family.INET, "127.0.0.1", port), port, depth, limit, drops);
    }

    static ListenerEvidence unix(String path) {
        return listener(new Endpoint(Family.UNIX, path, 0), 99, 0, OptionalLong.of(5), OptionalLong.empty());
    }

    private static ListenerEvidence listener(
            Endpoint endpoint, long inode, long depth, OptionalLong limit, OptionalLong drops) {
        Listener socket = new Listener(
                4026531840L,
                endpoint,
                inode,
                inode,
                false,
                OptionalInt.of(33),
                limit.isEmpty()
                        ? List.of()
                        : List.of(new HostProcess(812, "nginx", "", false, Optional.empty(), Optional.empty())));
        QueueSample before =
                new QueueSample(depth, limit, drops.isPresent() ? OptionalLong.of(drops.getAsLong() / 2) : drops);
        return new ListenerEvidence(
                socket,
                Optional.of(before),
                new QueueSample(depth, limit, drops),
                OptionalLong.empty(),
                Optional.empty());
    }
}
