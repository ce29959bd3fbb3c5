package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.capture.TcpSegment;
import dev.anteroom.kernel.Tun;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every outcome, staged on the running kernel.
@NeedsRoot
class SurgeTest {
    private SurgeStage stage;

    @BeforeEach
    void open() {
        stage = new SurgeStage();
    }

    @AfterEach
    void close() throws Exception {
        stage.close();
    }

    /// Takes what a Java client throws in the same place, inside the host.
    private ExceptionGroup thrownInside(ThrowingCallable client, Phase phase, long count) throws Exception {
        return stage.host.inside(() -> {
            try {
                client.call();
            } catch (Throwable thrown) {
                return new ExceptionGroup(
                        thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), phase, count);
            }
            throw new AssertionError("the client threw nothing");
        });
    }

    @Test
    void everyConnectionOfAWorkingServerIsServed() throws Exception {
        SurgeResult result =
                stage.fire(stage.sample(ServerPlan.Kind.POOL), 200, SurgeStage.GET, Duration.ofSeconds(20));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 200));
        assertThat(result.synRetransmissions()).isEqualTo(Map.of(0, 200));
        assertThat(result.connect().count()).isEqualTo(200);
        assertThat(result.firstByte().count()).isEqualTo(200);
        assertThat(result.exceptions()).isEmpty();
        assertThat(result.burstWidth()).isPositive().isLessThan(result.took());
        assertThat(result.fates()).allSatisfy(fate -> assertThat(fate.phase()).isEqualTo(Phase.READ));
    }

    @Test
    void withoutAListenerAllAreRefusedInTheWordsOfJava() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress(SurgeStage.HERE, 9);
        SurgeResult result = stage.fire(nobody, 20, SurgeStage.GET, Duration.ofSeconds(5));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.REFUSED, 20));
        assertThat(result.exceptions())
                .containsExactly(thrownInside(() -> new Socket(SurgeStage.HERE, 9).close(), Phase.CONNECT, 20));
    }

    @Test
    void aFullAcceptQueueMakesPhantomsAndConnectTimeouts() throws Exception {
        ServerSocket stalled = stage.listen(5);
        // One thread: of two handshakes at the same moment the queue may refuse the last segment of one.
        SurgeResult result = stage.fire(new SurgePlan(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                10,
                new Arrivals.AtOnce(),
                SurgeStage.GET,
                Optional.empty(),
                Duration.ofMillis(1500),
                List.of(),
                1));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 6, Outcome.CONNECT_TIMEOUT, 4));
        assertThat(result.synRetransmissions()).isEqualTo(Map.of(0, 6, 1, 4));
        assertThat(stage.host.counters().value(Counter.LISTEN_OVERFLOWS)).hasValue(8); // each SYN twice
        assertThat(result.exceptions())
                .containsExactly(
                        new ExceptionGroup("SocketTimeoutException", "Read timed out", Phase.FIRST_BYTE, 6),
                        new ExceptionGroup("SocketTimeoutException", "Connect timed out", Phase.CONNECT, 4));
        assertThat(result.firstByte().count()).isZero();
    }

    @Test
    void aLostSynIsServedASecondLateAndCountedByTheKernel() throws Exception {
        ServerSocket listener = stage.listen(5);
        SurgePlan plan = SurgeStage.plan(
                (InetSocketAddress) listener.getLocalSocketAddress(), 10, SurgeStage.GET, Duration.ofSeconds(20));
        Surge surge = new Surge(plan);
        Thread acceptor = Thread.ofPlatform()
                .unstarted(() -> SurgeStage.acceptAll(listener, client -> {
                    byte[] request = new byte[1000];
                    assertThat(client.getInputStream().read(request)).isPositive();
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                    .getBytes(StandardCharsets.US_ASCII));
                }));
        SurgeResult result = stage.host.inside(() -> surge.run((_, _) -> {
            boolean full = stage.host.counters().value(Counter.LISTEN_OVERFLOWS).orElse(0) >= 4;
            if (full && acceptor.getState() == Thread.State.NEW) {
                acceptor.start();
            }
        }));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 10));
        // On a busy machine one of the four is refused at its final ACK and not at its SYN: connected at once, then.
        assertThat(result.synRetransmissions().keySet()).isEqualTo(Set.of(0, 1));
        assertThat(result.synRetransmissions().getOrDefault(0, 0)).isGreaterThanOrEqualTo(6);
        assertThat(result.fates())
                .allSatisfy(fate -> assertThat(fate.connected().orElseThrow().compareTo(Duration.ofMillis(950)) > 0)
                        .isEqualTo(fate.synRetransmissions().orElseThrow() == 1));
    }

    @Test
    void aServerThatHangsUpCloses() throws Exception {
        ServerSocket server = stage.serve(100, client -> client.getInputStream().read(new byte[1000]));
        SurgeResult result = stage.fire(
                (InetSocketAddress) server.getLocalSocketAddress(), 20, SurgeStage.GET, Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.CLOSED, 20));
        assertThat(result.exceptions())
                .containsExactly(new ExceptionGroup(
                        "SocketException", "Unexpected end of file from server", Phase.FIRST_BYTE, 20));
    }

    @Test
    void anAnswerCutOffIsClosedInRead() throws Exception {
        ServerSocket server = stage.serve(100, client -> {
            client.getInputStream().read(new byte[1000]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
        });
        SurgeResult result = stage.fire(
                (InetSocketAddress) server.getLocalSocketAddress(), 5, SurgeStage.GET, Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.CLOSED, 5));
        assertThat(result.fates()).allSatisfy(fate -> assertThat(fate.phase()).isEqualTo(Phase.READ));
    }

    @Test
    void aServerThatResetsIsToldFromOneThatCloses() throws Exception {
        ServerSocket server = stage.serve(100, client -> {
            client.getInputStream().read(new byte[1000]);
            client.setSoLinger(true, 0);
        });
        InetSocketAddress target = (InetSocketAddress) server.getLocalSocketAddress();
        SurgeResult result = stage.fire(target, 20, SurgeStage.GET, Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.RESET_AFTER_CONNECT, 20));
        assertThat(result.exceptions())
                .containsExactly(thrownInside(
                        () -> {
                            try (Socket client = new Socket(target.getAddress(), target.getPort())) {
                                client.getOutputStream().write(65);
                                client.getInputStream().read();
                            }
                        },
                        Phase.FIRST_BYTE,
                        20));
    }

    /// What the stack of macOS does when its accept queue is full, written to the wire by hand: no Linux server is so
    /// quick.
    @Test
    void aResetRightBehindTheAnswerToTheSynFailsInConnect() throws Exception {
        Tun wire = Tun.open(stage.host, "wire", 1500, 1000);
        stage.opened.add(wire);
        wire.addAddress("198.18.0.1", 15);
        Thread peer = Thread.ofPlatform().daemon().start(() -> answerAndReset(wire));
        SurgeResult result = stage.fire(new SurgePlan(
                new InetSocketAddress("198.18.0.2", 80),
                20,
                new Arrivals.Uniform(500),
                SurgeStage.GET,
                Optional.empty(),
                Duration.ofSeconds(5),
                List.of(),
                1));
        wire.close();
        peer.join();

        // A client that gets the CPU too late has seen itself connected first.
        int inConnect = result.outcomes().getOrDefault(Outcome.RESET_IN_CONNECT, 0);
        assertThat(result.outcomes().keySet()).isSubsetOf(Outcome.RESET_IN_CONNECT, Outcome.RESET_AFTER_CONNECT);
        assertThat(inConnect).isPositive();
        assertThat(result.exceptions())
                .contains(new ExceptionGroup("SocketException", "Connection reset by peer", Phase.CONNECT, inConnect));
    }

    private static void answerAndReset(Tun wire) {
        TcpSegment syn = new TcpSegment();
        TcpSegment answer = new TcpSegment();
        ByteBuffer in = ByteBuffer.allocateDirect(2048);
        ByteBuffer out = ByteBuffer.allocateDirect(2048);
        ByteBuffer nothing = ByteBuffer.allocate(0);
        while (wire.read(in.clear(), Duration.ofSeconds(10)) > 0) {
            if (syn.read(in.flip()) && syn.has(TcpSegment.SYN)) {
                answer.noOptions()
                        .fromIpv4((int) syn.destinationLow(), syn.destinationPort())
                        .toIpv4((int) syn.sourceLow(), syn.sourcePort())
                        .window(1000);
                answer.numbers(TcpSegment.SYN | TcpSegment.ACK, 7, syn.sequence() + 1)
                        .write(out.clear(), nothing);
                wire.write(out.flip());
                answer.numbers(TcpSegment.RST | TcpSegment.ACK, 8, syn.sequence() + 1)
                        .write(out.clear(), nothing);
                wire.write(out.flip());
            }
        }
    }

    @Test
    void anAnswerThatComesPastThePatienceIsSlow() throws Exception {
        ServerSocket server = stage.serve(100, client -> {
            client.getInputStream().read(new byte[1000]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().read(); // until the client gives up
        });
        SurgeResult result = stage.fire(
                (InetSocketAddress) server.getLocalSocketAddress(), 1, SurgeStage.GET, Duration.ofMillis(300));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SLOW, 1));
        assertThat(result.exceptions())
                .containsExactly(new ExceptionGroup("SocketTimeoutException", "Read timed out", Phase.READ, 1));
        assertThat(result.fates().getFirst().ended()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void clientsWaitForAServerThatSpeaksFirst() throws Exception {
        SurgeResult result = stage.fire(
                stage.sample(ServerPlan.Kind.SPEAK_FIRST), 50, new Talk.ServerFirst(), Duration.ofSeconds(20));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 50));
        assertThat(result.firstByte().count()).isEqualTo(50);
    }

    @Test
    void aConnectOnlyClientNeedsNobodyToAccept() throws Exception {
        ServerSocket stalled = stage.listen(50);
        SurgeResult result = stage.fire(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                40,
                new Talk.ConnectOnly(),
                Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 40));
        assertThat(result.connect().count()).isEqualTo(40);
    }
}
