package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// The IPv4 packets that arrive at one Ethernet interface, in a ring that the kernel fills and this process reads
/// (AF_PACKET with TPACKET_V2, `include/uapi/linux/if_packet.h`): room that an ordinary user may have, where the
/// buffer of a socket is bound by net.core.rmem_max. For one thread.
final class PacketRing implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 17;
    private static final int BLOCKS = 128;

    /// Holds a packet of 1500 bytes behind its header.
    private static final int FRAME_BYTES = 2048;

    private static final int FRAMES = BLOCKS * (BLOCK_BYTES / FRAME_BYTES);

    /// struct tpacket2_hdr.
    private static final int STATUS = 0;

    private static final int CAPTURED_BYTES = 8;
    private static final int NETWORK_OFFSET = 14;
    private static final int OF_KERNEL = 0;

    private static final VarHandle STATUS_WORD = JAVA_INT.varHandle();

    private final int descriptor;
    private final MemorySegment ring;
    private int next;
    private long missed;

    private PacketRing(int descriptor, MemorySegment ring) {
        this.descriptor = descriptor;
        this.ring = ring;
    }

    /// Listens at an interface of the network namespace of the calling thread. Needs CAP_NET_RAW over it.
    ///
    /// @throws KernelException if there is no AF_PACKET, or no memory for the ring
    static PacketRing at(String device) {
        int descriptor = checked(PacketCalls.socket(), "cannot open an AF_PACKET socket");
        try {
            checked(
                    PacketCalls.setRing(descriptor, BLOCK_BYTES, BLOCKS, FRAME_BYTES, FRAMES),
                    "cannot make a packet ring of " + (BLOCK_BYTES >> 10) * BLOCKS + " KiB");
            MemorySegment ring = PacketCalls.map(descriptor, (long) BLOCK_BYTES * BLOCKS)
                    .orElseThrow(() ->
                            new KernelException("cannot map a packet ring: " + Syscalls.describe(Syscalls.errno())));
            checked(PacketCalls.bind(descriptor, RouteNetlink.index(device)), "cannot listen for packets at " + device);
            return new PacketRing(descriptor, ring);
        } catch (KernelException refused) {
            Syscalls.close(descriptor);
            throw refused;
        }
    }

    private static int checked(int result, String failure) {
        if (result < 0) {
            throw new KernelException(failure + ": " + Syscalls.describe(Syscalls.errno()));
        }
        return result;
    }

    /// Has something to read when a packet waits.
    int descriptor() {
        return descriptor;
    }

    /// Takes the next packet, from its IP header on.
    ///
    /// @return its length, 0 if none waits
    int receive(MemorySegment into) {
        long frame = (long) next * FRAME_BYTES;
        if ((int) STATUS_WORD.getAcquire(ring, frame + STATUS) == OF_KERNEL) {
            return 0;
        }
        int length = ring.get(JAVA_INT, frame + CAPTURED_BYTES);
        int start = ring.get(JAVA_SHORT, frame + NETWORK_OFFSET) & 0xffff;
        MemorySegment.copy(ring, frame + start, into, 0, length);
        STATUS_WORD.setRelease(ring, frame + STATUS, OF_KERNEL);
        next = next + 1 == FRAMES ? 0 : next + 1;
        return length;
    }

    /// How many packets found the ring full.
    long missed() {
        // The kernel starts to count anew with each question.
        missed += PacketCalls.dropsSinceLastAsked(descriptor);
        return missed;
    }

    @Override
    public void close() {
        PacketCalls.unmap(ring);
        Syscalls.close(descriptor);
    }
}
