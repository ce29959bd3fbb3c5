package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The system calls of devices that carry packets: interfaces, TUN, and waiting for one of several to have
/// something. None of these makes garbage for a packet.
final class DeviceCalls {
    /// struct ifreq (`include/uapi/linux/if.h`): a name of at most 15 bytes and a zero, then what the request is
    /// about.
    private static final int IFREQ_BYTES = 40;

    static final int IFREQ_VALUE = 16;

    static final int MAX_NAME_BYTES = 15;

    /// `include/uapi/linux/if_tun.h`.
    private static final long TUNSETIFF = 0x400454ca;

    private static final short IFF_TUN_NO_PI = 0x1001;

    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private DeviceCalls() {}

    /// if_nametoindex(3): the number of an interface of the network namespace of the calling thread, or 0.
    static int interfaceIndex(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Syscalls.call(
                    Functions.IF_NAMETOINDEX, Syscalls.text(arena, name).address(), 0, 0, 0, 0, 0);
        }
    }

    /// ioctl(2) TUNSETIFF: makes a TUN device of packets without a header of their own; 0, or -1.
    static int makeTun(int descriptor, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = interfaceRequest(arena, name);
            request.set(JAVA_SHORT, IFREQ_VALUE, IFF_TUN_NO_PI);
            return ioctl(descriptor, TUNSETIFF, request);
        }
    }

    /// A struct ifreq that names an interface.
    static MemorySegment interfaceRequest(Arena arena, String name) {
        MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
        MemorySegment text = Syscalls.text(arena, name);
        MemorySegment.copy(text, JAVA_BYTE, 0, request, JAVA_BYTE, 0, text.byteSize());
        return request;
    }

    /// ioctl(2); 0, or -1.
    static int ioctl(int descriptor, long what, MemorySegment about) {
        return (int) Syscalls.call(Functions.IOCTL, descriptor, what, about.address(), 0, 0, 0);
    }

    /// read(2) to an address; the number of bytes, or -1.
    static int read(int descriptor, long address, long bytes) {
        return (int) Syscalls.call(Functions.READ, descriptor, address, bytes, 0, 0, 0);
    }

    /// write(2) from an address; the number of bytes, or -1.
    static int write(int descriptor, long address, long bytes) {
        return (int) Syscalls.call(Functions.WRITE, descriptor, address, bytes, 0, 0, 0);
    }

    /// ppoll(2); how many have something, 0 after the time allowed, or -1.
    ///
    /// @param pollAddress an array of struct pollfd
    /// @param timeoutAddress a struct timespec, 0 to wait for ever
    static int poll(long pollAddress, int count, long timeoutAddress) {
        return (int) Syscalls.call(Functions.PPOLL, pollAddress, count, timeoutAddress, 0, 0, 0);
    }

    /// eventfd(2): a descriptor that has something to read once 8 bytes were written to it, or -1.
    static int event() {
        return (int) Syscalls.call(Functions.EVENTFD, 0, EFD_CLOEXEC_NONBLOCK, 0, 0, 0, 0);
    }

    /// getpriority(2): how nice the calling thread is, -20 to 19.
    static int priority() {
        return (int) Syscalls.call(Functions.GETPRIORITY, PRIO_PROCESS, CALLING_THREAD, 0, 0, 0, 0);
    }

    /// setpriority(2) of the calling thread, if it may.
    static void setPriority(int nice) {
        Syscalls.call(Functions.SETPRIORITY, PRIO_PROCESS, CALLING_THREAD, nice, 0, 0, 0);
    }

    /// prctl(2) PR_SET_TIMERSLACK: by how much timers of the calling thread may be late, in nanoseconds; 0 for what
    /// is usual.
    static void setTimerSlack(long nanos) {
        Syscalls.call(Functions.PRCTL, PR_SET_TIMERSLACK, nanos, 0, 0, 0, 0);
    }

    /// Bound when first called.
    private static final class Functions {
        static final MemorySegment IF_NAMETOINDEX = Syscalls.function("if_nametoindex");
        static final MemorySegment IOCTL = Syscalls.function("ioctl");
        static final MemorySegment READ = Syscalls.function("read");
        static final MemorySegment WRITE = Syscalls.function("write");
        static final MemorySegment PPOLL = Syscalls.function("ppoll");
        static final MemorySegment EVENTFD = Syscalls.function("eventfd");
        static final MemorySegment GETPRIORITY = Syscalls.function("getpriority");
        static final MemorySegment SETPRIORITY = Syscalls.function("setpriority");
        static final MemorySegment PRCTL = Syscalls.function("prctl");
    }
}
