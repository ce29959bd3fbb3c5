package dev.anteroom.cli;

import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.LinkShape;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.Surge;
import dev.anteroom.traffic.SurgePlan;
import dev.anteroom.traffic.Talk;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A server's host and a client's host, a millisecond apart, with programs of this machine on them. All ends with it.
final class TwoHosts implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final PrivateHost server;
    final PrivateHost client;
    private final Link link;
    private final SockDiag sockets;

    TwoHosts(Map<Setting, Long> ofServer, Map<Setting, Long> ofClient) {
        server = PrivateHost.open("server", ofServer);
        client = PrivateHost.open("client", ofClient);
        LinkShape shape = new LinkShape(Duration.ofMillis(1), Duration.ZERO, 0, OptionalLong.empty(), 1);
        link = Link.between(client, server, shape, 1, (_, _, _, _) -> {});
        sockets = server.sockDiag();
    }

    /// Starts a server and waits until it listens.
    Process serve(int port, String... words) throws IOException {
        Process process = server.start(new ProcessBuilder(words).inheritIO().redirectOutput(new File("/dev/null")));
        await("a listener of " + String.join(" ", words), () -> {
            if (!process.isAlive()) {
                throw new AssertionError(String.join(" ", words) + " ended with " + process.exitValue());
            }
            return queue(port).isPresent();
        });
        return process;
    }

    /// The accept queue of a port.
    Optional<QueueSample> queue(int port) {
        return Stream.of(Family.INET, Family.INET6)
                .flatMap(family -> sockets.listeners(family, port).stream())
                .map(SockDiag.ListenRow::queue)
                .findFirst();
    }

    long counter(Counter counter) {
        return server.counters().value(counter).orElseThrow();
    }

    /// Fires HTTP requests from the client's host, on a thread of its own.
    CompletableFuture<SurgeResult> surge(int port, int connections, Arrivals arrivals, Duration patience) {
        Talk http = new Talk.Http("GET / HTTP/1.1", List.of("Host: server", "Connection: close"));
        return surge(port, connections, arrivals, http, patience);
    }

    /// All at once.
    CompletableFuture<SurgeResult> surge(int port, int connections, Talk talk, Duration patience) {
        return surge(port, connections, new Arrivals.AtOnce(), talk, patience);
    }

    private CompletableFuture<SurgeResult> surge(
            int port, int connections, Arrivals arrivals, Talk talk, Duration patience) {
        SurgePlan plan = new SurgePlan(
                new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), port),
                connections,
                arrivals,
                talk,
                Optional.empty(),
                patience,
                List.of(),
                1);
        CompletableFuture<SurgeResult> result = new CompletableFuture<>();
        client.thread("surge", () -> {
            try {
                result.complete(new Surge(plan).run((_, _) -> {}));
            } catch (InterruptedException | RuntimeException failed) {
                result.completeExceptionally(failed);
            }
        });
        return result;
    }

    /// Sends a signal to a process: nsenter(1) execs its program, so its pid is that of the program.
    static void signal(String name, long pid) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor()
                != 0) {
            throw new IOException("no process " + pid + " for SIG" + name);
        }
    }

    /// Waits for an event that the kernel shows.
    static void await(String what, BooleanSupplier event) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!event.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        sockets.close();
        link.close();
        client.close();
        server.close();
    }
}
