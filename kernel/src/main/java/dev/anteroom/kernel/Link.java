package dev.anteroom.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Two private hosts joined by a wire. The server is [#SERVER_ADDRESS], the client [#CLIENT_ADDRESS] and, for more
/// ports, further addresses of the same network; all in 198.18.0.0/15, which RFC 2544 sets apart for tests. IPv4
/// only.
///
/// A packet is read from one host's device when its kernel sends it, and written to the other's when it is due, by
/// one thread. What that thread is late by is measured; what a packet waits before it is read is not. Close the
/// link before its hosts.
public final class Link implements AutoCloseable {
    /// The first address of the client, from which it connects if nothing else is said.
    public static final String CLIENT_ADDRESS = "198.18.0.1";

    /// The address of the server.
    public static final String SERVER_ADDRESS = "198.18.0.2";

    /// How many addresses a client may have.
    public static final int MAX_CLIENT_ADDRESSES = 1000;

    private final Carrier carrier;
    private final List<LinkEnd> ends;
    private final Relay relay;
    private boolean closed;

    /// What the two ends are.
    public enum Carrier {
        /// TUN devices, where this user may open /dev/net/tun.
        TUN,
        /// Pairs of Ethernet interfaces with packet sockets.
        VETH
    }

    private Link(Carrier carrier, List<LinkEnd> ends, Relay relay) {
        this.carrier = carrier;
        this.ends = ends;
        this.relay = relay;
    }

    /// Joins two hosts.
    ///
    /// @param shape what happens to the packets of each direction
    /// @param clientAddresses how many addresses the client has, 1 to 1000
    /// @param tap sees every packet
    /// @throws KernelException if no device can be made
    public static Link between(
            PrivateHost client, PrivateHost server, LinkShape shape, int clientAddresses, PacketTap tap) {
        return over(Tun.mayOpen() ? Carrier.TUN : Carrier.VETH, client, server, shape, clientAddresses, tap);
    }

    /// Joins two hosts by devices of one kind.
    static Link over(
            Carrier carrier,
            PrivateHost client,
            PrivateHost server,
            LinkShape shape,
            int clientAddresses,
            PacketTap tap) {
        if (clientAddresses < 1 || clientAddresses > MAX_CLIENT_ADDRESSES) {
            throw new IllegalArgumentException(
                    "a client has 1 to " + MAX_CLIENT_ADDRESSES + " addresses, not " + clientAddresses);
        }
        List<LinkEnd> ends = new ArrayList<>();
        try {
            ends.add(LinkEnd.open(carrier, client, clientAddresses(clientAddresses)));
            ends.add(LinkEnd.open(carrier, server, List.of(SERVER_ADDRESS)));
            SplittableRandom random = new SplittableRandom(shape.seed());
            Relay relay = new Relay(
                    "link of " + client.name() + " and " + server.name(),
                    new LinkDirection(ends.getFirst(), ends.getLast(), true, shape, random.split()),
                    new LinkDirection(ends.getLast(), ends.getFirst(), false, shape, random.split()),
                    tap);
            return new Link(carrier, ends, relay);
        } catch (RuntimeException failed) {
            close(ends.iterator());
            throw failed;
        }
    }

    private static List<String> clientAddresses(int count) {
        return IntStream.range(0, count).mapToObj(Link::clientAddress).toList();
    }

    /// One of the addresses of the client.
    ///
    /// @param number 0 for the first, which is [#CLIENT_ADDRESS]
    public static String clientAddress(int number) {
        if (number < 0 || number >= MAX_CLIENT_ADDRESSES) {
            throw new IllegalArgumentException("no client address has the number " + number);
        }
        // The server's lies between the first and the second.
        int host = number == 0 ? 1 : number + 2;
        return "198.18." + (host >> 8) + "." + (host & 0xff);
    }

    /// One direction until now.
    ///
    /// @param packets how many entered
    /// @param lost how many of them the shape of the link lost
    /// @param overrun how many more were lost because they came faster than the relay could take them, or the link
    ///     held as many as it can: 0 in a sound run. Not known for a TUN device, which has room for 100 000
    /// @param refused how many the kernel of the other host did not take
    /// @param delivered how many arrived, or were refused
    /// @param meanLateness how much later than due they were written to the other host
    /// @param maxLateness the latest of them
    public record Way(
            long packets,
            long lost,
            long overrun,
            long refused,
            long delivered,
            Duration meanLateness,
            Duration maxLateness) {}

    /// Both directions until now.
    public record Statistics(Way fromClient, Way fromServer) {}

    /// What its two ends are.
    public Carrier carrier() {
        return carrier;
    }

    /// What has passed until now. Costs the relay nothing.
    public Statistics statistics() {
        return relay.statistics();
    }

    /// Ends the link; what is still on its way is lost. A second call does nothing.
    ///
    /// @throws RuntimeException what the tap threw, if it did
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Optional<RuntimeException> tapFailure = relay.stop();
        close(ends.iterator());
        tapFailure.ifPresent(failure -> {
            throw failure;
        });
    }

    /// Closes every end, even if closing another fails.
    private static void close(Iterator<LinkEnd> ends) {
        if (ends.hasNext()) {
            try (LinkEnd _ = ends.next()) {
                close(ends);
            }
        }
    }
}
