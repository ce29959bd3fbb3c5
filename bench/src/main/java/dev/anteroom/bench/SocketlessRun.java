package dev.anteroom.bench;

import dev.anteroom.capture.LinkCapture;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.Tun;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.SocketlessSurge;
import dev.anteroom.traffic.SurgePlan;
import dev.anteroom.traffic.Talk;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Fires a surge without sockets at a listener that never accepts, keeps every packet, and prints how wide the burst
/// was and how much heap all of it took at the most, garbage included. Needs root.
///
/// `SocketlessRun CONNECTIONS FILE.pcapng`
final class SocketlessRun {
    private static final String SERVER = "198.18.0.2";
    private static final int PREFIX_BITS = 15;
    private static final int BACKLOG = 128;
    private static final int SOURCES = 2000;
    private static final int HOSTS = 250;
    private static final int QUEUE_PACKETS = 100_000;
    private static final int MTU = 1500;
    private static final long MEBIBYTE = 1024 * 1024;

    private SocketlessRun() {}

    static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[0]);
        InetAddress address = InetAddress.ofLiteral(SERVER);
        try (PrivateHost host = PrivateHost.open("server", Map.of());
                Tun tun = Tun.open(host, "clients", MTU, QUEUE_PACKETS);
                LinkCapture capture = LinkCapture.to(Path.of(arguments[1]))) {
            tun.addAddress(SERVER, PREFIX_BITS);
            try (ServerSocketChannel server = host.inside(() -> ServerSocketChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress(address, 0), BACKLOG))) {
                SurgePlan plan = new SurgePlan(
                        (InetSocketAddress) server.getLocalAddress(),
                        connections,
                        new Arrivals.AtOnce(),
                        new Talk.ClientFirst("hello\n"),
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        sources(),
                        1);
                print(new SocketlessSurge(plan, Duration.ZERO, tun, capture::packet).run(), capture.finish());
            }
        }
    }

    private static List<InetAddress> sources() {
        return IntStream.range(0, SOURCES)
                .mapToObj(i -> InetAddress.ofLiteral("198.18." + (1 + i / HOSTS) + "." + (1 + i % HOSTS)))
                .toList();
    }

    private static void print(SurgeResult result, HandshakeTally packets) {
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        System.out.println("connections " + result.fates().size() + " " + result.outcomes());
        System.out.println("burst width " + result.burstWidth() + ", took " + result.took());
        System.out.println("packets " + packets.packets() + " " + packets.fates());
        System.out.println("heap at the most " + peak / MEBIBYTE + " MiB");
    }
}
