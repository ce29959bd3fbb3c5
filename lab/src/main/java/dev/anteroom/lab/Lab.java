package dev.anteroom.lab;

import dev.anteroom.capture.LinkCapture;
import dev.anteroom.kernel.ConnectionRow;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.kernel.TcpState;
import dev.anteroom.kernel.Watch;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.queue.TcpCounters;
import dev.anteroom.simulator.Stack;
import dev.anteroom.traffic.Surge;
import dev.anteroom.traffic.SurgePlan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Stages one scenario on the running kernel: two network namespaces of this process, a link between them, a server
/// in one and a surge from the other. Nothing outside them is touched, and nothing of them outlives this process.
///
/// For one run. Needs root or a user namespace of one's own; see `PrivateHosts`.
public final class Lab {
    private static final Set<TcpState> CONNECTIONS = EnumSet.complementOf(EnumSet.of(TcpState.LISTEN));

    /// Under a storm of drops no look is quiet; then the last one has to do.
    private static final int MOST_LOOKS = 20;

    private final Scenario scenario;
    private final Optional<Path> capture;
    private final Surge.Progress progress;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Duration samplePeriod;
    private volatile Optional<Surge> running = Optional.empty();

    /// @param scenario what to stage
    /// @param capture where to keep every packet, as pcapng; empty for nowhere
    /// @param progress is told how far the surge is
    public Lab(Scenario scenario, Optional<Path> capture, Surge.Progress progress) {
        this(scenario, capture, progress, QueueSampler.SHORTEST_PERIOD);
    }

    /// @param samplePeriod least time from one sample of the queues to the next
    Lab(Scenario scenario, Optional<Path> capture, Surge.Progress progress, Duration samplePeriod) {
        this.scenario = scenario;
        this.capture = capture;
        this.progress = progress;
        this.samplePeriod = samplePeriod;
    }

    /// Ends the surge early, from another thread, and does not wait for the time of the look: the run then shows what
    /// it has.
    public void stop() {
        stopped.countDown();
        running.ifPresent(Surge::stop);
    }

    /// Stages it, and returns when every connection has met its fate and the look has been taken.
    ///
    /// @throws KernelException if namespaces, devices or the server cannot be had
    @SuppressWarnings("try") // the link is closed where its part ends, and again where the block does
    public LabRun run() throws InterruptedException {
        try (LinkCapture packets = capture.map(LinkCapture::to).orElseGet(LinkCapture::withoutFile);
                PrivateHost server = PrivateHost.open("server", scenario.server());
                PrivateHost client = PrivateHost.open("client", scenario.client());
                Link link = Link.between(
                        client, server, scenario.link(), scenario.surge().sources(), packets::packet);
                StagedServers _ = StagedServers.start(server, scenario.listeners());
                Watch watch = server.watch()) {
            TcpCounters before = server.counters();
            Surge shots = surge();
            CompletableFuture<SurgeResult> surge = fire(shots, client);
            // Its thread has to enter the namespace and to make its sockets first.
            long start = shots.awaitStart().orElseGet(System::nanoTime);
            try (QueueSampler sampler =
                    QueueSampler.start(server, scenario.port(), start, scenario.lasts(), samplePeriod)) {
                carryOutSteps(server, start);
                sleepUntil(start + scenario.look().toNanos());
                Look look = look(server, client, watch, start);
                SurgeResult result = await(surge);
                Observation measured = new Observation(
                        Stack.of(RunningKernel.version()),
                        look.at,
                        byState(look.clientSockets),
                        byState(look.serverSockets),
                        look.listeners,
                        moved(before, look.counters),
                        moved(before, server.counters()),
                        sampler.stop(),
                        result);
                Link.Statistics statistics = link.statistics();
                link.close(); // before the server, whose end would look like a part of the run
                HandshakeTally handshakes = packets.finish();
                Traces traces = new Traces(
                        look.clientSockets,
                        look.serverSockets,
                        look.evidence,
                        statistics,
                        handshakes,
                        packets.failure());
                return sideBySide(measured, traces);
            } finally {
                stop();
            }
        }
    }

    private LabRun sideBySide(Observation measured, Traces traces) {
        Stack stack = measured.stack();
        Optional<Duration> width = Optional.of(measured.surge().burstWidth());
        return new LabRun(
                scenario,
                stack.name(),
                Optional.of(measured),
                Prediction.of(scenario, stack, width),
                Optional.of(traces));
    }

