package dev.anteroom.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// An end of a link that is a TUN device.
record TunEnd(Tun tun) implements LinkEnd {
    /// Room for what a kernel sends while the relay thread is kept from running for a second.
    private static final int QUEUE_PACKETS = 100_000;

    /// Makes the device and gives it its addresses.
    static TunEnd open(PrivateHost host, List<String> addresses) {
        Tun tun = Tun.open(host, DEVICE, MTU_BYTES, QUEUE_PACKETS);
        try {
            host.change(route -> LinkEnd.address(route, addresses));
            return new TunEnd(tun);
        } catch (KernelException refused) {
            tun.close();
            throw refused;
        }
    }

    @Override
    public int descriptor() {
        return tun.descriptor();
    }

    @Override
    public int receive(MemorySegment into) {
        return Math.max(0, DeviceCalls.read(tun.descriptor(), into.address(), into.byteSize()));
    }

    @Override
    public boolean send(long address, int length) {
        return DeviceCalls.write(tun.descriptor(), address, length) >= 0;
    }

    @Override
    public long missed() {
        return 0;
    }

    @Override
    public void close() {
        tun.close();
    }
}
