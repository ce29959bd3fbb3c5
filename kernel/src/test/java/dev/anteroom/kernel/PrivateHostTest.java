package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@NeedsRoot
class PrivateHostTest {
    @Test
    void hasTheSettingsAskedForAndTheDocumentedDefaultsOfAllOthers() {
        try (PrivateHost host = PrivateHost.open("h", Map.of(Setting.SOMAXCONN, 5L, Setting.TCP_SYNCOOKIES, 0L))) {
            Map<Setting, Long> values = host.settings().values();
            assertThat(values)
                    .containsEntry(Setting.SOMAXCONN, 5L)
                    .containsEntry(Setting.TCP_SYNCOOKIES, 0L)
                    .containsEntry(Setting.TCP_ABORT_ON_OVERFLOW, 0L)
                    .containsEntry(Setting.TCP_SYNACK_RETRIES, 5L)
                    .containsEntry(Setting.TCP_SYN_RETRIES, 6L)
                    .containsEntry(Setting.TCP_MAX_SYN_BACKLOG, 4096L);
            assertThat(EnteredView.readSettings().values())
                    .as("this test's own namespace")
                    .doesNotContainEntry(Setting.SOMAXCONN, 5L);
        }
    }

    @Test
    void startsWithoutATraceOfAChangedSomaxconnAndKeepsThatOfALaterChange() {
        try (PrivateHost host = PrivateHost.open("h", Map.of(Setting.SOMAXCONN, 5L))) {
            assertThat(host.settings().somaxconnWritten()).isEmpty();
            host.set(Setting.SOMAXCONN, 6);
            assertThat(host.settings().somaxconnWritten()).isPresent();
            assertThat(host.settings().value(Setting.SOMAXCONN)).isEqualTo(OptionalLong.of(6));
        }
    }

