package dev.anteroom.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Where a link ends in a private host. One thread uses it; no method waits.
sealed interface LinkEnd extends AutoCloseable permits TunEnd, VethEnd {
    /// The interface that the host sees.
    String DEVICE = "link";

    /// As on Ethernet.
    int MTU_BYTES = 1500;

    /// All addresses of a link belong to this much of 198.18.0.0.
    int PREFIX_BITS = 15;

    int HOST_BITS = 32;

    /// Makes an end.
    static LinkEnd open(Link.Carrier carrier, PrivateHost host, List<String> addresses) {
        return switch (carrier) {
            case TUN -> TunEnd.open(host, addresses);
            case VETH -> VethEnd.open(host, addresses);
        };
    }

    /// Gives the interface its addresses, the first of them with the route to the other end. On a thread inside.
    static void address(RouteNetlink route, List<String> addresses) {
        route.addAddress(DEVICE, addresses.getFirst(), PREFIX_BITS);
        addresses.stream().skip(1).forEach(address -> route.addAddress(DEVICE, address, HOST_BITS));
    }

    /// Has something to read when a packet waits.
    int descriptor();

    /// Takes a packet that the host sends.
    ///
    /// @return its length, 0 if none waits
    int receive(MemorySegment into);

    /// Lets a packet arrive at the host.
    ///
    /// @return whether its kernel took it
    boolean send(long address, int length);

    /// How many packets the host sent that came too fast to be seen here.
    long missed();

    @Override
    void close();
}