    private static SortedMap<String, Integer> byState(List<ConnectionRow> sockets) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        sockets.forEach(socket -> counts.merge(socket.state().name(), 1, Integer::sum));
        return counts;
    }

    private Surge surge() {
        List<InetAddress> sources = scenario.surge().sources() == 1
                ? List.of()
                : IntStream.range(0, scenario.surge().sources())
                        .mapToObj(Link::clientAddress)
                        .map(InetAddress::ofLiteral)
                        .toList();
        Surge surge = new Surge(new SurgePlan(
                new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), scenario.port()),
                scenario.surge().connections(),
                scenario.surge().arrivals(),
                scenario.surge().talk(),
                Optional.empty(),
                scenario.surge().patience(),
                sources,
                SurgePlan.usefulThreads(scenario.surge().connections())));
        running = Optional.of(surge);
        if (stopped.getCount() == 0) {
            surge.stop(); // it was stopped before there was one
        }
        return surge;
    }

    private CompletableFuture<SurgeResult> fire(Surge surge, PrivateHost client) {
        CompletableFuture<SurgeResult> result = new CompletableFuture<>();
        client.thread("surge", () -> {
            try {
                result.complete(surge.run(progress));
            } catch (InterruptedException | RuntimeException | Error failed) { // whatever it is, somebody waits
                surge.stop();
                result.completeExceptionally(failed);
            }
        });
        return result;
    }

    private static SurgeResult await(CompletableFuture<SurgeResult> surge) throws InterruptedException {
        try {
            return surge.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KernelException refused) {
                throw refused;
            }
            throw new CompletionException(failed.getCause());
        }
    }

    /// Those that are due before the look; a scenario changes nothing after it.
    private void carryOutSteps(PrivateHost server, long start) throws InterruptedException {
        for (Scenario.Step step : scenario.steps().stream()
                .sorted(Comparator.comparing(Scenario.Step::at))
                .toList()) {
            if (!sleepUntil(start + step.at().toNanos())) {
                return;
            }
            step.settings().forEach(server::set);
        }
    }

    /// Whether that time has come; false at once if the run is stopped before.
    private boolean sleepUntil(long nanoTime) throws InterruptedException {
        return !stopped.await(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private record Look(
            Duration at,
            List<ConnectionRow> clientSockets,
            List<ConnectionRow> serverSockets,
            List<QueueSample> listeners,
            TcpCounters counters,
            Evidence evidence) {}

    /// Looks at everything, and again if the kernel has dropped something meanwhile: depth, drop events, sockets and
    /// counters of one look belong together.
    private Look look(PrivateHost server, PrivateHost client, Watch watch, long start) {
        try (SockDiag ofServer = server.sockDiag();
                SockDiag ofClient = client.sockDiag()) {
            for (int attempt = 1; ; attempt++) {
                Duration at = Duration.ofNanos(System.nanoTime() - start);
                TcpCounters counters = server.counters();
                List<QueueSample> listeners = listeners(ofServer);
                List<ConnectionRow> clientSockets = ofClient.connections(CONNECTIONS);
                List<ConnectionRow> serverSockets = ofServer.connections(CONNECTIONS);
                if (server.counters().equals(counters) || attempt == MOST_LOOKS) {
                    return new Look(at, clientSockets, serverSockets, listeners, counters, watch.evidence());
                }
            }
        }
    }

    private List<QueueSample> listeners(SockDiag sockDiag) {
        List<QueueSample> listeners = new ArrayList<>();
        for (Family family : List.of(Family.INET, Family.INET6)) {
            sockDiag.listeners(family, scenario.port()).forEach(row -> listeners.add(row.queue()));
        }
        if (listeners.isEmpty()) {
            throw new KernelException("nobody listens on port " + scenario.port()
                    + " any more: the server has ended; see what it printed");
        }
        listeners.sort(Observation.FULLEST_FIRST);
        return listeners;
    }

    private static Map<Counter, Long> moved(TcpCounters before, TcpCounters after) {
        Map<Counter, Long> moved = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            OptionalLong step = after.movedSince(before, counter);
            step.ifPresent(value -> moved.put(counter, value));
        }
        return moved;
    }
}
