package dev.anteroom.kernel;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.HostProcess;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.QueueContents;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two looks at private networks, with what happens between them staged.
@NeedsRoot
class HostScanTest {
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final HostScan.Pause NOTHING = _ -> {};

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
    @CsvSource({"INET, 127.0.0.1", "INET6, 127.0.0.1", "INET6, ::"})
    void anOverflowInTheWindowIsMeasuredToTheSegment(StandardProtocolFamily family, String address)
            throws InterruptedException {
        int port = PrivateNetwork.port(network.listen(family, address, 3));
        network.fill(sockDiag, port, 2);

        NamespaceEvidence seen = scan(() -> {
            for (int depth = 3; depth <= 4; depth++) {
                network.connect(port);
                long wanted = depth;
                PrivateNetwork.await("depth", () -> PrivateNetwork.depth(sockDiag, port) == wanted);
            }
            network.overflow(sockDiag, port, 6);
        });
        ListenerEvidence listener = only(seen);

        assertThat(listener.before()).contains(new QueueSample(2, OptionalLong.of(3), OptionalLong.of(0)));
        assertThat(listener.after()).isEqualTo(new QueueSample(4, OptionalLong.of(3), OptionalLong.of(6)));
        assertThat(listener.dropEventsInWindow()).hasValue(6);
        assertThat(listener.contents()).contains(new QueueContents(2, 2, 2, 4, 0, 4));
        assertThat(listener.synQueue()).hasValue(0);
        assertThat(seen.moved(Counter.LISTEN_OVERFLOWS)).hasValue(6);
        assertThat(seen.moved(Counter.LISTEN_DROPS)).hasValue(6);
        assertThat(seen.moved(Counter.PASSIVE_OPENS)).hasValue(2);
    }

