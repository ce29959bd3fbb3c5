package dev.anteroom.traffic;

import dev.anteroom.capture.TcpSegment;
import dev.anteroom.kernel.PacketTap;
import dev.anteroom.kernel.Tun;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// The packets between clients without sockets and their server. The number of a client says its address and port,
/// and the other way round: the sources are taken in turn, and each gives its ports from the first on.
final class SocketlessWire {
    static final int NOBODY = -1;
    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 65_536 - FIRST_PORT;
    private static final int LARGEST_PACKET = 65_536;
    private static final int WINDOW = 64_240;

    private final Tun tun;
    private final PacketTap tap;
    private final long epochMinusNanoTime;
    private final int server;
    private final int serverPort;
    private final int[] sources;
    private final int clients;
    private final TcpSegment in = new TcpSegment();
    private final TcpSegment out = new TcpSegment();
    private final ByteBuffer received = ByteBuffer.allocateDirect(LARGEST_PACKET);
    private final ByteBuffer sent = ByteBuffer.allocateDirect(LARGEST_PACKET);

    SocketlessWire(InetSocketAddress target, List<InetAddress> sources, int clients, Tun tun, PacketTap tap) {
        this.tun = tun;
        this.tap = tap;
        Instant now = Instant.now();
        this.epochMinusNanoTime = now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
        this.server = ipv4(target.getAddress());
        this.serverPort = target.getPort();
        this.sources = sources.stream()
                .mapToInt(SocketlessWire::ipv4)
                .distinct()
                .sorted()
                .toArray();
        this.clients = clients;
        if (clients > (long) this.sources.length * PORTS) {
            throw new IllegalArgumentException("Expected at most " + PORTS + " connections for each of "
                    + this.sources.length + " sources but was " + clients);
        }
    }

    private static int ipv4(InetAddress address) {
        if (address instanceof Inet4Address) {
            return ByteBuffer.wrap(address.getAddress()).getInt();
        }
        throw new IllegalArgumentException("Expected an IPv4 address but was " + address.getHostAddress());
    }

    /// A segment to set options on; it has none. Then it is sent by [#send].
    TcpSegment fresh() {
        return out.noOptions();
    }

    /// Sends what [#fresh()] gave, as a segment of a client.
    ///
    /// @return false if the device did not take it
    boolean send(int client, int flags, int sequence, int acknowledgement, ByteBuffer payload) {
        out.fromIpv4(sources[client % sources.length], FIRST_PORT + client / sources.length)
                .toIpv4(server, serverPort)
                .numbers(flags, sequence, acknowledgement)
                .window(WINDOW)
                .write(sent.clear(), payload);
        boolean taken = tun.write(sent.flip());
        // After the kernel has dealt with it, but its answers are read after this, so the order is right.
        tap.packet(epochNanos(), true, false, sent);
        return taken;
    }

    /// Waits for a packet, which is then [#segment()] if it is for a client.
    ///
    /// @return false if none came in time
    boolean receive(Duration timeout) {
        boolean came = tun.read(received.clear(), timeout) > 0;
        received.flip();
        if (came) {
            tap.packet(epochNanos(), false, false, received);
        }
        return came;
    }

    /// The client that the received packet is for, [#NOBODY] if it is for none.
    int addressee() {
        if (!in.read(received) || in.ipv6() || in.sourcePort() != serverPort || (int) in.sourceLow() != server) {
            return NOBODY;
        }
        int source = Arrays.binarySearch(sources, (int) in.destinationLow());
        int client = (in.destinationPort() - FIRST_PORT) * sources.length + source;
        return source >= 0 && client >= 0 && client < clients ? client : NOBODY;
    }

    private long epochNanos() {
        return System.nanoTime() + epochMinusNanoTime;
    }

    /// What the last client for whom there was a packet received; valid until the next.
    TcpSegment segment() {
        return in;
    }
}
