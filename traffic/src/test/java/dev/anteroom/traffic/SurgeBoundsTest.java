package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a surge keeps to: its ports, its pace, its end.
@NeedsRoot
class SurgeBoundsTest {
    private SurgeStage stage;

    @BeforeEach
    void open() {
        stage = new SurgeStage();
    }

    @AfterEach
    void close() throws Exception {
        stage.close();
    }

    @Test
    void portsThatOthersHoldMakeLocalFailuresInTheWordsOfJava() throws Exception {
        ServerSocket server = stage.serve(100, client -> client.getInputStream().read());
        InetSocketAddress target = (InetSocketAddress) server.getLocalSocketAddress();
        stage.host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50003"));
        for (int i = 0; i < 3; i++) {
            stage.opened.add(stage.host.inside(() -> new Socket(target.getAddress(), target.getPort())));
        }
        SurgeResult result = stage.fire(target, 3, new Talk.ServerFirst(), Duration.ofMillis(300));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 1, Outcome.LOCAL, 2));
        assertThat(result.exceptions())
                .contains(new ExceptionGroup("BindException", "Cannot assign requested address", Phase.CONNECT, 2));
    }

    @Test
    void tooFewPortsAreToldBeforeTheFirstSyn() throws Exception {
        stage.host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50003"));
        SurgePlan plan =
                SurgeStage.plan(new InetSocketAddress(SurgeStage.HERE, 9), 5, SurgeStage.GET, Duration.ofSeconds(1));

        assertThatThrownBy(() -> stage.host.inside(() -> new Surge(plan).run((_, _) -> {})))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("too few local ports");
        assertThat(stage.host.counters().value(Counter.ATTEMPT_FAILS)).hasValue(0);
    }

    @Test
    void moreSourcesGiveMorePorts() throws Exception {
        InetSocketAddress target = stage.sample(ServerPlan.Kind.VIRTUAL);
        stage.host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50003"));
        SurgePlan plan = new SurgePlan(
                target,
                8,
                new Arrivals.AtOnce(),
                SurgeStage.GET,
                Optional.empty(),
                Duration.ofSeconds(10),
                List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.3")),
                1);

        assertThat(stage.fire(plan).outcomes()).isEqualTo(Map.of(Outcome.SERVED, 8));
    }

    @Test
    void anOpenLoopFiresWhenItIsDueWhateverTheServerDoes() throws Exception {
        ServerSocket stalled = stage.listen(200);
        SurgePlan plan =
                SurgeStage.plan(stalled, 100, new Arrivals.Uniform(200), SurgeStage.GET, Duration.ofMillis(400));
        SurgeResult result = stage.fire(plan);

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 100));
        assertThat(result.burstWidth()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(2));
        assertThat(result.fates().get(99).due()).isEqualTo(Duration.ofMillis(495));
    }

    @Test
    void aClosedLoopHasNoMoreThanItsConcurrencyOpen() throws Exception {
        ServerSocket stalled = stage.listen(200);
        SurgePlan plan = SurgeStage.plan(stalled, 6, new Arrivals.Closed(2), SurgeStage.GET, Duration.ofMillis(100));
        SurgeResult result = stage.fire(plan);

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 6));
        assertThat(result.took()).isGreaterThanOrEqualTo(Duration.ofMillis(300)); // three rounds of two
    }

    @Test
    void aStoppedSurgeTellsWhatItHas() throws Exception {
        ServerSocket stalled = stage.listen(200);
        SurgePlan plan =
                SurgeStage.plan(stalled, 1000, new Arrivals.Uniform(50), new Talk.ConnectOnly(), Duration.ofSeconds(2));
        Surge surge = new Surge(plan);
        SurgeResult result = stage.host.inside(() -> surge.run((_, ended) -> {
            if (ended > 0) {
                surge.stop();
            }
        }));

        assertThat(result.complete()).isFalse();
        assertThat(result.fates()).isNotEmpty().hasSizeLessThan(1000);
        assertThat(result.outcomes().keySet()).containsExactly(Outcome.SERVED);
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        ServerSocket stalled = stage.listen(5);
        // The JVM keeps a socket of its own from the first one on.
        stage.fire((InetSocketAddress) stalled.getLocalSocketAddress(), 1, SurgeStage.GET, Duration.ofMillis(200));
        long before = openDescriptors();
        stage.fire((InetSocketAddress) stalled.getLocalSocketAddress(), 50, SurgeStage.GET, Duration.ofMillis(200));

        assertThat(openDescriptors()).isEqualTo(before);
    }

    private static long openDescriptors() throws SocketException {
        String[] open = new File("/proc/self/fd").list();
        if (open == null) {
            throw new SocketException("no /proc");
        }
        return open.length;
    }
}
