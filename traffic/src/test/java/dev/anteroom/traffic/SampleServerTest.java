package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.ServerPlan.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each kind of server on the running kernel, in a network namespace of its own.
@NeedsRoot
class SampleServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SOMAXCONN = 7;

    private final PrivateHost host = PrivateHost.open("server", Map.of(Setting.SOMAXCONN, (long) SOMAXCONN));
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(host));

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private SampleServer start(ServerPlan plan) throws Exception {
        SampleServer server = host.inside(() -> SampleServer.start(plan));
        opened.add(server);
        return server;
    }

    private static ServerPlan anyPort(Kind kind) {
        return ServerPlan.of(kind).at(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    private Socket connect(SampleServer server) throws Exception {
        Socket client = host.inside(
                () -> new Socket(server.address().getAddress(), server.address().getPort()));
        opened.add(client);
        client.setSoTimeout((int) PATIENCE.toMillis());
        return client;
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void await(String what, BooleanSupplier event) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!event.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"POOL", "VIRTUAL", "SLOW"})
    void anHttpRequestIsAnsweredAndTheConnectionClosed(Kind kind) throws Exception {
        SampleServer server = start(anyPort(kind));
        Socket client = connect(server);
        ask(client);

        assertThat(hear(client))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Length: 14\r\n", "\r\nConnection: close\r\n")
                .endsWith("\r\n\r\nHello, world!\n");
        assertThat(server.counts()).isEqualTo(new SampleServer.Counts(1, 1, 0, 0));
    }

    @Test
    void speakFirstSaysItsLineToASilentClient() throws Exception {
        SampleServer server = start(anyPort(Kind.SPEAK_FIRST));

        assertThat(hear(connect(server))).isEqualTo("220 Hello, world!\r\n");
        assertThat(server.counts().served()).isEqualTo(1);
    }

    @Test
    void resetAcceptsAndResets() throws Exception {
        SampleServer server = start(anyPort(Kind.RESET));
        Socket client = connect(server);

        assertThatThrownBy(() -> hear(client))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThat(server.counts().accepted()).isEqualTo(1);
        assertThat(server.counts().served()).isZero();
    }

    @Test
    void stalledFillsItsQueueToTheLimitAndOneMoreThenDropsSyns() throws Exception {
        SampleServer server = start(anyPort(Kind.STALLED).withBacklog(2));
        connect(server);
        connect(server);
        connect(server);
        SocketChannel fourth = host.inside(() -> {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(server.address());
            return channel;
        });
        opened.add(fourth);
        await(
                "a dropped SYN",
                () -> host.counters().value(Counter.LISTEN_OVERFLOWS).orElseThrow() == 1);

        QueueSample queue = host.inside(server::queue);
        assertThat(queue.depth()).isEqualTo(3);
        assertThat(queue.isFull()).isTrue();
        assertThat(fourth.finishConnect()).isFalse();
        assertThat(server.counts().accepted()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 5, 5", "127.0.0.1, 50, 7", "0.0.0.0, 2147483647, 7", "::1, 6, 6", "::, 8, 7"})
    void theLimitIsWhatSsShows(String address, int backlog, long limit) throws Exception {
        SampleServer server = start(ServerPlan.of(Kind.STALLED)
                .at(new InetSocketAddress(InetAddress.ofLiteral(address), 0))
                .withBacklog(backlog));

        assertThat(host.inside(server::queue).limit()).hasValue(limit);
        Process ss = host.start(new ProcessBuilder("ss", "-ltnH"));
        String shown = new String(ss.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(shown.trim().split("\\s+"))
                .startsWith("LISTEN", "0", Long.toString(limit))
                .anySatisfy(column ->
                        assertThat(column).endsWith(":" + server.address().getPort()));
    }

    @Test
    void slowAcceptsAtItsBeat() throws Exception {
        Duration every = Duration.ofMillis(60);
        long start = System.nanoTime();
        SampleServer server = start(anyPort(Kind.SLOW).withAcceptEvery(every));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(connect(server));
            ask(clients.getLast());
        }
        for (Socket client : clients) {
            assertThat(hear(client)).endsWith("Hello, world!\n");
        }

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5 * every.toNanos());
        assertThat(server.counts().served()).isEqualTo(6);
    }

    @Test
    void aPauseHoldsUpWhoeverComesThen() throws Exception {
        Duration pause = Duration.ofMillis(200);
        SampleServer server = start(anyPort(Kind.POOL).withPauses(Duration.ofMillis(250), pause));
        long longest = 0;
        long end = System.nanoTime() + Duration.ofMillis(600).toNanos();
        while (System.nanoTime() < end) {
            long asked = System.nanoTime();
            Socket client = connect(server);
            ask(client);
            hear(client);
            longest = Math.max(longest, System.nanoTime() - asked);
        }

        assertThat(longest).isGreaterThan(pause.toNanos() / 2);
        assertThat(server.counts().failed()).isZero();
    }

    @Test
    void aPoolOfOneServesOneAfterTheOther() throws Exception {
        Duration service = Duration.ofMillis(50);
        SampleServer server = start(anyPort(Kind.POOL).withWorkers(1).withServiceTime(service));
        long start = System.nanoTime();
        List<Socket> clients = List.of(connect(server), connect(server), connect(server));
        for (Socket client : clients) {
            ask(client);
        }
        for (Socket client : clients) {
            hear(client);
        }

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3 * service.toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void aClientThatLeavesWithinItsRequestIsCountedAsFailed(String said) throws Exception {
        SampleServer server = start(anyPort(Kind.POOL));
        try (Socket client = connect(server)) {
            client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
        }

        await("the failure", () -> server.counts().failed() == 1);
        assertThat(server.counts()).isEqualTo(new SampleServer.Counts(1, 0, 1, 0));
    }

    @Test
    void anEndlessRequestIsCutOff() throws Exception {
        SampleServer server = start(anyPort(Kind.VIRTUAL));
        Socket client = connect(server);
        client.getOutputStream().write("x".repeat(20_000).getBytes(StandardCharsets.US_ASCII));

        await("the failure", () -> server.counts().failed() == 1);
    }

    @Test
    void aPortInUseIsOneLineWithTheNextStep() throws Exception {
        SampleServer first = start(anyPort(Kind.STALLED));
        ServerPlan same = ServerPlan.of(Kind.POOL).at(first.address());

        assertThatThrownBy(() -> start(same))
                .isInstanceOf(KernelException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + first.address().getPort()
                        + ": Address already in use; 'anteroom doctor --port "
                        + first.address().getPort() + "' shows whose it is; stop that or take another port");
    }

    @Test
    void anAddressOfAnotherHostIsRefused() {
        ServerPlan elsewhere =
                ServerPlan.of(Kind.POOL).at(new InetSocketAddress(InetAddress.ofLiteral("198.18.0.77"), 0));

        assertThatThrownBy(() -> start(elsewhere))
                .isInstanceOf(KernelException.class)
                .hasMessageContainingAll("198.18.0.77:0", "Cannot assign requested address", "take an address of this");
    }

    @Test
    void closingResetsWhoWaitsAndFreesThePort() throws Exception {
        SampleServer stalled = start(anyPort(Kind.STALLED));
        Socket waiting = connect(stalled);
        stalled.close();
        stalled.close();

        assertThatThrownBy(() -> hear(waiting)).hasMessage("Connection reset");
        assertThatThrownBy(() -> host.inside(stalled::queue)).isInstanceOf(KernelException.class);
        start(ServerPlan.of(Kind.POOL).at(stalled.address()));
    }

    @Test
    void closingEndsConnectionsThatAreUnderWay() throws Exception {
        SampleServer server = start(anyPort(Kind.POOL).withServiceTime(PATIENCE));
        Socket served = connect(server);
        ask(served);
        await("its acceptance", () -> server.counts().accepted() == 1);
        server.close();

        assertThat(closed(served)).isTrue();
        assertThat(server.counts().served()).isZero();
    }

    private static boolean closed(Socket client) throws IOException {
        try {
            return client.getInputStream().read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }
}