    @Test
    void saysWhichSettingTheKernelRefuses() {
        assertThatThrownBy(() -> PrivateHost.open("h", Map.of(Setting.SOMAXCONN, -1L)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("net.core.somaxconn to -1");
        assertThatThrownBy(() -> PrivateHost.open("h", Map.of(Setting.TCP_EHASH_ENTRIES, 512L)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("net.ipv4.tcp_ehash_entries");
    }

    @Test
    void isAnotherNamespaceInsideAndLeavesTheCallerWhereItWas() throws Exception {
        long own = NetworkNamespaces.ownInode();
        try (PrivateHost host = PrivateHost.open("h", Map.of())) {
            assertThat(host.inside(NetworkNamespaces::ownInode))
                    .isEqualTo(host.inode())
                    .isNotEqualTo(own);
            assertThat(NetworkNamespaces.ownInode()).isEqualTo(own);
        }
    }

    @Test
    void givesTheCallerWhatAnActionThrows() {
        try (PrivateHost host = PrivateHost.open("h", Map.of())) {
            IOException thrown = new IOException("refused");
            assertThatThrownBy(() -> host.inside(() -> {
                        throw thrown;
                    }))
                    .isSameAs(thrown);
        }
    }

    @Test
    void refusesEverythingOnceItIsClosed() {
        PrivateHost host = PrivateHost.open("h", Map.of());
        host.close();
        host.close();
        assertThatThrownBy(() -> host.inside(() -> 1)).hasMessage("the private host h is closed");
        assertThatThrownBy(host::counters).isInstanceOf(KernelException.class);
        assertThatThrownBy(host::watch).isInstanceOf(KernelException.class);
    }

    @Test
    void itsNamespaceEndsWhenItIsClosedAlthoughThreadsAndProcessesWereInIt() throws Exception {
        PrivateHost host = PrivateHost.open("h", Map.of());
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread thread = host.thread("sleeper", () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stopped) {
                interrupted.countDown();
            }
        });
        SockDiag sockDiag = host.sockDiag();
        Process process = host.start(new ProcessBuilder("sleep", "300"));
        host.inside(() -> 1);
        PrivateNetwork.await("a process inside", () -> isInside(process, host.inode()));
        assertThat(inodesOfAllThreads()).contains(host.inode());
        host.close();
        assertThat(interrupted.getCount()).isZero();
        assertThat(thread.isAlive()).isFalse();
        assertThat(process.isAlive()).isFalse();
        sockDiag.close();
        PrivateNetwork.await(
                "the end of the namespace", () -> !inodesOfAllThreads().contains(host.inode()));
    }

    @Test
    void endsTheDaemonsThatItsProcessesLeft() throws Exception {
        long daemon;
        try (PrivateHost host = PrivateHost.open("h", Map.of())) {
            Process process = host.start(new ProcessBuilder("sh", "-c", "setsid sleep 301 > /dev/null & echo $!"));
            daemon = Long.parseLong(process.inputReader().readLine());
            assertThat(process.waitFor()).isZero();
            assertThat(linkOf(Path.of("/proc", Long.toString(daemon), "ns/net")))
                    .isNotEmpty();
        }
        assertThat(linkOf(Path.of("/proc", Long.toString(daemon), "ns/net")))
                .as("its namespace, which a process has until it has ended, reaped or not")
                .isEmpty();
    }

    @Test
    void aProcessIsInsideAndTakesItsDirectoryAndInputFromTheBuilder() throws Exception {
        try (PrivateHost host = PrivateHost.open("h", Map.of(Setting.SOMAXCONN, 77L))) {
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", "cat core/somaxconn -; exit 3")
                    .directory(Path.of("/proc/sys/net").toFile());
            Process process = host.start(builder);
            assertThat(builder.command().getFirst()).isEqualTo("sh");
            process.outputWriter().write("said\n");
            process.outputWriter().close();
            assertThat(process.inputReader().lines()).containsExactly("77", "said");
            assertThat(process.waitFor()).isEqualTo(3);
            assertThat(host.start(new ProcessBuilder("no-such-command-here")).waitFor())
                    .isEqualTo(127);
        }
    }

    @Test
    void aWatchSeesTheOverflowsOfItsHostAlone() throws Exception {
        try (PrivateHost host = PrivateHost.open("server", Map.of(Setting.SOMAXCONN, 2L));
                ServerSocketChannel server = host.inside(() -> ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 128));
                Watch watch = host.watch()) {
            int port = PrivateNetwork.port(server);
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(host.inside(() -> {
                    SocketChannel channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                    return channel;
                }));
            }
            PrivateNetwork.await(
                    "an overflow",
                    () -> host.counters().value(Counter.LISTEN_OVERFLOWS).orElse(0) > 0);
            Evidence evidence = watch.evidence();
            NamespaceEvidence seen = evidence.namespaces().getFirst();
            assertThat(evidence.namespaces()).hasSize(1);
            assertThat(evidence.notMeasured()).isEmpty();
            assertThat(seen.label()).isEqualTo("server");
            assertThat(seen.inode()).isEqualTo(host.inode());
            assertThat(seen.moved(Counter.LISTEN_OVERFLOWS).orElse(0)).isPositive();
            assertThat(seen.listeners()).singleElement().satisfies(listener -> {
                assertThat(listener.after().depth()).isEqualTo(3);
                assertThat(listener.after().limit()).isEqualTo(OptionalLong.of(2));
                assertThat(listener.listener().processes())
                        .anyMatch(process ->
                                process.pid() == ProcessHandle.current().pid());
            });
            assertThat(watch.evidence().window()).isGreaterThan(evidence.window());
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void listsTheConnectionsOfBothEndsByState() throws Exception {
        try (PrivateHost host = PrivateHost.open("h", Map.of());
                ServerSocketChannel server = host.inside(() ->
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0), 128));
                SocketChannel client = host.inside(() -> SocketChannel.open(server.getLocalAddress()));
                SockDiag sockDiag = host.sockDiag()) {
            int port = PrivateNetwork.port(server);
            List<ConnectionRow> rows = sockDiag.connections(EnumSet.of(TcpState.ESTABLISHED, TcpState.LISTEN));
            assertThat(rows).hasSize(3);
            assertThat(rows.stream().filter(row -> row.state() == TcpState.LISTEN))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.local()).hasToString("[::1]:" + port);
                        assertThat(row.receiveQueue()).isEqualTo(1);
                        assertThat(row.sendQueue()).isEqualTo(128);
                    });
            assertThat(rows.stream().filter(row -> row.remote().port() == port))
                    .singleElement()
                    .satisfies(row -> assertThat(row.inode()).isPositive());
            assertThat(rows.stream()
                            .filter(row -> row.state() == TcpState.ESTABLISHED
                                    && row.local().port() == port))
                    .singleElement()
                    .satisfies(row ->
                            assertThat(row.inode()).as("not accepted yet").isZero());
            SocketChannel accepted = server.accept();
            client.shutdownOutput();
            PrivateNetwork.await(
                    "the client's FIN",
                    () -> sockDiag.connections(EnumSet.of(TcpState.CLOSE_WAIT)).size() == 1);
            accepted.close();
            PrivateNetwork.await(
                    "the end of both",
                    () -> sockDiag.connections(EnumSet.of(TcpState.TIME_WAIT)).size() == 1);
            assertThat(sockDiag.connections(EnumSet.of(TcpState.TIME_WAIT))
                            .getFirst()
                            .timer())
                    .hasValueSatisfying(timer -> assertThat(timer.kind()).isEqualTo(ConnectionRow.Kind.TIMEWAIT));
        }
    }

    private static boolean isInside(Process process, long inode) {
        return linkOf(Path.of("/proc", Long.toString(process.pid()), "ns/net")).equals("net:[" + inode + "]");
    }

    private static List<Long> inodesOfAllThreads() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.map(thread -> linkOf(thread.resolve("ns/net")))
                    .filter(link -> link.startsWith("net:["))
                    .map(link -> Long.parseLong(link.substring(5, link.length() - 1)))
                    .distinct()
                    .toList();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static String linkOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
