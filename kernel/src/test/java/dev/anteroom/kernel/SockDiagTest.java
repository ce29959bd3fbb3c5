package dev.anteroom.kernel;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.TcpCounters;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers of the running kernel about sockets of a private network.
@NeedsRoot
class SockDiagTest {
    private PrivateNetwork network;
    private SockDiag sockDiag;

    @BeforeEach
    void open() throws IOException {
        network = PrivateNetwork.open();
        sockDiag = network.sockDiag();
    }

    @AfterEach
    void close() throws IOException {
        network.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 7", "5, 5", "50, 3"})
    void aListenerHoldsOneMoreThanItsBacklogAndCountsWhatItRefuses(int backlog, int refused) {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", backlog));
        TcpCounters before = counters();

        network.fill(sockDiag, port, backlog + 1);
        network.overflow(sockDiag, port, refused);

        TcpCounters after = counters();
        assertThat(PrivateNetwork.row(sockDiag, port).queue())
                .isEqualTo(new QueueSample(backlog + 1, OptionalLong.of(backlog), OptionalLong.of(refused)));
        assertThat(after.movedSince(before, Counter.LISTEN_OVERFLOWS)).hasValue(refused);
        assertThat(after.movedSince(before, Counter.LISTEN_DROPS)).hasValue(refused);
        assertThat(after.movedSince(before, Counter.PASSIVE_OPENS)).hasValue(backlog + 1);
    }

    @Test
    void somaxconnOfTheTimeOfListenCapsTheLimitForGood() {
        network.sysctl("net.core.somaxconn", 3);
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 50));

