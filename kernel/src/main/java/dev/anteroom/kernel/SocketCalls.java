package dev.anteroom.kernel;

import java.lang.foreign.MemorySegment;

/// The system calls of a TCP client that holds many connections at once. Those that give no number return 0, or -1
/// with the error in [Syscalls#errno()]. Memory is given by its address, so that a call leaves no garbage.
final class SocketCalls {
    /// The same number on every architecture; glibc has a function for it since 2.35 only.
    private static final long EPOLL_PWAIT2 = 441;

    private static final long EPOLL_CLOEXEC = 0x80000;
    private static final int RLIMIT_NOFILE = 7;

    private SocketCalls() {}

    static int socket(int family) {
        return (int) Syscalls.call(
                Functions.SOCKET, family, SocketLayout.SOCK_STREAM_NONBLOCK_CLOEXEC, SocketLayout.IPPROTO_IP, 0, 0, 0);
    }

    static int bind(int descriptor, long address, int length) {
        return (int) Syscalls.call(Functions.BIND, descriptor, address, length, 0, 0, 0);
    }

    static int connect(int descriptor, long address, int length) {
        return (int) Syscalls.call(Functions.CONNECT, descriptor, address, length, 0, 0, 0);
    }

    /// The number of bytes, or -1; without SIGPIPE.
    static long send(int descriptor, long bytes, long length) {
        return Syscalls.call(Functions.SEND, descriptor, bytes, length, SocketLayout.MSG_NOSIGNAL, 0, 0);
    }

    /// The number of bytes, 0 at the end of the stream, or -1.
    static long receive(int descriptor, long into, long length) {
        return Syscalls.call(Functions.RECV, descriptor, into, length, 0, 0, 0);
    }

    static int getOption(int descriptor, int level, int option, long value, long length) {
        return (int) Syscalls.call(Functions.GETSOCKOPT, descriptor, level, option, value, length, 0);
    }

    static int setOption(int descriptor, int level, int option, long value, long length) {
        return (int) Syscalls.call(Functions.SETSOCKOPT, descriptor, level, option, value, length, 0);
    }

    /// A descriptor, or -1.
    static int epoll() {
        return (int) Syscalls.call(Functions.EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0, 0, 0, 0);
    }

    static int epollControl(int epoll, int operation, int descriptor, long event) {
        return (int) Syscalls.call(Functions.EPOLL_CTL, epoll, operation, descriptor, event, 0, 0);
    }

    /// epoll_pwait2(2) (Linux 5.11): how many events came, or -1.
    static int epollWait(int epoll, long events, int most, long timespec) {
        return (int) Syscalls.call(Functions.SYSCALL, EPOLL_PWAIT2, epoll, events, most, timespec, 0);
    }

    /// epoll_wait(2): how many events came, or -1.
    static int epollWaitMillis(int epoll, long events, int most, int millis) {
        return (int) Syscalls.call(Functions.EPOLL_WAIT, epoll, events, most, millis, 0, 0);
    }

    /// getrlimit(2) of open descriptors into a struct rlimit.
    static int getDescriptorLimit(long rlimit) {
        return (int) Syscalls.call(Functions.GETRLIMIT, RLIMIT_NOFILE, rlimit, 0, 0, 0, 0);
    }

    static int setDescriptorLimit(long rlimit) {
        return (int) Syscalls.call(Functions.SETRLIMIT, RLIMIT_NOFILE, rlimit, 0, 0, 0, 0);
    }

    private static final class Functions {
        static final MemorySegment SOCKET = Syscalls.function("socket");
        static final MemorySegment BIND = Syscalls.function("bind");
        static final MemorySegment CONNECT = Syscalls.function("connect");
        static final MemorySegment SEND = Syscalls.function("send");
        static final MemorySegment RECV = Syscalls.function("recv");
        static final MemorySegment GETSOCKOPT = Syscalls.function("getsockopt");
        static final MemorySegment SETSOCKOPT = Syscalls.function("setsockopt");
        static final MemorySegment EPOLL_CREATE1 = Syscalls.function("epoll_create1");
        static final MemorySegment EPOLL_CTL = Syscalls.function("epoll_ctl");
        static final MemorySegment EPOLL_WAIT = Syscalls.function("epoll_wait");
        static final MemorySegment SYSCALL = Syscalls.function("syscall");
        static final MemorySegment GETRLIMIT = Syscalls.function("getrlimit");
        static final MemorySegment SETRLIMIT = Syscalls.function("setrlimit");
    }
}
