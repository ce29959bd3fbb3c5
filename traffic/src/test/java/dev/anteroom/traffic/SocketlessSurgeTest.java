package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.capture.LinkCapture;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.kernel.TcpState;
import dev.anteroom.kernel.Tun;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SurgeResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@NeedsRoot
class SocketlessSurgeTest {
    private static final String SERVER = "198.18.0.2";
    private static final Talk HELLO = new Talk.ClientFirst("hello\n");
    private static final Talk WAIT = new Talk.ServerFirst();
    private static final Duration ROUND_TRIP = Duration.ofMillis(50);

    /// A host with a server that never accepts, unless a test does.
    private static final class Stage implements AutoCloseable {
        final PrivateHost host;
        final Tun tun;
        final ServerSocketChannel server;
        final LinkCapture capture = LinkCapture.withoutFile();

        Stage(int backlog, Map<Setting, Long> settings) throws Exception {
            host = PrivateHost.open("socketless", settings);
            tun = Tun.open(host, "clients", 1500, 100_000);
            tun.addAddress(SERVER, 15);
            server = host.inside(() -> ServerSocketChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress(InetAddress.ofLiteral(SERVER), 0), backlog));
        }

        InetSocketAddress address() throws Exception {
            return (InetSocketAddress) server.getLocalAddress();
        }

        SurgeResult surge(int connections, Talk talk, Duration roundTrip, Duration patience) throws Exception {
            return surge(address(), connections, talk, roundTrip, patience);
        }

        SurgeResult surge(InetSocketAddress target, int connections, Talk talk, Duration roundTrip, Duration patience) {
            List<InetAddress> sources = IntStream.range(0, 2000)
                    .mapToObj(i -> InetAddress.ofLiteral("198.18." + (1 + i / 250) + "." + (1 + i % 250)))
                    .toList();
            SurgePlan plan = new SurgePlan(
                    target, connections, new Arrivals.AtOnce(), talk, Optional.empty(), patience, sources, 1);
            return new SocketlessSurge(plan, roundTrip, tun, capture::packet).run();
        }

        long counter(Counter counter) {
            return host.counters().value(counter).orElseThrow();
        }

