package dev.anteroom.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;

/// What a command does that needs private hosts: it starts itself again if that is what it takes, and goes to work.
final class OrdinaryUserRun {
    private OrdinaryUserRun() {}

    public static void main(String[] arguments) throws Exception {
        switch (PrivateHosts.available()) {
            case PrivateHosts.Here _ -> stage(arguments[0]);
            case PrivateHosts.AfterRestart again -> {
                System.out.println(
                        "starting again, process " + ProcessHandle.current().pid());
                again.restart();
            }
            case PrivateHosts.Closed closed -> System.out.println("closed: " + closed.reason());
        }
    }

    private static void stage(String argument) throws Exception {
        try (PrivateHost client = PrivateHost.open("client", Map.of());
                PrivateHost server = PrivateHost.open("server", Map.of());
                Link link = Link.between(client, server, LinkShape.delaying(Duration.ofMillis(5)), 2, PacketTap.NONE);
                ServerSocketChannel listener = server.inside(() -> ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), 8100)));
                SocketChannel connected = client.inside(() -> SocketChannel.open(listener.getLocalAddress()))) {
            Process process = server.start(new ProcessBuilder("cat", "/proc/sys/net/core/somaxconn"));
            System.out.println(argument + ", process " + ProcessHandle.current().pid() + ", connected "
                    + connected.isConnected() + ", " + link.carrier() + ", somaxconn "
                    + process.inputReader().readLine());
        }
    }
}
