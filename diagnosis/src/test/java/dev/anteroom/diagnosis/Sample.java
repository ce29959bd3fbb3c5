package dev.anteroom.diagnosis;

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
import dev.anteroom.queue.QueueContents;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.TcpCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Evidence of one namespace, written down by hand. It starts out healthy: a current kernel, its default settings,
/// every counter 0.
final class Sample {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private int closedInWindow;
    private KernelVersion kernel = KernelVersion.of(6, 18, 44);
    private Duration window = Duration.ofSeconds(1);
    private final Map<Setting, Long> settings = new EnumMap<>(Setting.class);
    private final Map<Counter, Long> before = new EnumMap<>(Counter.class);
    private final Map<Counter, Long> after = new EnumMap<>(Counter.class);
    private final List<One> listeners = new ArrayList<>();
    private Optional<Instant> somaxconnWritten = Optional.empty();

    Sample() {
        settings.put(Setting.SOMAXCONN, 4096L);
        settings.put(Setting.TCP_SYNCOOKIES, 1L);
        settings.put(Setting.TCP_MAX_SYN_BACKLOG, 2048L);
        settings.put(Setting.TCP_ABORT_ON_OVERFLOW, 0L);
        settings.put(Setting.TCP_EHASH_ENTRIES, 262_144L);
        for (Counter counter : Counter.values()) {
            before.put(counter, 0L);
            after.put(counter, 0L);
        }
    }

    Sample kernel(int major, int minor, int patch) {
        kernel = KernelVersion.of(major, minor, patch);
        return this;
    }

    Sample window(long seconds) {
        window = Duration.ofSeconds(seconds);
        return this;
    }

    Sample set(Setting setting, long value) {
        settings.put(setting, value);
        return this;
    }

    /// Somaxconn was written so long after [#START].
    Sample somaxconnWritten(long seconds) {
        somaxconnWritten = Optional.of(START.plusSeconds(seconds));
        return this;
    }

    /// A counter that stood at some value and moved by some steps in the window.
    Sample count(Counter counter, long first, long moved) {
        before.put(counter, first);
        after.put(counter, first + moved);
        return this;
    }

    Sample noSettings() {
        settings.clear();
        return this;
    }

    Sample noCounters() {
        before.clear();
        after.clear();
        return this;
    }

    /// Listeners that were there at the start of the window only.
    Sample closedInWindow(int number) {
        closedInWindow = number;
        return this;
    }

    /// A listener on a port: IPv4, limit 128, nothing in its queue.
    One listener(int port) {
        One one = new One(port, listeners.size() + 1);
        listeners.add(one);
        return one;
    }

    Evidence evidence() {
        NamespaceEvidence namespace = new NamespaceEvidence(
                1,
                "host",
                new NetworkSettings(settings, somaxconnWritten),
                new TcpCounters(before),
                new TcpCounters(after),
                listeners.stream().map(One::evidence).toList(),
                closedInWindow);
        return new Evidence(kernel, window, List.of(namespace), List.of());
    }

    List<Finding> findings() {
        return Diagnosis.of(evidence());
    }

    List<Cause> causes() {
        return findings().stream().map(Finding::cause).toList();
    }

    /// The findings of one cause.
    List<Finding> findings(Cause cause) {
        return findings().stream().filter(finding -> finding.cause() == cause).toList();
    }

    /// The only finding of a cause.
    Finding finding(Cause cause) {
        List<Finding> found = findings(cause);
        if (found.size() != 1) {
            throw new AssertionError("one finding " + cause + " expected in " + findings());
        }
        return found.getFirst();
    }

    /// One listener.
    static final class One {
        private final int port;
        private final int id;
        private Family family = Family.INET;
        private OptionalLong limit = OptionalLong.of(128);
        private Optional<Long> depthBefore = Optional.of(0L);
        private long depthAfter;
        private OptionalLong dropsBefore = OptionalLong.of(0);
        private OptionalLong dropsAfter = OptionalLong.of(0);
        private OptionalLong synQueue = OptionalLong.of(0);
        private Optional<QueueContents> contents = Optional.empty();
        private String process = "server";
        private boolean stopped;

        private One(int port, int id) {
            this.port = port;
            this.id = id;
        }

        One unix() {
            family = Family.UNIX;
            return noDropEvents();
        }

        One limit(long value) {
            limit = OptionalLong.of(value);
            return this;
        }

        One noLimit() {
            limit = OptionalLong.empty();
            return this;
        }

        One depth(long first, long last) {
            depthBefore = Optional.of(first);
            depthAfter = last;
            return this;
        }

        One bornInWindow() {
            depthBefore = Optional.empty();
            return this;
        }

        /// Drop events at the start of the window and those that came in it.
        One drops(long first, long moved) {
            dropsBefore = OptionalLong.of(first);
            dropsAfter = OptionalLong.of(first + moved);
            return this;
        }

        One noDropEvents() {
            dropsBefore = OptionalLong.empty();
            dropsAfter = OptionalLong.empty();
            return this;
        }

        One synQueue(long requests) {
            synQueue = OptionalLong.of(requests);
            return this;
        }

        One contents(long atStart, long stillWaiting, long visible, long closedByPeer) {
            contents =
                    Optional.of(new QueueContents(atStart, atStart, stillWaiting, visible, closedByPeer, depthAfter));
            return this;
        }

        One process(String name) {
            process = name;
            return this;
        }

        One stopped() {
            stopped = true;
            return this;
        }

        Listener socket() {
            String address = family == Family.UNIX ? "/run/" + port + ".sock" : "127.0.0.1";
            return new Listener(
                    1,
                    new Endpoint(family, address, family == Family.UNIX ? 0 : port),
                    id,
                    id,
                    false,
                    OptionalInt.of(0),
                    List.of(new HostProcess(100 + id, process, "", stopped, Optional.of(START), Optional.empty())));
        }

        private ListenerEvidence evidence() {
            return new ListenerEvidence(
                    socket(),
                    depthBefore.map(depth -> new QueueSample(depth, limit, dropsBefore)),
                    new QueueSample(depthAfter, limit, dropsAfter),
                    synQueue,
                    contents);
        }
    }
}