        @Override
        public void close() throws IOException {
            server.close();
            tun.close();
            host.close();
        }
    }

    @Test
    void fiftyThousandAtOncePutExactly129IntoABacklogOf128() throws Exception {
        int connections = 50_000;
        try (Stage stage = new Stage(128, Map.of());
                SockDiag sockDiag = stage.host.sockDiag()) {
            CompletableFuture<SurgeResult> surge = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    surge.complete(stage.surge(connections, WAIT, ROUND_TRIP, Duration.ofSeconds(8)));
                } catch (Exception failed) {
                    surge.completeExceptionally(failed);
                }
            });
            while (depth(sockDiag, stage) < 129) {
                assertThat(surge).isNotDone();
                Thread.onSpinWait();
            }
            assertThat(sockDiag.connections(Set.of(TcpState.ESTABLISHED))).hasSize(129);
            SurgeResult result = surge.get();
            assertThat(depth(sockDiag, stage))
                    .as("the queue holds its capacity and no more")
                    .isEqualTo(129);
            assertThat(result.complete()).isTrue();
            assertThat(result.fates()).hasSize(connections);
            assertThat(result.outcomes().keySet()).isSubsetOf(Outcome.PHANTOM, Outcome.CONNECT_TIMEOUT);
            assertThat(result.outcomes()).containsKey(Outcome.PHANTOM);
            HandshakeTally packets = stage.capture.finish();
            assertThat(packets.connections()).isEqualTo(connections);
            assertThat(packets.fates().getOrDefault(HandshakeFate.SYN_UNANSWERED, 0L)
                            + packets.fates().getOrDefault(HandshakeFate.UNDECIDED, 0L))
                    .isEqualTo(result.outcomes()
                            .getOrDefault(Outcome.CONNECT_TIMEOUT, 0)
                            .longValue());
        }
    }

    private static long depth(SockDiag sockDiag, Stage stage) throws Exception {
        return sockDiag.listeners(Family.INET, stage.address().getPort())
                .getFirst()
                .queue()
                .depth();
    }

    @Test
    void aServerThatAnswersServesAll() throws Exception {
        try (Stage stage = new Stage(4096, Map.of())) {
            stage.host.thread("server", () -> answer(stage.server));
            SurgeResult result = stage.surge(300, HELLO, Duration.ZERO, Duration.ofSeconds(10));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 300));
            assertThat(result.connect().count()).isEqualTo(300);
            assertThat(result.firstByte().count()).isEqualTo(300);
            assertThat(result.synRetransmissions()).isEqualTo(Map.of(0, 300));
            assertThat(result.exceptions()).isEmpty();
            // On a busy machine an answer may take longer than the first time-out of the data.
            assertThat(stage.capture.finish().fates().keySet())
                    .isSubsetOf(HandshakeFate.ANSWERED, HandshakeFate.ANSWERED_LATE);
        }
    }

    private static void answer(ServerSocketChannel server) {
        ByteBuffer answer = ByteBuffer.wrap("hi\n".getBytes(StandardCharsets.US_ASCII));
        try {
            while (true) {
                try (SocketChannel accepted = server.accept()) {
                    accepted.read(ByteBuffer.allocate(64));
                    accepted.write(answer.rewind());
                }
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    @Test
    void aPortWithoutAListenerRefuses() throws Exception {
        try (Stage stage = new Stage(1, Map.of())) {
            SurgeResult result = stage.surge(
                    new InetSocketAddress(InetAddress.ofLiteral(SERVER), 1),
                    20,
                    HELLO,
                    Duration.ZERO,
                    Duration.ofSeconds(10));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.REFUSED, 20));
            assertThat(result.exceptions().getFirst().message()).isEqualTo("Connection refused");
            assertThat(stage.capture.finish().fates()).isEqualTo(Map.of(HandshakeFate.REFUSED, 20L));
        }
    }

    /// Backlog 8: 3 wait already, 9 SYNs are answered, 6 final ACKs find room.
    @Test
    void aFinalAckThatFindsTheQueueFullIsIgnoredAndTheSynAckComesAgain() throws Exception {
        try (Stage stage = new Stage(8, Map.of(Setting.TCP_SYNCOOKIES, 0L))) {
            stage.surge(3, WAIT, Duration.ZERO, Duration.ofMillis(100));
            long before = stage.counter(Counter.LISTEN_OVERFLOWS);
            SurgeResult result = stage.surge(9, HELLO, ROUND_TRIP, Duration.ofMillis(2500));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 9));
            assertThat(stage.counter(Counter.LISTEN_OVERFLOWS) - before).isGreaterThanOrEqualTo(6);
            HandshakeTally packets = stage.capture.finish();
            assertThat(packets.fates())
                    .isEqualTo(Map.of(
                            HandshakeFate.SILENT, 3L,
                            HandshakeFate.NO_ANSWER, 6L,
                            HandshakeFate.FINAL_ACK_IGNORED, 3L));
            Handshake ignored = example(packets, HandshakeFate.FINAL_ACK_IGNORED);
            assertThat(ignored.synAckRetransmissions()).isPositive();
            assertThat(ignored.dataRetransmissions()).isPositive();
            assertThat(ignored.cookieSuspected()).isFalse();
        }
    }

    @Test
    void abortOnOverflowResetsWhatFindsTheQueueFull() throws Exception {
        try (Stage stage = new Stage(8, Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_ABORT_ON_OVERFLOW, 1L))) {
            stage.surge(3, WAIT, Duration.ZERO, Duration.ofMillis(100));
            SurgeResult result = stage.surge(9, HELLO, ROUND_TRIP, Duration.ofMillis(500));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 6, Outcome.RESET_AFTER_CONNECT, 3));
            assertThat(result.exceptions().getLast().message()).isEqualTo("Connection reset");
            assertThat(stage.capture.finish().fates()).containsEntry(HandshakeFate.RESET_AFTER_FINAL_ACK, 3L);
        }
    }

    @Test
    void aCookieThatFindsTheQueueFullLeavesAPhantomAndShowsInItsOptions() throws Exception {
        try (Stage stage = new Stage(8, Map.of(Setting.TCP_SYNCOOKIES, 2L))) {
            stage.surge(3, WAIT, Duration.ZERO, Duration.ofMillis(100));
            SurgeResult result = stage.surge(9, HELLO, ROUND_TRIP, Duration.ofMillis(2500));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 9));
            HandshakeTally packets = stage.capture.finish();
            assertThat(packets.fates())
                    .isEqualTo(Map.of(
                            HandshakeFate.SILENT, 3L,
                            HandshakeFate.NO_ANSWER, 6L,
                            HandshakeFate.DATA_IGNORED, 3L));
            Handshake phantom = example(packets, HandshakeFate.DATA_IGNORED);
            assertThat(phantom.cookieSuspected()).isTrue();
            assertThat(phantom.synAckRetransmissions()).isZero();
        }
    }

    @Test
    void aSynThatFindsTheQueueFullIsSentAgainAsLinuxDoes() throws Exception {
        try (Stage stage = new Stage(1, Map.of())) {
            stage.surge(2, WAIT, Duration.ZERO, Duration.ofMillis(100));
            SurgeResult result = stage.surge(5, WAIT, Duration.ZERO, Duration.ofMillis(2500));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.CONNECT_TIMEOUT, 5));
            assertThat(result.synRetransmissions()).isEqualTo(Map.of(2, 5));
            assertThat(stage.counter(Counter.LISTEN_OVERFLOWS)).isEqualTo(15);
            assertThat(stage.capture.finish().fates()).containsEntry(HandshakeFate.SYN_UNANSWERED, 5L);
        }
    }

    @Test
    void aServerThatClosesWithoutAWordIsToldApart() throws Exception {
        try (Stage stage = new Stage(100, Map.of())) {
            stage.host.thread("server", () -> close(stage.server));
            SurgeResult result = stage.surge(30, WAIT, Duration.ZERO, Duration.ofSeconds(10));
            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.CLOSED, 30));
            assertThat(stage.capture.finish().fates()).isEqualTo(Map.of(HandshakeFate.CLOSED, 30L));
        }
    }

    private static void close(ServerSocketChannel server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private static Handshake example(HandshakeTally packets, HandshakeFate fate) {
        return packets.examples().stream()
                .filter(handshake -> handshake.fate() == fate)
                .findFirst()
                .orElseThrow();
    }
}
