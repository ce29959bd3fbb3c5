package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;

/// The system calls of packet sockets, and what is asked of an Ethernet interface over one.
final class PacketCalls {
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM_CLOEXEC_NONBLOCK = 2 | 0x80000 | 0x800;
    private static final short ETH_P_IP = 0x0800;

    /// `include/uapi/linux/if_packet.h`.
    private static final int SOL_PACKET = 263;

    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int TPACKET_V2 = 1;

    /// struct sockaddr_ll.
    private static final int ADDRESS_BYTES = 20;

    private static final int ADDRESS_PROTOCOL = 2;
    private static final int ADDRESS_INDEX = 4;
    private static final int ADDRESS_LENGTH = 11;
    private static final int ADDRESS_HARDWARE = 12;
    static final int HARDWARE_BYTES = 6;

    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_STXCSUM = 0x17;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    private PacketCalls() {}

    /// socket(2) of AF_PACKET that gives packets without their Ethernet header, and none until it is bound; a
    /// descriptor, or -1.
    static int socket() {
        return Syscalls.socket(AF_PACKET, SOCK_DGRAM_CLOEXEC_NONBLOCK, 0);
    }

    /// setsockopt(2) PACKET_VERSION and PACKET_RX_RING; 0, or -1.
    static int setRing(int descriptor, int blockBytes, int blocks, int frameBytes, int frames) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocateFrom(JAVA_INT, TPACKET_V2);
            int result = Syscalls.setOption(descriptor, SOL_PACKET, PACKET_VERSION, version);
            return result < 0
                    ? result
                    : Syscalls.setOption(
                            descriptor,
                            SOL_PACKET,
                            PACKET_RX_RING,
                            arena.allocateFrom(JAVA_INT, blockBytes, blocks, frameBytes, frames));
        }
    }

    /// mmap(2) of what a descriptor stands for, shared with the kernel; empty if it failed.
    @SuppressWarnings("restricted") // this module is granted native access; see module-info
    static Optional<MemorySegment> map(int descriptor, long bytes) {
        long address = Syscalls.call(Functions.MMAP, 0, bytes, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
        return address == -1
                ? Optional.empty()
                : Optional.of(MemorySegment.ofAddress(address).reinterpret(bytes));
    }

    /// munmap(2).
    static void unmap(MemorySegment mapped) {
        Syscalls.call(Functions.MUNMAP, mapped.address(), mapped.byteSize(), 0, 0, 0, 0);
    }

    /// bind(2) to the IPv4 packets of an interface; 0, or -1.
    static int bind(int descriptor, int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, interfaceIndex);
            return (int) Syscalls.call(Functions.BIND, descriptor, address.address(), ADDRESS_BYTES, 0, 0, 0);
        }
    }

    /// Where IPv4 packets come from or go to: a struct sockaddr_ll, without a hardware address.
    private static MemorySegment address(Arena arena, int interfaceIndex) {
        MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
        address.set(JAVA_SHORT, 0, (short) AF_PACKET);
        address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), ADDRESS_PROTOCOL, ETH_P_IP);
        address.set(JAVA_INT, ADDRESS_INDEX, interfaceIndex);
        return address;
    }

    /// The same with the hardware address that packets are sent to.
    static MemorySegment address(Arena arena, int interfaceIndex, MemorySegment hardware) {
        MemorySegment address = address(arena, interfaceIndex);
        address.set(JAVA_BYTE, ADDRESS_LENGTH, (byte) HARDWARE_BYTES);
        MemorySegment.copy(hardware, 0, address, ADDRESS_HARDWARE, HARDWARE_BYTES);
        return address;
    }

    /// sendto(2); the number of bytes, or -1.
    static int send(int descriptor, long packetAddress, int bytes, MemorySegment to) {
        return (int) Syscalls.call(Functions.SENDTO, descriptor, packetAddress, bytes, 0, to.address(), ADDRESS_BYTES);
    }

    /// getsockopt(2) PACKET_STATISTICS: how many packets found the ring full since this was last asked.
    static long dropsSinceLastAsked(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment counts = arena.allocate(JAVA_INT, 2);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) counts.byteSize());
            long result = Syscalls.call(
                    Functions.GETSOCKOPT,
                    descriptor,
                    SOL_PACKET,
                    PACKET_STATISTICS,
                    counts.address(),
                    length.address(),
                    0);
            return (int) result < 0 ? 0 : Integer.toUnsignedLong(counts.get(JAVA_INT, Integer.BYTES));
        }
    }

    /// ioctl(2) SIOCGIFHWADDR: the 6 bytes of an Ethernet address, empty if there is no such interface.
    static Optional<MemorySegment> hardwareAddress(Arena arena, int descriptor, String device) {
        MemorySegment request = DeviceCalls.interfaceRequest(arena, device);
        int familyBytes = Short.BYTES;
        return DeviceCalls.ioctl(descriptor, SIOCGIFHWADDR, request) < 0
                ? Optional.empty()
                : Optional.of(request.asSlice(DeviceCalls.IFREQ_VALUE + familyBytes, HARDWARE_BYTES));
    }

    /// ioctl(2) SIOCETHTOOL: has the kernel put the checksums into what an interface sends, and send nothing longer
    /// than the MTU; 0, or -1.
    static int withoutTransmitOffloads(int descriptor, String device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment command = arena.allocateFrom(JAVA_INT, ETHTOOL_STXCSUM, 0);
            MemorySegment request = DeviceCalls.interfaceRequest(arena, device);
            request.set(JAVA_LONG, DeviceCalls.IFREQ_VALUE, command.address());
            return DeviceCalls.ioctl(descriptor, SIOCETHTOOL, request);
        }
    }

    /// Bound when first called.
    private static final class Functions {
        static final MemorySegment MMAP = Syscalls.function("mmap");
        static final MemorySegment MUNMAP = Syscalls.function("munmap");
        static final MemorySegment BIND = Syscalls.function("bind");
        static final MemorySegment SENDTO = Syscalls.function("sendto");
        static final MemorySegment GETSOCKOPT = Syscalls.function("getsockopt");
    }
}
