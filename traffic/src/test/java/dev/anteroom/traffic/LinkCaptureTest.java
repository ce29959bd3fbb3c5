package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.capture.LinkCapture;
import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.LinkShape;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Packets of two kernels, recorded on the link between them and read by tshark.
@NeedsRoot
class LinkCaptureTest {
    private static final int CONNECTIONS = 20;
    private static final Duration DELAY = Duration.ofMillis(5);

    @TempDir
    Path directory;

    @Test
    void tsharkCountsTheSameAndFindsGoodChecksumsDirectionsAndLosses() throws Exception {
        assumeTrue(tsharkIsInstalled());
        Path file = directory.resolve("link.pcapng");
        LinkShape lossy = new LinkShape(DELAY, Duration.ZERO, 0.1, OptionalLong.empty(), 7);
        HandshakeTally tally;
        try (PrivateHost client = PrivateHost.open("client", Map.of());
                PrivateHost server = PrivateHost.open("server", Map.of());
                LinkCapture capture = LinkCapture.to(file)) {
            try (Link link = Link.between(client, server, lossy, 1, capture::packet)) {
                talk(client, server);
                assertThat(link.statistics().fromClient().lost()
                                + link.statistics().fromServer().lost())
                        .isPositive();
            }
            tally = capture.finish();
            assertThat(capture.failure()).isEmpty();
        }
        assertThat(tally.lost()).isPositive();
        assertThat(tally.fates().keySet())
                .isSubsetOf(HandshakeFate.ANSWERED, HandshakeFate.ANSWERED_LATE, HandshakeFate.REFUSED);
        assertThat(tally.connections()).isEqualTo(CONNECTIONS + 1);

        List<String> packets = tshark(file);
        assertThat(packets).hasSize((int) tally.packets());
        assertThat(packets).allMatch(packet -> packet.startsWith("1|1|"), "both checksums are good");
        assertThat(packets.stream().filter(packet -> packet.contains("|S-"))).hasSize((int) tally.syns());
        assertThat(packets.stream().filter(packet -> packet.contains("|SA"))).hasSize((int) tally.synAcks());
        assertThat(packets.stream().filter(packet -> packet.contains("R|"))).hasSize((int) tally.resets());
        assertThat(packets.stream().filter(packet -> packet.endsWith("|lost on the link")))
                .hasSize((int) tally.lost());
        assertThat(packets.stream().filter(packet -> packet.contains("|" + Link.CLIENT_ADDRESS + "|")))
                .allMatch(packet -> packet.contains("|client|0x00000001|"));
        assertThat(packets.stream().filter(packet -> packet.contains("|" + Link.SERVER_ADDRESS + "|")))
                .allMatch(packet -> packet.contains("|server|0x00000002|"));
    }

    /// Some connections that are answered, and one that is refused.
    private static void talk(PrivateHost client, PrivateHost server) throws Exception {
        InetAddress address = InetAddress.ofLiteral(Link.SERVER_ADDRESS);
        try (ServerSocketChannel listener = server.inside(
                () -> ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(address, 0)))) {
            server.thread("answers", () -> answer(listener));
            for (int i = 0; i < CONNECTIONS; i++) {
                try (SocketChannel socket = client.inside(() -> SocketChannel.open(listener.getLocalAddress()))) {
                    assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(1);
                }
            }
            assertThat(refusal(client, address)).isEqualTo("Connection refused");
        }
    }

    private static void answer(ServerSocketChannel listener) {
        try {
            while (true) {
                try (SocketChannel accepted = listener.accept()) {
                    accepted.write(ByteBuffer.wrap(new byte[] {'!'}));
                }
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private static String refusal(PrivateHost client, InetAddress address) throws Exception {
        try {
            client.inside(() -> SocketChannel.open(new InetSocketAddress(address, 1)));
            return "connected";
        } catch (IOException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static boolean tsharkIsInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("tshark", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /// `checksum|checksum|source|flags|interface|direction|comment` of each packet, the flags as `S-`, `SA`, `-A`,
    /// with an `R` behind them for a reset.
    private static List<String> tshark(Path file) throws IOException {
        Process process = new ProcessBuilder(
                        "tshark",
                        "-n",
                        "-r",
                        file.toString(),
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-T",
                        "fields",
                        "-E",
                        "separator=|",
                        "-e",
                        "ip.checksum.status",
                        "-e",
                        "tcp.checksum.status",
                        "-e",
                        "ip.src",
                        "-e",
                        "tcp.flags",
                        "-e",
                        "frame.interface_name",
                        "-e",
                        "frame.packet_flags_direction",
                        "-e",
                        "frame.comment")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.inputReader()
                .lines()
                .map(LinkCaptureTest::withFlagsInLetters)
                .toList();
    }

    private static String withFlagsInLetters(String line) {
        String[] fields = line.split("\\|", -1);
        int flags = Integer.decode(fields[3]);
        fields[3] = ((flags & 0x02) == 0 ? "-" : "S")
                + ((flags & 0x10) == 0 ? "-" : "A")
                + ((flags & 0x04) == 0 ? "" : "R");
        return String.join("|", fields);
    }
}
