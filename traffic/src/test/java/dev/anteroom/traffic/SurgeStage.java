package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SurgeResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// A private host with servers on its loopback device, and surges at them.
final class SurgeStage {
    static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    static final Talk GET = new Talk.Http("GET / HTTP/1.1", List.of("Host: x", "Connection: close"));

    final PrivateHost host = PrivateHost.open("surge", Map.of(Setting.SOMAXCONN, 4096L));

    /// What is closed at the end, the last first.
    final List<AutoCloseable> opened = new ArrayList<>();

    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        host.close();
    }

    /// What a server does with a connection that it has accepted.
    interface Service {
        void serve(Socket client) throws IOException;
    }

    ServerSocket listen(int backlog) throws Exception {
        ServerSocket listener = host.inside(() -> new ServerSocket(0, backlog, HERE));
        opened.add(listener);
        return listener;
    }

    ServerSocket serve(int backlog, Service service) throws Exception {
        ServerSocket listener = listen(backlog);
        Thread.ofPlatform().daemon().start(() -> acceptAll(listener, service));
        return listener;
    }

    static void acceptAll(ServerSocket listener, Service service) {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                service.serve(client);
            } catch (IOException gone) {
                // The client's end of it is what the test looks at.
            }
        }
    }

    InetSocketAddress sample(ServerPlan.Kind kind) throws Exception {
        SampleServer server = host.inside(() -> SampleServer.start(
                ServerPlan.of(kind).at(new InetSocketAddress(HERE, 0)).withBacklog(1000)));
        opened.add(server);
        return server.address();
    }

    static SurgePlan plan(InetSocketAddress target, int connections, Talk talk, Duration patience) {
        return new SurgePlan(
                target, connections, new Arrivals.AtOnce(), talk, Optional.empty(), patience, List.of(), 2);
    }

    /// One thread fires, not all at once.
    static SurgePlan plan(ServerSocket target, int connections, Arrivals arrivals, Talk talk, Duration patience) {
        return new SurgePlan(
                (InetSocketAddress) target.getLocalSocketAddress(),
                connections,
                arrivals,
                talk,
                Optional.empty(),
                patience,
                List.of(),
                1);
    }

    SurgeResult fire(InetSocketAddress target, int connections, Talk talk, Duration patience) throws Exception {
        return fire(plan(target, connections, talk, patience));
    }

    SurgeResult fire(SurgePlan plan) throws Exception {
        SurgeResult result = host.inside(() -> new Surge(plan).run((_, _) -> {}));
        assertThat(result.complete()).isTrue();
        assertThat(result.fates())
                .extracting(ConnectionFate::number)
                .containsExactlyElementsOf(
                        IntStream.range(0, plan.connections()).boxed().toList());
        assertThat(result.fates()).allSatisfy(SurgeStage::isInOrder);
        return result;
    }

    private static void isInOrder(ConnectionFate fate) {
        Duration connected = fate.connected().orElse(Duration.ZERO);
        Duration firstByte = fate.firstByte().orElse(connected);
        assertThat(connected).isLessThanOrEqualTo(firstByte);
        assertThat(firstByte).isLessThanOrEqualTo(fate.ended());
        assertThat(fate.connected().isPresent() || fate.firstByte().isEmpty()).isTrue();
    }
}
