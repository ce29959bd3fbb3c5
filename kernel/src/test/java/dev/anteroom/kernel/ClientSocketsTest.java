package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsRoot
class ClientSocketsTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final long SECOND = 1_000_000_000L;

    private PrivateNetwork network;

    @BeforeEach
    void open() throws IOException {
        network = PrivateNetwork.open();
    }

    @AfterEach
    void close() throws IOException {
        network.close();
    }

    private ClientSockets to(int port, String... sources) {
        return new ClientSockets(
                new InetSocketAddress(HERE, port),
                List.of(sources).stream().map(InetAddress::ofLiteral).toList());
    }

    @Test
    void aConnectionIsMadeTalksAndEnds() throws IOException {
        ServerSocketChannel server = network.listen(StandardProtocolFamily.INET, "127.0.0.1", 5);
        ClientSockets sockets = to(PrivateNetwork.port(server));
        int descriptor = network.inside(() -> sockets.open(0));
        try (Epoll epoll = Epoll.open()) {
            assertThat(sockets.connect(descriptor)).isEqualTo(Errno.EINPROGRESS);
            epoll.add(descriptor, Epoll.READABLE | Epoll.WRITABLE, 7);
            assertThat(epoll.await(20 * SECOND)).isEqualTo(1);
            assertThat(epoll.number(0)).isEqualTo(7);
            assertThat(epoll.happened(0) & Epoll.WRITABLE).isNotZero();
            assertThat(sockets.look(descriptor)).isEqualTo(ClientSockets.ESTABLISHED);
            assertThat(sockets.retransmissions()).isZero();
            assertThat(sockets.roundTripMicros()).isPositive();
            assertThat(sockets.error(descriptor)).isZero();

            SocketBytes words = SocketBytes.copyOf("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(sockets.send(descriptor, words, 1, 5)).isEqualTo(4);
            try (SocketChannel peer = server.accept()) {
                ByteBuffer heard = ByteBuffer.allocate(10);
                assertThat(peer.read(heard)).isEqualTo(4);
                assertThat(heard.array()).startsWith('e', 'l', 'l', 'o');
                assertThat(sockets.receive(descriptor, words)).isEqualTo(-Errno.EAGAIN);
                peer.write(ByteBuffer.wrap(new byte[] {'H'}));
                assertThat(epoll.await(20 * SECOND)).isEqualTo(1);
                assertThat(epoll.happened(0) & Epoll.READABLE).isNotZero();
                assertThat(sockets.receive(descriptor, words)).isEqualTo(1);
                assertThat(words.view().get(0)).isEqualTo((byte) 'H');
            }
            assertThat(epoll.await(20 * SECOND)).isEqualTo(1);
            assertThat(epoll.happened(0) & Epoll.PEER_CLOSED).isNotZero();
            assertThat(sockets.receive(descriptor, words)).isZero();
        }
        sockets.close(descriptor);
    }

    @Test
    void aRefusalIsAPendingErrorOfTheSocket() {
        ClientSockets sockets = to(9);
        int descriptor = network.inside(() -> sockets.open(0));

        assertThat(sockets.connect(descriptor)).isEqualTo(Errno.EINPROGRESS);
        assertThat(sockets.look(descriptor)).isEqualTo(ClientSockets.CLOSE);
        assertThat(sockets.error(descriptor)).isEqualTo(Errno.ECONNREFUSED);
        assertThat(sockets.error(descriptor)).isZero();
        sockets.abort(descriptor);
    }

    @Test
    void anAbortResetsAndAnOrderlyCloseDoesNot() throws IOException {
        ServerSocketChannel server = network.listen(StandardProtocolFamily.INET, "127.0.0.1", 5);
        ClientSockets sockets = to(PrivateNetwork.port(server));
        for (boolean abort : new boolean[] {false, true}) {
            int descriptor = network.inside(() -> sockets.open(0));
            sockets.connect(descriptor);
            try (SocketChannel peer = server.accept()) {
                if (abort) {
                    sockets.abort(descriptor);
                    assertThatThrownBy(() -> peer.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
                } else {
                    sockets.close(descriptor);
                    assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void sourcesAreTakenInTurnAndMustExist() throws IOException {
        ServerSocketChannel server = network.listen(StandardProtocolFamily.INET, "127.0.0.1", 5);
        ClientSockets sockets = to(PrivateNetwork.port(server), "127.0.0.2", "127.0.0.3");
        for (int turn = 0; turn < 3; turn++) {
            int number = turn;
            int descriptor = network.inside(() -> sockets.open(number));
            sockets.connect(descriptor);
            try (SocketChannel peer = server.accept()) {
                assertThat(((InetSocketAddress) peer.getRemoteAddress()).getHostString())
                        .isEqualTo("127.0.0." + (2 + turn % 2));
            }
            sockets.close(descriptor);
        }
        ClientSockets nowhere = to(9, "192.0.2.77");
        assertThat(network.inside(() -> nowhere.open(0))).isEqualTo(-Errno.EADDRNOTAVAIL);
    }

    @Test
    void theRoomForPortsIsThatOfTheThreadsNamespace() {
        network.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "50000 50009"));
        LocalRoom room = network.inside(LocalRoom::look);

        assertThat(room.ports()).isEqualTo(10);
        assertThat(room.descriptors()).isPositive().isLessThan(room.descriptorLimit());
        assertThat(LocalRoom.look().ports()).isGreaterThan(10);
    }

    @Test
    void anEpollSetThatNothingHappensInWaitsForItsTime() {
        try (Epoll epoll = Epoll.open()) {
            long begin = System.nanoTime();
            assertThat(epoll.await(3_000_000)).isZero();
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(3_000_000);
            assertThat(epoll.await(0)).isZero();
        }
    }
}
