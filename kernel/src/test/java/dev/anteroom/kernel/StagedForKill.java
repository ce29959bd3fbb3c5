package dev.anteroom.kernel;

import dev.anteroom.queue.Setting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;

/// Makes hosts, links, connections, changed settings, processes and daemons, over and over, until it is killed.
final class StagedForKill {
    private static final String DAEMON_AND_MORE = "setsid sleep 303 & sleep 303 & exec sleep 303";

    private StagedForKill() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("started");
        for (int i = 0; ; i++) {
            Link.Carrier carrier = i % 2 == 0 ? Link.Carrier.TUN : Link.Carrier.VETH;
            try (PrivateHost client = PrivateHost.open("client", Map.of());
                    PrivateHost server = PrivateHost.open("server", Map.of(Setting.SOMAXCONN, 5L));
                    Link link = Link.over(
                            carrier, client, server, LinkShape.delaying(Duration.ofMillis(2)), 1, PacketTap.NONE);
                    ServerSocketChannel listener = server.inside(() -> ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), 8100)));
                    SocketChannel connected = client.inside(() -> SocketChannel.open(listener.getLocalAddress()))) {
                server.set(Setting.SOMAXCONN, 6);
                server.start(new ProcessBuilder("sh", "-c", DAEMON_AND_MORE));
                if (!connected.isConnected() || link.statistics().fromClient().packets() == 0) {
                    throw new AssertionError("nothing was staged");
                }
            }
        }
    }
}