        assertThat(limit(port)).isEqualTo(3);
        network.sysctl("net.core.somaxconn", 100);
        assertThat(limit(port)).isEqualTo(3);
        network.sysctl("net.core.somaxconn", 0);
        assertThat(limit(PrivateNetwork.port(network.listen(INET, "127.0.0.1", 50))))
                .isZero();
    }

    @Test
    void aSecondListenSetsTheLimitAnewAndLosesNobody() throws IOException {
        PrivateNetwork.Talk server = network.python("""
                import socket, sys
                s = socket.socket()
                s.bind(('127.0.0.1', 0))
                s.listen(5)
                print(s.getsockname()[1])
                for line in sys.stdin:
                    s.listen(int(line))
                    print('done')
                """);
        int port = server.number();
        network.fill(sockDiag, port, 4);

        network.sysctl("net.core.somaxconn", 2);
        assertThat(limit(port)).isEqualTo(5);
        server.ask("100");
        assertThat(PrivateNetwork.row(sockDiag, port).queue())
                .isEqualTo(new QueueSample(4, OptionalLong.of(2), OptionalLong.of(0)));
        network.overflow(sockDiag, port, 1);

        network.sysctl("net.core.somaxconn", 4096);
        server.ask("60");
        assertThat(PrivateNetwork.row(sockDiag, port).queue())
                .isEqualTo(new QueueSample(4, OptionalLong.of(60), OptionalLong.of(1)));
    }

    @Test
    void listenersOfEveryFamilyAreToldApart() throws IOException {
        PrivateNetwork.Talk server = network.python("""
                import socket, sys
                def listener(family, address, v6only=None, device=None):
                    s = socket.socket(family)
                    if v6only is not None:
                        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
                    if device:
                        s.setsockopt(socket.SOL_SOCKET, 25, device)
                    s.bind((address, 0))
                    s.listen(9)
                    print(s.getsockname()[1])
                    return s
                all = [
                    listener(socket.AF_INET, '127.0.0.7'),
                    listener(socket.AF_INET6, '::', 0),
                    listener(socket.AF_INET6, '::1', 1),
                    listener(socket.AF_INET, '0.0.0.0', None, b'lo'),
                ]
                sys.stdin.read()
                """);
        SockDiag.ListenRow v4 = PrivateNetwork.row(sockDiag, server.number());
        SockDiag.ListenRow dual = PrivateNetwork.row(sockDiag, server.number());
        SockDiag.ListenRow v6 = PrivateNetwork.row(sockDiag, server.number());
        SockDiag.ListenRow bound = PrivateNetwork.row(sockDiag, server.number());

        assertThat(where(v4)).isEqualTo("INET 127.0.0.7 false 0");
        assertThat(where(dual)).isEqualTo("INET6 :: false 0");
        assertThat(where(v6)).isEqualTo("INET6 ::1 true 0");
        assertThat(where(bound)).isEqualTo("INET 0.0.0.0 false 1");
        assertThat(List.of(v4, dual, v6, bound)).allSatisfy(row -> {
            assertThat(row.queue()).isEqualTo(new QueueSample(0, OptionalLong.of(9), OptionalLong.of(0)));
            assertThat(row.uid()).hasValue(0);
            assertThat(row.inode()).isPositive();
        });
        assertThat(sockDiag.listeners(Family.INET, 0)).containsExactlyInAnyOrder(v4, bound);
        assertThat(sockDiag.listeners(Family.INET6, 0)).containsExactlyInAnyOrder(dual, v6);
        assertThat(sockDiag.listeners(Family.INET6, v4.port())).isEmpty();
        for (SockDiag.ListenRow row : List.of(v4, dual, v6, bound)) {
            assertThat(sockDiag.sample(row)).contains(row.queue());
        }
    }

    /// A JVM that listens on 127.0.0.1 does so, unless told otherwise, by an IPv6 socket on the mapped address.
    @ParameterizedTest
    @CsvSource({
        "INET, 127.0.0.1, 127.0.0.1",
        "INET6, 127.0.0.1, ::ffff:127.0.0.1",
        "INET6, ::, ::",
        "INET, 0.0.0.0, 0.0.0.0"
    })
    void oneListenerLookedUpIsAsItWasListed(StandardProtocolFamily family, String address, String listed)
            throws IOException {
        ServerSocketChannel server = network.listen(family, address, 4);
        int port = PrivateNetwork.port(server);
        network.fill(sockDiag, port, 5);
        network.overflow(sockDiag, port, 2);
        SockDiag.ListenRow row = PrivateNetwork.row(sockDiag, port);

        assertThat(row.address()).isEqualTo(listed);
        assertThat(sockDiag.sample(row))
                .contains(new QueueSample(5, OptionalLong.of(4), OptionalLong.of(2)))
                .contains(row.queue());

        server.close();
        PrivateNetwork.await(
                "the end of the listener",
                () -> sockDiag.listeners(row.family(), port).isEmpty());
        assertThat(sockDiag.sample(row)).isEmpty();
    }

    @Test
    void aListenerThatTookThePlaceOfAnotherIsNotTakenForIt() throws IOException {
        ServerSocketChannel first = network.listen(INET, "127.0.0.1", 4);
        SockDiag.ListenRow row = PrivateNetwork.row(sockDiag, PrivateNetwork.port(first));
        first.close();
        network.listen(INET, "127.0.0.1", row.port(), 4);

        assertThat(PrivateNetwork.row(sockDiag, row.port()).cookie()).isNotEqualTo(row.cookie());
        assertThat(sockDiag.sample(row)).isEmpty();
    }

    @Test
    void membersOfAReuseportGroupAreNeverMixedUp() throws IOException {
        PrivateNetwork.Talk server = network.python("""
                import socket, sys
                all, port = [], 0
                for backlog in (3, 30, 300):
                    s = socket.socket()
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                    s.bind(('127.0.0.1', port))
                    s.listen(backlog)
                    port = s.getsockname()[1]
                    all.append(s)
                print(port)
                sys.stdin.read()
                """);
        List<SockDiag.ListenRow> members = sockDiag.listeners(Family.INET, server.number());

        assertThat(members)
                .extracting(row -> row.queue().limit().orElseThrow())
                .containsExactlyInAnyOrder(3L, 30L, 300L);
        assertThat(members).extracting(SockDiag.ListenRow::cookie).doesNotHaveDuplicates();
        assertThat(members)
                .allSatisfy(member -> assertThat(sockDiag.sample(member))
                        .satisfiesAnyOf(
                                found -> assertThat(found).isEmpty(),
                                found -> assertThat(found).contains(member.queue())));
    }

    @Test
    void everyNumberIsThatOfSs() throws IOException {
        network.fill(sockDiag, PrivateNetwork.port(network.listen(INET, "127.0.0.1", 4)), 3);
        int full = PrivateNetwork.port(network.listen(INET6, "::", 2));
        network.fill(sockDiag, full, 3);
        network.overflow(sockDiag, full, 4);
        Map<Integer, QueueSample> ours = new HashMap<>();
        NamespaceView.TCP_FAMILIES.forEach(
                family -> sockDiag.listeners(family, 0).forEach(row -> ours.put(row.port(), row.queue())));

        Pattern line = Pattern.compile("LISTEN\\s+(\\d+)\\s+(\\d+)\\s+\\S+:(\\d+)\\s.*?,d(\\d+)\\)", Pattern.DOTALL);
        Map<Integer, QueueSample> theirs = new HashMap<>();
        Matcher matcher = line.matcher(network.run("ss", "-ltnmH"));
        while (matcher.find()) {
            theirs.put(
                    Integer.parseInt(matcher.group(3)),
                    new QueueSample(
                            Long.parseLong(matcher.group(1)),
                            OptionalLong.of(Long.parseLong(matcher.group(2))),
                            OptionalLong.of(Long.parseLong(matcher.group(4)))));
        }

        assertThat(ours).hasSize(2).isEqualTo(theirs);
    }

    @Test
    void everyCounterIsThatOfNstat() throws IOException {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 1));
        network.fill(sockDiag, port, 2);
        network.overflow(sockDiag, port, 3);
        Map<String, Long> theirs = new HashMap<>();
        network.run("nstat", "-asz")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\s+"))
                .forEach(words -> theirs.put(words[0], Long.parseLong(words[1])));
        TcpCounters ours = counters();

        assertThat(ours.value(Counter.LISTEN_OVERFLOWS)).hasValue(3);
        for (Counter counter : Counter.values()) {
            assertThat(Optional.ofNullable(theirs.get(counter.group() + counter.kernelName())))
                    .as(counter.kernelName())
                    .isEqualTo(ours.value(counter).stream().boxed().findFirst());
        }
    }

    @Test
    void whatWaitsIsFoundUntilItIsAccepted() throws IOException {
        ServerSocketChannel server = network.listen(INET6, "::", 10);
        int port = PrivateNetwork.port(server);
        List<SocketChannel> clients = network.fill(sockDiag, port, 4);

        assertThat(sockDiag.waiting(port).cookies()).hasSize(4);
        assertThat(sockDiag.waiting(port).closedByPeer()).isZero();
        assertThat(sockDiag.waiting(port + 1).cookies()).isEmpty();

        clients.get(1).close();
        PrivateNetwork.await("a FIN", () -> sockDiag.waiting(port).closedByPeer() == 1);
        assertThat(sockDiag.waiting(port).cookies()).hasSize(4);

        try (SocketChannel accepted = server.accept()) {
            assertThat(accepted.isConnected()).isTrue();
            assertThat(sockDiag.waiting(port).cookies()).hasSize(3);
        }
    }

    @Test
    void aClientThatResetsKeepsItsPlaceButIsSeenNoMore() throws IOException {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 10));
        List<SocketChannel> clients = network.fill(sockDiag, port, 5);

        for (SocketChannel client : clients.subList(0, 2)) {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
        }

        PrivateNetwork.await(
                "two resets", () -> sockDiag.waiting(port).cookies().size() == 3);
        assertThat(PrivateNetwork.depth(sockDiag, port)).isEqualTo(5);
        assertThat(sockDiag.waiting(port).closedByPeer()).isZero();
    }

    @Test
    void unixListenersAreListedWithTheirNamesAndQueues(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("full.sock");
        PrivateNetwork.Talk server = network.python("""
                import socket, sys
                s = socket.socket(socket.AF_UNIX)
                s.bind('\\0anteroom\\0test')
                s.listen(7)
                print('ready')
                sys.stdin.read()
                """);
        assertThat(server.line()).isEqualTo("ready");
        network.inside(() -> {
            try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                            .bind(UnixDomainSocketAddress.of(path), 1);
                    SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(path));
                    SocketChannel two = SocketChannel.open(UnixDomainSocketAddress.of(path));
                    SocketChannel three = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                three.configureBlocking(false);
                assertThat(full.isOpen() && one.isConnected() && two.isConnected())
                        .isTrue();
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> three.connect(UnixDomainSocketAddress.of(path)));

                Map<String, QueueSample> queues = new HashMap<>();
                sockDiag.unixListeners().forEach(row -> queues.put(row.address(), row.queue()));
                assertThat(queues)
                        .containsOnly(
                                Map.entry("@anteroom@test", unixQueue(0, 7)),
                                Map.entry(path.toString(), unixQueue(2, 1)));
                assertThat(unixQueue(2, 1).isFull()).isTrue();
                assertThat(unixQueue(1, 1).isFull()).isFalse();
                return true;
            }
        });
    }

    /// A listener with TCP_DEFER_ACCEPT leaves a connection without data in its SYN queue.
    @Test
    void handshakesUnderWayAreCountedByPort() throws IOException {
        PrivateNetwork.Talk server = network.python("""
                import socket, sys
                s = socket.socket()
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
                s.bind(('127.0.0.1', 0))
                s.listen(20)
                print(s.getsockname()[1])
                sys.stdin.read()
                """);
        int port = server.number();
        assertThat(sockDiag.handshakes()).isEmpty();

        for (int i = 1; i <= 3; i++) {
            network.connect(port);
            long wanted = i;
            PrivateNetwork.await(
                    "a bare ACK",
                    () -> counters().value(Counter.TCP_DEFER_ACCEPT_DROP).orElseThrow() == wanted);
        }

        assertThat(sockDiag.handshakes()).containsOnly(Map.entry(port, 3L));
        assertThat(PrivateNetwork.depth(sockDiag, port)).isZero();
        assertThat(PrivateNetwork.dropEvents(sockDiag, port)).isEqualTo(3);
    }

    /// Why INET_DIAG_INFO is not asked for.
    @Test
    void tcpInfoOfAListenerHoldsNoMoreThanTheRowDoes() throws IOException {
        PrivateNetwork.Talk server = network.python("""
                import socket, struct, sys
                s = socket.socket()
                s.bind(('127.0.0.1', 0))
                s.listen(6)
                print(s.getsockname()[1])
                for line in sys.stdin:
                    info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
                    print('%d %d' % struct.unpack_from('II', info, 24))
                """);
        int port = server.number();
        network.fill(sockDiag, port, 5);

        assertThat(server.ask("info")).isEqualTo("5 6");
        assertThat(PrivateNetwork.row(sockDiag, port).queue())
                .isEqualTo(new QueueSample(5, OptionalLong.of(6), OptionalLong.of(0)));
    }

    private static QueueSample unixQueue(long depth, long limit) {
        return new QueueSample(depth, OptionalLong.of(limit), OptionalLong.empty());
    }

    private static String where(SockDiag.ListenRow row) {
        return row.family() + " " + row.address() + " " + row.v6Only() + " " + row.interfaceIndex();
    }

    private long limit(int port) {
        return PrivateNetwork.row(sockDiag, port).queue().limit().orElseThrow();
    }

    private TcpCounters counters() {
        return network.counters();
    }
}
