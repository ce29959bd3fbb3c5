package dev.anteroom.bench;

import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.LinkShape;
import dev.anteroom.kernel.PacketTap;
import dev.anteroom.kernel.PrivateHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// How late a link is under load: sends small datagrams through it at an even rate, both ways at once, and prints
/// what the relay counted. Needs root, or `unshare -Urn`.
public final class RelayRun {
    private static final int PORT = 9000;
    private static final int PAYLOAD_BYTES = 12;
    private static final double NANOS = 1e9;
    private static final String CLIENT = Link.CLIENT_ADDRESS;
    private static final String SERVER = Link.SERVER_ADDRESS;

    private RelayRun() {}

    /// Runs twice, measuring the second run.
    ///
    /// @param arguments packets per second of both directions together (100000), seconds (3), delay in milliseconds
    ///     (25)
    public static void main(String[] arguments) throws Exception {
        long perSecond = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        int delayMillis = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 25;
        LinkShape shape = LinkShape.delaying(Duration.ofMillis(delayMillis));
        // The first run compiles what the second one measures.
        run(shape, perSecond, 1);
        Link.Statistics seen = run(shape, perSecond, seconds);
        System.out.printf(Locale.ROOT, "%d packets/s for %d s, %d ms each way%n", perSecond, seconds, delayMillis);
        print("client to server", seen.fromClient(), seconds);
        print("server to client", seen.fromServer(), seconds);
    }

    private static Link.Statistics run(LinkShape shape, long perSecond, int seconds) throws Exception {
        try (PrivateHost client = PrivateHost.open("client", Map.of());
                PrivateHost server = PrivateHost.open("server", Map.of());
                Link link = Link.between(client, server, shape, 1, PacketTap.NONE);
                DatagramChannel clientSocket = client.inside(() -> bound(CLIENT));
                DatagramChannel serverSocket = server.inside(() -> bound(SERVER))) {
            InetSocketAddress toServer = new InetSocketAddress(InetAddress.ofLiteral(SERVER), PORT);
            InetSocketAddress toClient = new InetSocketAddress(InetAddress.ofLiteral(CLIENT), PORT);
            sendEvenly(perSecond, seconds, number -> {
                DatagramChannel from = number % 2 == 0 ? clientSocket : serverSocket;
                from.send(ByteBuffer.allocate(PAYLOAD_BYTES), number % 2 == 0 ? toServer : toClient);
            });
            Thread.sleep(shape.delay().plusMillis(500));
            return link.statistics();
        }
    }

    private static DatagramChannel bound(String address) throws IOException {
        return DatagramChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.ofLiteral(address), PORT));
    }

    @FunctionalInterface
    private interface Sender {
        void send(long number) throws IOException;
    }

    private static void sendEvenly(long perSecond, int seconds, Sender sender) {
        double interval = NANOS / perSecond;
        long start = System.nanoTime();
        try {
            for (long number = 0; number < perSecond * seconds; number++) {
                long wait = start + Math.round(number * interval) - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
                sender.send(number);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void print(String direction, Link.Way way, int seconds) {
        System.out.printf(
                Locale.ROOT,
                "  %s: %d packets (%d/s), %d overrun, lateness %.3f ms mean, %.3f ms at most%n",
                direction,
                way.packets(),
                way.packets() / seconds,
                way.overrun(),
                way.meanLateness().toNanos() / 1e6,
                way.maxLateness().toNanos() / 1e6);
    }
}