    @Test
    void whatHappenedBeforeTheWindowIsNotInIt() throws InterruptedException {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 1));
        network.fill(sockDiag, port, 2);
        network.overflow(sockDiag, port, 5);

        NamespaceEvidence seen = scan(() -> {});

        assertThat(only(seen).after().dropEvents()).hasValue(5);
        assertThat(only(seen).dropEventsInWindow()).hasValue(0);
        assertThat(seen.after().value(Counter.LISTEN_OVERFLOWS)).hasValue(5);
        assertThat(seen.moved(Counter.LISTEN_OVERFLOWS)).hasValue(0);
    }

    @Test
    void whatIsAcceptedInTheWindowIsCounted() throws InterruptedException {
        ServerSocketChannel server = network.listen(INET6, "::", 20);
        int port = PrivateNetwork.port(server);
        network.fill(sockDiag, port, 5);

        NamespaceEvidence seen = scan(() -> {
            for (int i = 0; i < 3; i++) {
                server.accept();
            }
        });
        QueueContents contents = only(seen).contents().orElseThrow();

        assertThat(contents).isEqualTo(new QueueContents(5, 5, 2, 2, 0, 2));
        assertThat(contents.accepted()).isEqualTo(3);
        assertThat(contents.noneAccepted()).isFalse();
    }

    @Test
    void whatIsDeadInAQueueIsCounted() throws InterruptedException, IOException {
        int port = PrivateNetwork.port(network.listen(INET6, "127.0.0.1", 20));
        List<SocketChannel> clients = network.fill(sockDiag, port, 6);
        clients.get(0).close();
        clients.get(1).setOption(StandardSocketOptions.SO_LINGER, 0);
        clients.get(1).close();
        PrivateNetwork.await(
                "a FIN and a RST",
                () -> sockDiag.waiting(port).closedByPeer() == 1
                        && sockDiag.waiting(port).cookies().size() == 5);

        QueueContents contents = only(scan(() -> {})).contents().orElseThrow();

        assertThat(contents.closedByPeer()).isEqualTo(1);
        assertThat(contents.resetByPeer()).isEqualTo(1);
        assertThat(contents.depth()).isEqualTo(6);
    }

    @Test
    void aListenerThatBeginsInTheWindowHasNoSampleBeforeIt() throws InterruptedException {
        NamespaceEvidence seen = scan(() -> {
            int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 1));
            network.fill(sockDiag, port, 2);
            network.overflow(sockDiag, port, 2);
        });

        assertThat(only(seen).before()).isEmpty();
        assertThat(only(seen).dropEventsInWindow()).hasValue(2);
        assertThat(seen.moved(Counter.LISTEN_OVERFLOWS)).hasValue(2);
    }

    @Test
    void aListenerThatTakesThePlaceOfAnotherIsNew() throws InterruptedException {
        ServerSocketChannel first = network.listen(INET, "127.0.0.1", 1);
        int port = PrivateNetwork.port(first);

        NamespaceEvidence seen = scan(() -> {
            first.close();
            network.listen(INET, "127.0.0.1", port, 1);
        });

        assertThat(only(seen).before()).isEmpty();
    }

    @Test
    void aSingleLookHasNoWindow() throws InterruptedException {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 1));
        network.fill(sockDiag, port, 1);

        Evidence evidence = HostScan.run(scope(), Duration.ZERO, _ -> {
            throw new AssertionError("no pause was asked for");
        });

        assertThat(evidence.window()).isZero();
        assertThat(only(evidence.namespaces().getFirst()).after().depth()).isEqualTo(1);
    }

    @Test
    void aListenerIsNamedByItsProcessAndItsSettings() throws InterruptedException, IOException {
        network.sysctl("net.core.somaxconn", 77);
        network.listen(INET, "127.0.0.1", 5000);

        NamespaceEvidence seen = scan(() -> {});
        Listener listener = only(seen).listener();

        assertThat(only(seen).after().limit()).hasValue(77);
        assertThat(seen.settings().value(Setting.SOMAXCONN)).hasValue(77);
        assertThat(seen.settings().value(Setting.TCP_SYNCOOKIES)).hasValue(1);
        assertThat(seen.inode()).isEqualTo(listener.namespace()).isEqualTo((long)
                Files.getAttribute(Path.of(network.path()), "unix:ino"));
        assertThat(seen.label()).isEqualTo("sleep/" + network.pid());
        HostProcess process = listener.processes().getFirst();
        assertThat(process.pid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(process.name()).isEqualTo("java");
        assertThat(process.stopped()).isFalse();
        assertThat(process.started().orElseThrow())
                .isBetween(
                        ProcessHandle.current()
                                .info()
                                .startInstant()
                                .orElseThrow()
                                .minusSeconds(2),
                        ProcessHandle.current()
                                .info()
                                .startInstant()
                                .orElseThrow()
                                .plusSeconds(2));
    }

    /// The kernel's file times move in steps of a few milliseconds: a write within the step in which the inode was
    /// made leaves no trace, so it is repeated.
    @Test
    void aWriteOfSomaxconnLeavesATrace() throws InterruptedException {
        assertThat(scan(() -> {}).settings().somaxconnWritten()).isEmpty();
        Instant before = Instant.now().minusSeconds(1);

        PrivateNetwork.await("a step of the kernel's clock", () -> {
            network.sysctl("net.core.somaxconn", 500);
            return wrote(network.inside(EnteredView::ofThisThread));
        });

        assertThat(scan(() -> {}).settings().somaxconnWritten().orElseThrow()).isBetween(before, Instant.now());
    }

    private static boolean wrote(EnteredView view) {
        try (view) {
            return view.settings().somaxconnWritten().isPresent();
        }
    }

    @Test
    void aProcessWithAThousandListenersIsFoundForEach() throws IOException, InterruptedException {
        PrivateNetwork.Talk server = network.python("""
                import resource, socket, sys
                hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(2000, hard), hard))
                all = []
                for i in range(1000):
                    s = socket.socket()
                    s.bind(('127.0.0.1', 0))
                    s.listen(i)
                    all.append(s)
                print('ready')
                sys.stdin.read()
                """);
        assertThat(server.line()).isEqualTo("ready");

        NamespaceEvidence seen = scan(() -> {});

        assertThat(seen.listeners())
                .hasSize(1000)
                .allSatisfy(listener -> assertThat(listener.listener().processes())
                        .extracting(HostProcess::pid)
                        .containsExactly((int) server.pid()));
        assertThat(seen.listeners())
                .extracting(one -> one.listener().endpoint().port())
                .isSorted();
        assertThat(seen.listeners().stream()
                        .mapToLong(one -> one.after().limit().orElseThrow())
                        .sorted())
                .startsWith(0L, 1L, 2L)
                .endsWith(998L, 999L);
    }

    @Test
    void aListenerSharedByTwoProcessesNamesBoth() throws IOException, InterruptedException {
        PrivateNetwork.Talk server = network.python("""
                import os, signal, socket, sys
                s = socket.socket()
                s.bind(('127.0.0.1', 0))
                s.listen(5)
                child = os.fork()
                if child == 0:
                    signal.pause()
                os.kill(child, signal.SIGSTOP)
                os.waitpid(child, os.WUNTRACED)
                print(child)
                sys.stdin.read()
                os.kill(child, signal.SIGKILL)
                """);
        int child = server.number();
        try {
            List<HostProcess> holders = only(scan(() -> {})).listener().processes();

            assertThat(holders).extracting(HostProcess::pid).containsExactlyInAnyOrder((int) server.pid(), child);
            assertThat(holders)
                    .allSatisfy(process -> assertThat(process.stopped()).isEqualTo(process.pid() == child));
        } finally {
            ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /// The scan holds descriptors of the namespace, so that its end is not the end of the scan.
    @Test
    void aNamespaceThatEndsInTheWindowIsSurvived() throws IOException, InterruptedException {
        try (PrivateNetwork doomed = PrivateNetwork.open()) {
            PrivateNetwork.Talk server = doomed.python("""
                    import socket, sys
                    s = socket.socket()
                    s.bind(('127.0.0.1', 0))
                    s.listen(5)
                    print('ready')
                    sys.stdin.read()
                    """);
            assertThat(server.line()).isEqualTo("ready");
            long inode = (long) Files.getAttribute(Path.of(doomed.path()), "unix:ino");

            Evidence evidence = HostScan.run(everything(), WINDOW, _ -> {
                server.close();
                doomed.kill();
            });

            Optional<NamespaceEvidence> seen = evidence.namespaces().stream()
                    .filter(namespace -> namespace.inode() == inode)
                    .findFirst();
            assertThat(seen.orElseThrow().listeners()).isEmpty();
            assertThat(seen.orElseThrow().moved(Counter.LISTEN_DROPS)).hasValue(0);
            assertThat(evidence.namespaces().getFirst().label()).isEqualTo("this network namespace");
        }
    }

    @Test
    void aNamespaceSeenFromOutsideTellsWhereAndHowDeepButNoLimits() throws IOException {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 2));
        network.fill(sockDiag, port, 3);
        network.overflow(sockDiag, port, 1);
        OutsideView outside = new OutsideView("/proc/" + network.pid() + "/net");
        SockDiag.ListenRow inside = PrivateNetwork.row(sockDiag, port);

        assertThat(outside.tcpListeners()).singleElement().satisfies(row -> {
            assertThat(row.address()).isEqualTo(inside.address());
            assertThat(row.port()).isEqualTo(port);
            assertThat(row.inode()).isEqualTo(inside.inode());
            assertThat(row.queue()).isEqualTo(new QueueSample(3, OptionalLong.empty(), OptionalLong.empty()));
        });
        assertThat(outside.counters().value(Counter.LISTEN_OVERFLOWS)).hasValue(1);
        assertThat(outside.settings().value(Setting.SOMAXCONN)).isEmpty();

        network.kill();
        assertThatExceptionOfType(KernelException.class).isThrownBy(() -> outside.tcpListeners());
        assertThat(outside.counters().value(Counter.LISTEN_OVERFLOWS)).isEmpty();
    }

    @Test
    void theWholeHostIsSeenWithItsOwnNamespaceFirst() throws InterruptedException {
        network.listen(INET, "127.0.0.1", 33);

        Evidence evidence = HostScan.run(everything(), WINDOW, NOTHING);

        assertThat(evidence.namespaces()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(evidence.namespaces().getFirst().label()).isEqualTo("this network namespace");
        assertThat(evidence.namespaces()).extracting(NamespaceEvidence::inode).doesNotHaveDuplicates();
        assertThat(evidence.namespaces())
                .filteredOn(namespace -> namespace.label().equals("sleep/" + network.pid()))
                .singleElement()
                .satisfies(
                        namespace -> assertThat(only(namespace).after().limit()).hasValue(33));
        assertThat(evidence.kernel()).isEqualTo(RunningKernel.version());
    }

    @Test
    void aNamespaceThatIsNotThereIsAnErrorThatNamesIt() {
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(
                        () -> HostScan.run(new HostScan.Scope(Optional.of("no-such-netns"), false), WINDOW, NOTHING))
                .withMessageContaining("no-such-netns");
        assertThatExceptionOfType(KernelException.class).isThrownBy(() -> EnteredView.of("/proc/self/ns/none", 1));
        assertThatExceptionOfType(KernelException.class).isThrownBy(() -> EnteredView.of("/proc/self/ns/uts", 1));
    }

    @Test
    void aNamespaceThatIsAnotherByNowIsNotTakenForTheOneThatWasFound() {
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> EnteredView.of("/proc/" + network.pid() + "/ns/net", 1))
                .withMessageContaining("left it");
    }

    @Test
    void entryIntoANamespaceMovesNoOtherThread() throws IOException {
        Path own = Path.of("/proc/thread-self/ns/net");
        Path before = Files.readSymbolicLink(own);
        Path inside = network.inside(() -> Files.readSymbolicLink(own));

        assertThat(inside).isNotEqualTo(before);
        assertThat(Files.readSymbolicLink(own)).isEqualTo(before);
    }

    @Test
    void anInterruptedPauseLeavesNothingOpen() throws IOException {
        long before = descriptors();
        AtomicBoolean paused = new AtomicBoolean();

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> HostScan.run(scope(), WINDOW, _ -> {
                    paused.set(true);
                    throw new InterruptedException("Ctrl-C");
                }));

        assertThat(paused).isTrue();
        assertThat(descriptors()).isEqualTo(before);
    }

    /// Sockets and files of /proc only: the JVM opens others of its own accord.
    private static long descriptors() throws IOException {
        long count = 0;
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                try {
                    String target = Files.readSymbolicLink(entry).toString();
                    count += target.startsWith("socket:") || target.contains("/net/") ? 1 : 0;
                } catch (IOException gone) {
                    // The descriptor of this listing itself, or one that was closed meanwhile.
                }
            }
        }
        return count;
    }

    /// What a test does while the window passes.
    private interface Stage {
        void play() throws IOException;
    }

    private NamespaceEvidence scan(Stage stage) throws InterruptedException {
        Evidence evidence = HostScan.run(scope(), WINDOW, _ -> {
            try {
                stage.play();
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        });
        assertThat(evidence.namespaces()).hasSize(1);
        assertThat(evidence.window()).isPositive();
        return evidence.namespaces().getFirst();
    }

    private HostScan.Scope scope() {
        return new HostScan.Scope(Optional.of(Long.toString(network.pid())), true);
    }

    private static HostScan.Scope everything() {
        return new HostScan.Scope(Optional.empty(), true);
    }

    private static ListenerEvidence only(NamespaceEvidence namespace) {
        assertThat(namespace.listeners()).hasSize(1);
        return namespace.listeners().getFirst();
    }
}
