package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The system calls of a TCP client that holds many connections at once. Those that give no number return 0, or -1
/// with the error in [#errno()]. Memory is given by its address, so that a call leaves no garbage.
///
/// For one thread. It keeps the error of its own last call, because the look-up of what belongs to a thread would cost
/// as much as a quarter of a call.
final class SocketCalls {
    /// The same number on every architecture; glibc has a function for it since 2.35 only.
    private static final long EPOLL_PWAIT2 = 441;

    private static final long EPOLL_CLOEXEC = 0x80000;
    private static final int RLIMIT_NOFILE = 7;

    private final MemorySegment state = Arena.ofAuto().allocate(JAVA_INT);
    private final ByteBuffer error = state.asByteBuffer().order(ByteOrder.nativeOrder());

    /// The error of the last call that failed.
    int errno() {
        return error.getInt(0);
    }

    int socket(int family) {
        return (int) Syscalls.call(
                state,
                Functions.SOCKET,
                family,
                SocketLayout.SOCK_STREAM_NONBLOCK_CLOEXEC,
                SocketLayout.IPPROTO_IP,
                0,
                0,
                0);
    }

    int bind(int descriptor, long address, int length) {
        return (int) Syscalls.call(state, Functions.BIND, descriptor, address, length, 0, 0, 0);
    }

    int connect(int descriptor, long address, int length) {
        return (int) Syscalls.call(state, Functions.CONNECT, descriptor, address, length, 0, 0, 0);
    }

    /// The number of bytes, or -1; without SIGPIPE.
    long send(int descriptor, long bytes, long length) {
        return Syscalls.call(state, Functions.SEND, descriptor, bytes, length, SocketLayout.MSG_NOSIGNAL, 0, 0);
    }

    /// The number of bytes, 0 at the end of the stream, or -1.
    long receive(int descriptor, long into, long length) {
        return Syscalls.call(state, Functions.RECV, descriptor, into, length, 0, 0, 0);
    }

    int getOption(int descriptor, int level, int option, long value, long length) {
        return (int) Syscalls.call(state, Functions.GETSOCKOPT, descriptor, level, option, value, length, 0);
    }

    int setOption(int descriptor, int level, int option, long value, long length) {
        return (int) Syscalls.call(state, Functions.SETSOCKOPT, descriptor, level, option, value, length, 0);
    }

    /// Errors are of no use to the caller.
    void close(int descriptor) {
        Syscalls.call(state, Functions.CLOSE, descriptor, 0, 0, 0, 0, 0);
    }

    /// A descriptor, or -1.
    int epoll() {
        return (int) Syscalls.call(state, Functions.EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0, 0, 0, 0);
    }

    int epollControl(int epoll, int operation, int descriptor, long event) {
        return (int) Syscalls.call(state, Functions.EPOLL_CTL, epoll, operation, descriptor, event, 0, 0);
    }

    /// epoll_pwait2(2) (Linux 5.11): how many events came, or -1.
    int epollWait(int epoll, long events, int most, long timespec) {
        return (int) Syscalls.call(state, Functions.SYSCALL, EPOLL_PWAIT2, epoll, events, most, timespec, 0);
    }

    /// epoll_wait(2): how many events came, or -1.
    int epollWaitMillis(int epoll, long events, int most, int millis) {
        return (int) Syscalls.call(state, Functions.EPOLL_WAIT, epoll, events, most, millis, 0, 0);
    }

    /// getrlimit(2) of open descriptors into a struct rlimit.
    int getDescriptorLimit(long rlimit) {
        return (int) Syscalls.call(state, Functions.GETRLIMIT, RLIMIT_NOFILE, rlimit, 0, 0, 0, 0);
    }

    int setDescriptorLimit(long rlimit) {
        return (int) Syscalls.call(state, Functions.SETRLIMIT, RLIMIT_NOFILE, rlimit, 0, 0, 0, 0);
    }

    private static final class Functions {
        static final MemorySegment SOCKET = Syscalls.function("socket");
        static final MemorySegment BIND = Syscalls.function("bind");
        static final MemorySegment CONNECT = Syscalls.function("connect");
        static final MemorySegment SEND = Syscalls.function("send");
        static final MemorySegment RECV = Syscalls.function("recv");
        static final MemorySegment GETSOCKOPT = Syscalls.function("getsockopt");
        static final MemorySegment SETSOCKOPT = Syscalls.function("setsockopt");
        static final MemorySegment CLOSE = Syscalls.function("close");
        static final MemorySegment EPOLL_CREATE1 = Syscalls.function("epoll_create1");
        static final MemorySegment EPOLL_CTL = Syscalls.function("epoll_ctl");
        static final MemorySegment EPOLL_WAIT = Syscalls.function("epoll_wait");
        static final MemorySegment SYSCALL = Syscalls.function("syscall");
        static final MemorySegment GETRLIMIT = Syscalls.function("getrlimit");
        static final MemorySegment SETRLIMIT = Syscalls.function("setrlimit");
    }
}
