package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@NeedsRoot
class TunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int UDP = 17;

    @Test
    void readsWhatTheHostSendsBehindItAndTheHostReadsWhatIsWritten() throws Exception {
        try (PrivateHost host = PrivateHost.open("h", Map.of());
                Tun tun = Tun.open(host, "tun0", 1400, 500)) {
            tun.addAddress("198.18.0.1", 24);
            tun.addRoute("198.19.0.0", 16);
            InetSocketAddress far = new InetSocketAddress(InetAddress.ofLiteral("198.19.7.7"), 9);
            ByteBuffer packet = ByteBuffer.allocateDirect(2000);
            try (DatagramChannel socket = host.inside(() -> DatagramChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 5000)))) {
                socket.send(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), far);
                assertThat(tun.read(packet, PATIENCE)).isEqualTo(32);
                assertThat(packet.flip().limit()).isEqualTo(32);
                assertThat(packet.get(9)).isEqualTo((byte) UDP);
                assertThat(packet.getInt(16)).isEqualTo(0xc6_13_07_07);

                // Sent back: addresses and ports change places, so that the checksums stay right.
                int address = packet.getInt(12);
                packet.putInt(12, packet.getInt(16)).putInt(16, address);
                short port = packet.getShort(20);
                packet.putShort(20, packet.getShort(22)).putShort(22, port);
                assertThat(tun.write(packet)).isTrue();
                ByteBuffer back = ByteBuffer.allocate(10);
                assertThat(socket.receive(back)).isEqualTo(far);
                assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
            }
            assertThat(host.start(new ProcessBuilder("ip", "-o", "link", "show", "tun0"))
                            .inputReader()
                            .readLine())
                    .contains("mtu 1400", "qlen 500", "UP");
        }
    }

    @Test
    void waitsNoLongerThanAsked() {
        try (PrivateHost host = PrivateHost.open("h", Map.of());
                Tun tun = Tun.open(host, "tun0", 1500, 500)) {
            ByteBuffer packet = ByteBuffer.allocateDirect(2000);
            assertThat(tun.read(packet, Duration.ZERO)).isZero();
            long start = System.nanoTime();
            assertThat(tun.read(packet, Duration.ofMillis(20))).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
        }
    }

    @Test
    void endsAReadThatWaitsWhenItIsClosed() throws Exception {
        try (PrivateHost host = PrivateHost.open("h", Map.of())) {
            Tun tun = Tun.open(host, "tun0", 1500, 500);
            CountDownLatch started = new CountDownLatch(1);
            AtomicInteger length = new AtomicInteger(-1);
            Thread reader = Thread.ofPlatform().start(() -> {
                ByteBuffer packet = ByteBuffer.allocateDirect(2000);
                started.countDown();
                length.set(tun.read(packet, PATIENCE.multipliedBy(10)));
            });
            started.await();
            tun.close();
            tun.close();
            assertThat(reader.join(PATIENCE)).isTrue();
            assertThat(length).hasValue(0);
            assertThat(tun.write(ByteBuffer.allocateDirect(40))).isFalse();
        }
    }

    @Test
    void refusesWhatIsNoPacketAndABufferThatTheKernelCannotReach() {
        try (PrivateHost host = PrivateHost.open("h", Map.of());
                Tun tun = Tun.open(host, "tun0", 1500, 500)) {
            assertThat(tun.write(ByteBuffer.allocateDirect(40))).isFalse();
            assertThatThrownBy(() -> tun.write(ByteBuffer.allocate(40))).hasMessageContaining("direct");
            assertThatThrownBy(() -> Tun.open(host, "a-name-too-long-for-it", 1500, 500))
                    .hasMessageContaining("15");
            assertThatThrownBy(() -> Tun.open(host, "tun0", 1500, 500))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("tun0: busy");
            assertThatThrownBy(() -> tun.addAddress("198.18.0.1", 99))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("198.18.0.1/99");
        }
    }
}
