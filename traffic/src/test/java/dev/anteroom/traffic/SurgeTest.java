package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.capture.TcpSegment;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.Tun;
import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SurgeResult;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every outcome, staged on the running kernel.
@NeedsRoot
class SurgeTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final Talk GET = new Talk.Http("GET / HTTP/1.1", List.of("Host: x", "Connection: close"));

    private final List<AutoCloseable> opened = new ArrayList<>();
    private PrivateHost host;

    @BeforeEach
    void open() {
        host = PrivateHost.open("surge", Map.of(Setting.SOMAXCONN, 4096L));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        host.close();
    }

    /// What a server does with a connection that it has accepted.
    private interface Service {
        void serve(Socket client) throws IOException;
    }

    private ServerSocket listen(int backlog) throws Exception {
        ServerSocket listener = host.inside(() -> new ServerSocket(0, backlog, HERE));
        opened.add(listener);
        return listener;
    }

    private ServerSocket serve(int backlog, Service service) throws Exception {
        ServerSocket listener = listen(backlog);
        Thread.ofPlatform().daemon().start(() -> acceptAll(listener, service));
        return listener;
    }

    private static void acceptAll(ServerSocket listener, Service service) {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                service.serve(client);
            } catch (IOException gone) {
                // The client's end of it is what the test looks at.
            }
        }
    }

    private InetSocketAddress sample(ServerPlan.Kind kind) throws Exception {
        SampleServer server = host.inside(() -> SampleServer.start(
                ServerPlan.of(kind).at(new InetSocketAddress(HERE, 0)).withBacklog(1000)));
        opened.add(server);
        return server.address();
    }

    private static SurgePlan plan(InetSocketAddress target, int connections, Talk talk, Duration patience) {
        return new SurgePlan(
                target, connections, new Arrivals.AtOnce(), talk, Optional.empty(), patience, List.of(), 2);
    }

    private SurgeResult fire(InetSocketAddress target, int connections, Talk talk, Duration patience) throws Exception {
        return fire(plan(target, connections, talk, patience));
    }

    private SurgeResult fire(SurgePlan plan) throws Exception {
        SurgeResult result = host.inside(() -> new Surge(plan).run((_, _) -> {}));
        assertThat(result.complete()).isTrue();
        assertThat(result.fates())
                .extracting(ConnectionFate::number)
                .containsExactlyElementsOf(
                        IntStream.range(0, plan.connections()).boxed().toList());
        assertThat(result.fates()).allSatisfy(SurgeTest::isInOrder);
        return result;
    }

    private static void isInOrder(ConnectionFate fate) {
        Duration connected = fate.connected().orElse(Duration.ZERO);
        Duration firstByte = fate.firstByte().orElse(connected);
        assertThat(connected).isLessThanOrEqualTo(firstByte);
        assertThat(firstByte).isLessThanOrEqualTo(fate.ended());
        assertThat(fate.connected().isPresent() || fate.firstByte().isEmpty()).isTrue();
    }

    /// Takes what a Java client throws in the same place, inside the host.
    private ExceptionGroup thrownInside(ThrowingCallable client, Phase phase, long count) throws Exception {
        return host.inside(() -> {
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
        SurgeResult result = fire(sample(ServerPlan.Kind.POOL), 200, GET, Duration.ofSeconds(20));

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
        InetSocketAddress nobody = new InetSocketAddress(HERE, 9);
        SurgeResult result = fire(nobody, 20, GET, Duration.ofSeconds(5));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.REFUSED, 20));
        assertThat(result.exceptions())
                .containsExactly(thrownInside(() -> new Socket(HERE, 9).close(), Phase.CONNECT, 20));
    }

    @Test
    void aFullAcceptQueueMakesPhantomsAndConnectTimeouts() throws Exception {
        ServerSocket stalled = listen(5);
        // One thread: of two handshakes at the same moment the queue may refuse the last segment of one.
        SurgeResult result = fire(new SurgePlan(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                10,
                new Arrivals.AtOnce(),
                GET,
                Optional.empty(),
                Duration.ofMillis(1500),
                List.of(),
                1));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 6, Outcome.CONNECT_TIMEOUT, 4));
        assertThat(result.synRetransmissions()).isEqualTo(Map.of(0, 6, 1, 4));
        assertThat(host.counters().value(Counter.LISTEN_OVERFLOWS)).hasValue(8); // each SYN twice
        assertThat(result.exceptions())
                .containsExactly(
                        new ExceptionGroup("SocketTimeoutException", "Read timed out", Phase.FIRST_BYTE, 6),
                        new ExceptionGroup("SocketTimeoutException", "Connect timed out", Phase.CONNECT, 4));
        assertThat(result.firstByte().count()).isZero();
    }

    @Test
    void aLostSynIsServedASecondLateAndCountedByTheKernel() throws Exception {
        ServerSocket listener = listen(5);
        SurgePlan plan = plan((InetSocketAddress) listener.getLocalSocketAddress(), 10, GET, Duration.ofSeconds(20));
        Surge surge = new Surge(plan);
        Thread acceptor = Thread.ofPlatform()
                .unstarted(() -> acceptAll(listener, client -> {
                    byte[] request = new byte[1000];
                    assertThat(client.getInputStream().read(request)).isPositive();
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                    .getBytes(StandardCharsets.US_ASCII));
                }));
        SurgeResult result = host.inside(() -> surge.run((_, _) -> {
            boolean full = host.counters().value(Counter.LISTEN_OVERFLOWS).orElse(0) >= 4;
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
        ServerSocket server = serve(100, client -> client.getInputStream().read(new byte[1000]));
        SurgeResult result = fire((InetSocketAddress) server.getLocalSocketAddress(), 20, GET, Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.CLOSED, 20));
        assertThat(result.exceptions())
                .containsExactly(new ExceptionGroup(
                        "SocketException", "Unexpected end of file from server", Phase.FIRST_BYTE, 20));
    }

    @Test
    void anAnswerCutOffIsClosedInRead() throws Exception {
        ServerSocket server = serve(100, client -> {
            client.getInputStream().read(new byte[1000]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
        });
        SurgeResult result = fire((InetSocketAddress) server.getLocalSocketAddress(), 5, GET, Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.CLOSED, 5));
        assertThat(result.fates()).allSatisfy(fate -> assertThat(fate.phase()).isEqualTo(Phase.READ));
    }

    @Test
    void aServerThatResetsIsToldFromOneThatCloses() throws Exception {
        ServerSocket server = serve(100, client -> {
            client.getInputStream().read(new byte[1000]);
            client.setSoLinger(true, 0);
        });
        InetSocketAddress target = (InetSocketAddress) server.getLocalSocketAddress();
        SurgeResult result = fire(target, 20, GET, Duration.ofSeconds(10));

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
        Tun wire = Tun.open(host, "wire", 1500, 1000);
        opened.add(wire);
        wire.addAddress("198.18.0.1", 15);
        Thread peer = Thread.ofPlatform().daemon().start(() -> answerAndReset(wire));
        SurgeResult result = fire(new SurgePlan(
                new InetSocketAddress("198.18.0.2", 80),
                20,
                new Arrivals.Uniform(500),
                GET,
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
        ServerSocket server = serve(100, client -> {
            client.getInputStream().read(new byte[1000]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().read(); // until the client gives up
        });
        SurgeResult result = fire((InetSocketAddress) server.getLocalSocketAddress(), 1, GET, Duration.ofMillis(300));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SLOW, 1));
        assertThat(result.exceptions())
                .containsExactly(new ExceptionGroup("SocketTimeoutException", "Read timed out", Phase.READ, 1));
        assertThat(result.fates().getFirst().ended()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void clientsWaitForAServerThatSpeaksFirst() throws Exception {
        SurgeResult result =
                fire(sample(ServerPlan.Kind.SPEAK_FIRST), 50, new Talk.ServerFirst(), Duration.ofSeconds(20));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 50));
        assertThat(result.firstByte().count()).isEqualTo(50);
    }

    @Test
    void aConnectOnlyClientNeedsNobodyToAccept() throws Exception {
        ServerSocket stalled = listen(50);
        SurgeResult result = fire(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                40,
                new Talk.ConnectOnly(),
                Duration.ofSeconds(10));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, 40));
        assertThat(result.connect().count()).isEqualTo(40);
    }

    @Test
    void portsThatOthersHoldMakeLocalFailuresInTheWordsOfJava() throws Exception {
        ServerSocket server = serve(100, client -> client.getInputStream().read());
        InetSocketAddress target = (InetSocketAddress) server.getLocalSocketAddress();
        host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50003"));
        for (int i = 0; i < 3; i++) {
            opened.add(host.inside(() -> new Socket(target.getAddress(), target.getPort())));
        }
        SurgeResult result = fire(target, 3, new Talk.ServerFirst(), Duration.ofMillis(300));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 1, Outcome.LOCAL, 2));
        assertThat(result.exceptions())
                .contains(new ExceptionGroup("BindException", "Cannot assign requested address", Phase.CONNECT, 2));
    }

    @Test
    void tooFewPortsAreToldBeforeTheFirstSyn() throws Exception {
        host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50003"));
        SurgePlan plan = plan(new InetSocketAddress(HERE, 9), 5, GET, Duration.ofSeconds(1));

        assertThatThrownBy(() -> host.inside(() -> new Surge(plan).run((_, _) -> {})))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("too few local ports");
        assertThat(host.counters().value(Counter.ATTEMPT_FAILS)).hasValue(0);
    }

    @Test
    void moreSourcesGiveMorePorts() throws Exception {
        InetSocketAddress target = sample(ServerPlan.Kind.VIRTUAL);
        host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50003"));
        SurgePlan plan = new SurgePlan(
                target,
                8,
                new Arrivals.AtOnce(),
                GET,
                Optional.empty(),
                Duration.ofSeconds(10),
                List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.3")),
                1);

        assertThat(fire(plan).outcomes()).isEqualTo(Map.of(Outcome.SERVED, 8));
    }

    @Test
    void anOpenLoopFiresWhenItIsDueWhateverTheServerDoes() throws Exception {
        ServerSocket stalled = listen(200);
        SurgePlan plan = new SurgePlan(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                100,
                new Arrivals.Uniform(200),
                GET,
                Optional.empty(),
                Duration.ofMillis(400),
                List.of(),
                1);
        SurgeResult result = fire(plan);

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 100));
        assertThat(result.burstWidth()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(2));
        assertThat(result.fates().get(99).due()).isEqualTo(Duration.ofMillis(495));
    }

    @Test
    void aClosedLoopHasNoMoreThanItsConcurrencyOpen() throws Exception {
        ServerSocket stalled = listen(200);
        SurgePlan plan = new SurgePlan(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                6,
                new Arrivals.Closed(2),
                GET,
                Optional.empty(),
                Duration.ofMillis(100),
                List.of(),
                1);
        SurgeResult result = fire(plan);

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 6));
        assertThat(result.took()).isGreaterThanOrEqualTo(Duration.ofMillis(300)); // three rounds of two
    }

    @Test
    void aStoppedSurgeTellsWhatItHas() throws Exception {
        ServerSocket stalled = listen(200);
        SurgePlan plan = new SurgePlan(
                (InetSocketAddress) stalled.getLocalSocketAddress(),
                1000,
                new Arrivals.Uniform(50),
                new Talk.ConnectOnly(),
                Optional.empty(),
                Duration.ofSeconds(2),
                List.of(),
                1);
        Surge surge = new Surge(plan);
        SurgeResult result = host.inside(() -> surge.run((_, ended) -> {
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
        ServerSocket stalled = listen(5);
        // The JVM keeps a socket of its own from the first one on.
        fire((InetSocketAddress) stalled.getLocalSocketAddress(), 1, GET, Duration.ofMillis(200));
        long before = openDescriptors();
        fire((InetSocketAddress) stalled.getLocalSocketAddress(), 50, GET, Duration.ofMillis(200));

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
