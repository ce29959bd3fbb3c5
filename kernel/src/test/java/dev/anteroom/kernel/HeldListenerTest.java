package dev.anteroom.kernel;

import static java.net.StandardProtocolFamily.INET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.Listener;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Listeners of other processes, in another network namespace, and of this one.
@NeedsRoot
class HeldListenerTest {
    private static final String SERVER = """
            import socket, sys
            s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(3)
            print(s.getsockname()[1])
            for line in sys.stdin:
                s.close()
                print('closed')
            """;

    private PrivateNetwork network;
    private NetworkNamespace namespace;

    @BeforeEach
    void open() throws IOException {
        network = PrivateNetwork.open();
        namespace = NetworkNamespace.of(network.inside(NetworkNamespaces::ownInode));
    }

    @AfterEach
    void close() throws IOException {
        network.close();
    }

    private Listener only(int port) throws InterruptedException {
        return HostScan.run(
                        new HostScan.Scope(Optional.of(Long.toString(namespace.inode())), false),
                        Duration.ZERO,
                        Thread::sleep)
                .namespaces()
                .getFirst()
                .listeners()
                .stream()
                .map(one -> one.listener())
                .filter(one -> one.endpoint().port() == port)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anotherProcessesLimitGrowsAndWhatWaitsStaysInItsQueue() throws Exception {
        int port = network.python(SERVER).number();
        network.fill(network.sockDiag(), port, 4);
        Listener listener = only(port);

        try (HeldListener held = HeldListener.of(listener)) {
            held.listen(1000);
        }

        assertThat(namespace.sample(listener)).contains(new QueueSample(4, OptionalLong.of(1000), OptionalLong.of(0)));
        network.connect(port);
        PrivateNetwork.await(
                "a fifth connection",
                () -> namespace.sample(listener).orElseThrow().depth() == 5);
    }

    @Test
    void theCapIsThatOfTheSocketsOwnNamespace() throws Exception {
        int port = network.python(SERVER).number();
        namespace.set(Setting.SOMAXCONN, 77);
        Listener listener = only(port);

        try (HeldListener held = HeldListener.of(listener)) {
            held.listen(1000);
        }

        assertThat(namespace.value(Setting.SOMAXCONN)).hasValue(77);
        assertThat(namespace.sample(listener).orElseThrow().limit()).hasValue(77);
        assertThat(NetworkNamespace.own().value(Setting.SOMAXCONN)).isNotEqualTo(OptionalLong.of(77));
    }

    @Test
    void aListenerClosedSinceIsNotMadeToListenAgain() throws Exception {
        PrivateNetwork.Talk server = network.python(SERVER);
        Listener listener = only(server.number());
        server.ask("close");

        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> HeldListener.of(listener))
                .withMessageContaining("process " + server.pid() + " has closed it");
    }

    @Test
    void aProcessThatHasEndedIsToldSo() throws Exception {
        PrivateNetwork.Talk server = network.python(SERVER);
        Listener listener = only(server.number());
        server.close();

        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> HeldListener.of(listener))
                .withMessageContaining("process " + server.pid() + " has ended");
    }

    @Test
    void aListenerOfTheOwnProcessIsTakenLikeAnyOther() throws Exception {
        int port = PrivateNetwork.port(network.listen(INET, "127.0.0.1", 5));
        Listener listener = only(port);

        try (HeldListener held = HeldListener.of(listener)) {
            held.listen(0);
        }

        assertThat(namespace.sample(listener).orElseThrow().limit()).hasValue(0);
    }

    @Test
    void aNamespaceThatIsGoneIsToldSo() throws IOException {
        PrivateNetwork gone = PrivateNetwork.open();
        long inode = gone.inside(NetworkNamespaces::ownInode);
        gone.close();

        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> NetworkNamespace.of(inode))
                .withMessageContaining("net:[" + inode + "] is gone");
    }
}
