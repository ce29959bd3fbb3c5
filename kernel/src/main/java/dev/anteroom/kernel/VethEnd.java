package dev.anteroom.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// An end of a link that is a pair of Ethernet interfaces, both in the private host, with a packet socket at the
/// one without addresses. For users to whom /dev/net/tun is closed.
///
/// The kernel must neither answer nor count what this end sees: the host sends to the hardware address of its own
/// interface, since it asks nobody for others, and so the other one takes every packet for somebody else's.
final class VethEnd implements LinkEnd {
    private static final String WIRE = "wire";
    private static final int QUEUE_PACKETS = 1000;

    private final PrivateHost host;
    private final PacketRing ring;
    private final MemorySegment hostAddress;

    private VethEnd(PrivateHost host, PacketRing ring) {
        this.host = host;
        this.ring = ring;
        this.hostAddress = PacketCalls.hardwareAddress(Arena.ofAuto(), ring.descriptor(), DEVICE)
                .map(hardware -> PacketCalls.address(Arena.ofAuto(), RouteNetlink.index(WIRE), hardware))
                .orElseThrow(() -> new KernelException(
                        "no hardware address of " + DEVICE + ": " + Syscalls.describe(Syscalls.errno())));
    }

    /// Makes the devices and gives the host's its addresses.
    static VethEnd open(PrivateHost host, List<String> addresses) {
        return ThreadInside.get(host.door(), () -> {
            try (RouteNetlink route = RouteNetlink.open()) {
                route.addVeth(DEVICE, WIRE);
                PinnedSettings.withoutIpv6(DEVICE);
                PinnedSettings.withoutIpv6(WIRE);
                route.setSizes(DEVICE, MTU_BYTES, QUEUE_PACKETS);
                route.setUpWithoutArp(DEVICE);
                route.setUpWithoutArp(WIRE);
                LinkEnd.address(route, addresses);
                PacketRing ring = PacketRing.at(WIRE);
                try {
                    if (PacketCalls.withoutTransmitOffloads(ring.descriptor(), DEVICE) < 0) {
                        throw new KernelException("cannot have " + DEVICE + " send full checksums: "
                                + Syscalls.describe(Syscalls.errno()));
                    }
                    return new VethEnd(host, ring);
                } catch (RuntimeException failed) {
                    ring.close();
                    throw failed;
                }
            }
        });
    }

    @Override
    public int descriptor() {
        return ring.descriptor();
    }

    @Override
    public int receive(MemorySegment into) {
        return ring.receive(into);
    }

    @Override
    public boolean send(long address, int length) {
        return PacketCalls.send(ring.descriptor(), address, length, hostAddress) >= 0;
    }

    @Override
    public long missed() {
        return ring.missed();
    }

    @Override
    public void close() {
        ring.close();
        if (host.isOpen()) {
            host.change(route -> route.remove(DEVICE));
        }
    }
}
