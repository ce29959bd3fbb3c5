package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NeedsRoot
class LinkTest {
    private static final int PORT = 8100;
    private static final Duration DELAY = Duration.ofMillis(30);
    private static final LinkShape DELAYING = LinkShape.delaying(DELAY);
    private static final LinkShape INSTANT = LinkShape.delaying(Duration.ZERO);

    /// Two hosts and their link.
    private record Lab(PrivateHost client, PrivateHost server, Link link) implements AutoCloseable {
        static Lab of(Link.Carrier carrier, LinkShape shape, int clientAddresses, PacketTap tap) {
            PrivateHost client = PrivateHost.open("client", Map.of());
            PrivateHost server = PrivateHost.open("server", Map.of());
            return new Lab(client, server, Link.over(carrier, client, server, shape, clientAddresses, tap));
        }

        ServerSocketChannel listen(int backlog) throws Exception {
            return server.inside(() -> ServerSocketChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), PORT), backlog));
        }

        SocketChannel connect(int clientAddress) throws Exception {
            return client.inside(() -> {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
                channel.bind(new InetSocketAddress(InetAddress.ofLiteral(Link.clientAddress(clientAddress)), 0));
                channel.connect(new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), PORT));
                return channel;
            });
        }

        @Override
        public void close() {
            try (client;
                    server) {
                link.close();
            }
        }
    }

    private record Seen(long epochNanos, boolean fromClient, boolean lost, ByteBuffer bytes) {
        private int flags() {
            return bytes.get((bytes.get(0) & 0xf) * 4 + 13) & 0x3f;
        }
    }

    /// Keeps what it sees. Read only once the link is closed, or nothing moves any more.
    private static final class Keeper implements PacketTap {
        private final List<Seen> packets = new ArrayList<>();

        @Override
        public synchronized void packet(long epochNanos, boolean fromClient, boolean lost, ByteBuffer ipPacket) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(ipPacket.limit()).put(ipPacket).flip();
            packets.add(new Seen(epochNanos, fromClient, lost, bytes));
        }

        private synchronized List<Seen> packets() {
            return List.copyOf(packets);
        }
    }

    @ParameterizedTest
    @EnumSource(Link.Carrier.class)
    void aHandshakeTakesBothDelaysAndTheTapSeesItsThreePackets(Link.Carrier carrier) throws Exception {
        Keeper tap = new Keeper();
        try (Lab lab = Lab.of(carrier, DELAYING, 1, tap);
                ServerSocketChannel server = lab.listen(10)) {
            long start = System.nanoTime();
            SocketChannel client = lab.connect(0);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2 * DELAY.toNanos());
            SocketChannel accepted = server.accept();
            assertThat(tap.packets().stream().limit(3).map(Seen::flags)).containsExactly(0x02, 0x12, 0x10);
            assertThat(tap.packets().stream().limit(3).map(Seen::fromClient)).containsExactly(true, false, true);
            assertThat(tap.packets().get(1).epochNanos() - tap.packets().get(0).epochNanos())
                    .isGreaterThanOrEqualTo(DELAY.toNanos());
            assertThat(tap.packets()).noneMatch(Seen::lost);
            assertThat(lab.link.carrier()).isEqualTo(carrier);
            client.close();
            accepted.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Link.Carrier.class)
    void everyPacketIsNoLongerThanTheMtuAndCarriesItsFullChecksums(Link.Carrier carrier) throws Exception {
        Keeper tap = new Keeper();
        byte[] sent = new byte[300_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31);
        }
        ByteBuffer received = ByteBuffer.allocate(sent.length);
        try (Lab lab = Lab.of(carrier, INSTANT, 1, tap);
                ServerSocketChannel server = lab.listen(10);
                SocketChannel client = lab.connect(0);
                SocketChannel accepted = server.accept()) {
            Thread sender = Thread.ofPlatform().start(() -> {
                try (client) {
                    client.write(ByteBuffer.wrap(sent));
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            while (received.hasRemaining() && accepted.read(received) >= 0) {
                assertThat(received.position()).isPositive();
            }
            sender.join();
        }
        assertThat(received.array()).isEqualTo(sent);
        assertThat(tap.packets()).hasSizeGreaterThan(sent.length / LinkEnd.MTU_BYTES);
        assertThat(tap.packets()).allSatisfy(packet -> {
            assertThat(packet.bytes().limit()).isLessThanOrEqualTo(LinkEnd.MTU_BYTES);
            assertThat(InternetChecksum.ofIpHeader(packet.bytes().array())).isZero();
            assertThat(InternetChecksum.ofTransport(packet.bytes().array())).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Link.Carrier.class)
    void theSamePacketsAreLostForTheSameSeedAndOthersForAnother(Link.Carrier carrier) throws Exception {
        List<Integer> first = arrived(carrier, losing(7), 1000);
        assertThat(first).isSubsetOf(IntStream.range(0, 1000).boxed().toList());
        assertThat(first.size()).isBetween(620, 780); // 700 and five and a half standard deviations
        assertThat(arrived(carrier, losing(7), 1000)).isEqualTo(first);
        assertThat(arrived(carrier, losing(8), 1000)).isNotEqualTo(first);
    }

    private static LinkShape losing(long seed) {
        return new LinkShape(Duration.ofMillis(1), Duration.ZERO, 0.3, OptionalLong.empty(), seed);
    }

    @Test
    void jitterLetsNoPacketOvertakeAnother() throws Exception {
        LinkShape swaying =
                new LinkShape(Duration.ofMillis(5), Duration.ofMillis(5), 0, OptionalLong.of(20_000_000), 1);
        assertThat(arrived(Link.Carrier.TUN, swaying, 2000))
                .isEqualTo(IntStream.range(0, 2000).boxed().toList());
    }

    @Test
    void aRateMakesPacketsWaitForThoseBeforeThem() throws Exception {
        // 100 packets of 28 header bytes and 4 more at 64 000 bits per second: 4 ms each.
        LinkShape slow = new LinkShape(Duration.ZERO, Duration.ZERO, 0, OptionalLong.of(64_000), 1);
        long start = System.nanoTime();
        assertThat(arrived(Link.Carrier.TUN, slow, 100)).hasSize(100);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(396), Duration.ofSeconds(3));
    }

    /// Sends numbered datagrams; those that arrived, in the order in which they did. The last one is sent again
    /// until it arrives.
    private static List<Integer> arrived(Link.Carrier carrier, LinkShape shape, int count) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        try (Lab lab = Lab.of(carrier, shape, 1, PacketTap.NONE);
                DatagramChannel server = lab.server.inside(() -> DatagramChannel.open(StandardProtocolFamily.INET)
                        .setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20)
                        .bind(new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), PORT)));
                DatagramChannel client = lab.client.inside(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), PORT);
            server.configureBlocking(false);
            ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
            for (int i = 0; i < count; i++) {
                client.send(number.clear().putInt(i).flip(), to);
            }
            PrivateNetwork.await("all packets on the other side", () -> {
                Link.Way way = lab.link.statistics().fromClient();
                return way.packets() == count && way.delivered() + way.lost() == count;
            });
            assertThat(lab.link.statistics().fromClient().overrun()).isZero();
            while (server.receive(number.clear()) != null) {
                numbers.add(number.getInt(0));
            }
            assertThat(lab.link.statistics().fromClient().delivered()).isEqualTo(numbers.size());
        }
        return numbers;
    }

    @ParameterizedTest
    @EnumSource(Link.Carrier.class)
    void furtherAddressesOfTheClientConnectToo(Link.Carrier carrier) throws Exception {
        int last = 299; // beyond the 256 of the last byte
        try (Lab lab = Lab.of(carrier, INSTANT, last + 1, PacketTap.NONE);
                ServerSocketChannel server = lab.listen(10);
                SocketChannel client = lab.connect(last);
                SocketChannel accepted = server.accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(((InetSocketAddress) accepted.getRemoteAddress())
                            .getAddress()
                            .getHostAddress())
                    .isEqualTo("198.18.1.45");
        }
    }

    @ParameterizedTest
    @EnumSource(Link.Carrier.class)
    void theTablesOfBothEndsShowAHalfOpenConnection(Link.Carrier carrier) throws Exception {
        LinkShape losingAll = new LinkShape(DELAY, Duration.ZERO, 1, OptionalLong.empty(), 0);
        try (Lab lab = Lab.of(carrier, losingAll, 1, PacketTap.NONE);
                SocketChannel client = lab.client.inside(() -> {
                    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
                    channel.configureBlocking(false);
                    channel.connect(new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), PORT));
                    return channel;
                })) {
            assertThat(client.isConnectionPending()).isTrue();
            ConnectionRow row = lab.client
                    .sockDiag()
                    .connections(EnumSet.allOf(TcpState.class))
                    .getFirst();
            assertThat(row.state()).isEqualTo(TcpState.SYN_SENT);
            assertThat(row.local().address()).isEqualTo(Link.CLIENT_ADDRESS);
            assertThat(row.remote()).hasToString(Link.SERVER_ADDRESS + ":" + PORT);
            assertThat(row.sendQueue()).isEqualTo(1);
            assertThat(row.inode()).isPositive();
            assertThat(row.retransmits()).isZero();
            assertThat(row.timer()).hasValueSatisfying(timer -> {
                assertThat(timer.kind()).isEqualTo(ConnectionRow.Kind.ON);
                assertThat(timer.left()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
            });
            assertThat(lab.server.sockDiag().connections(EnumSet.allOf(TcpState.class)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Link.Carrier.class)
    void theHostsCanBeJoinedAgainOnceALinkIsClosed(Link.Carrier carrier) {
        try (PrivateHost client = PrivateHost.open("client", Map.of());
                PrivateHost server = PrivateHost.open("server", Map.of())) {
            for (int i = 0; i < 2; i++) {
                Link link = Link.over(carrier, client, server, INSTANT, 2, PacketTap.NONE);
                link.close();
                link.close();
            }
        }
    }

    @Test
    void aTapThatFailsIsToldWhenTheLinkIsClosedAndStopsNoPacket() throws Exception {
        Lab lab = Lab.of(Link.Carrier.TUN, INSTANT, 1, (epochNanos, fromClient, lost, ipPacket) -> {
            throw new IllegalStateException("the disk is full");
        });
        try (ServerSocketChannel server = lab.listen(10);
                SocketChannel client = lab.connect(0);
                SocketChannel accepted = server.accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(accepted.isConnected()).isTrue();
        }
        assertThatThrownBy(lab::close).hasMessage("the disk is full");
    }

    @Test
    void aShapeThatCannotBeIsRefusedWithItsValue() {
        Duration five = Duration.ofMillis(5);
        Duration six = Duration.ofMillis(6);
        assertThatThrownBy(() -> new LinkShape(five, six, 0, OptionalLong.empty(), 0))
                .hasMessageContaining("PT0.006S");
        assertThatThrownBy(() -> new LinkShape(five, five, Double.NaN, OptionalLong.empty(), 0))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new LinkShape(five, five, 1.5, OptionalLong.empty(), 0))
                .hasMessageContaining("1.5");
        assertThatThrownBy(() -> new LinkShape(five, five, 0, OptionalLong.of(0), 0))
                .hasMessageContaining("not 0");
    }
}
