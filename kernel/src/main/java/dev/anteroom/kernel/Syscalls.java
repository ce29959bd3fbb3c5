package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The system calls that the JDK has no method for, through the C library.
///
/// Every function is bound with one and the same shape, six machine words to one. Linking a shape costs several
/// milliseconds of start-up and binding a further function to it next to nothing; the calling conventions of 64-bit
/// Linux (x86-64 and AArch64, variadic open and ioctl included) pass an int or a pointer in the same register as a
/// long and ignore registers that the function does not read. A result of type int leaves the upper half undefined,
/// so it is cut to int here.
final class Syscalls {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ERANGE = 34;
    static final int ENOBUFS = 105;

    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int O_RDWR_CLOEXEC_NONBLOCK = 0x80802;
    private static final int O_DIRECTORY = 0x10000;
    private static final int SEEK_SET = 0;

    /// By number, because glibc has a function for it since 2.30 only; the second number is that of every
    /// architecture with the generic table, such as AArch64 (`include/uapi/asm-generic/unistd.h`).
    private static final long GETDENTS64 = System.getProperty("os.arch").equals("amd64") ? 217 : 61;

    private static final int CLONE_NEWNET = 0x40000000;
    private static final long TIOCGWINSZ = 0x5413;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final FunctionDescriptor WORDS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ANY = link();

    /// errno of the last call on this thread; a thread must not see that of another.
    private static final ThreadLocal<MemorySegment> LAST_ERRNO =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_INT));

    private Syscalls() {}

    @SuppressWarnings("restricted") // this module is granted native access; see module-info
    private static MethodHandle link() {
        return Linker.nativeLinker().downcallHandle(WORDS, ERRNO);
    }

    /// A function of the C library.
    static MemorySegment function(String name) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(name);
    }

    /// Calls a function of the C library; its result as a machine word, its error in [#errno()].
    static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        return call(LAST_ERRNO.get(), function, a, b, c, d, e, f);
    }

    /// The same with the error in an int of the caller's, for calls that are made a hundred thousand times a second.
    static long call(MemorySegment errno, MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) ANY.invokeExact(function, errno, a, b, c, d, e, f);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable impossible) {
            throw new AssertionError("a native call throws nothing checked", impossible);
        }
    }

    /// To read and write what a call fills in: see Netlink.
    private static ByteBuffer bytes(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// errno of the last failed call of this thread.
    static int errno() {
        return bytes(LAST_ERRNO.get()).getInt(0);
    }

    /// socket(2); a descriptor, or -1.
    static int socket(int domain, int type, int protocol) {
        return (int) call(Functions.SOCKET, domain, type, protocol, 0, 0, 0);
    }

    /// send(2); the number of bytes, or -1.
    static long send(int descriptor, MemorySegment bytes, long length) {
        return call(Functions.SEND, descriptor, bytes.address(), length, 0, 0, 0);
    }

    /// recv(2) with MSG_TRUNC: the full length of the datagram even if it did not fit, or -1.
    static long receive(int descriptor, MemorySegment into) {
        final int truncatedLength = 0x20;
        return call(Functions.RECV, descriptor, into.address(), into.byteSize(), truncatedLength, 0, 0);
    }

    /// setsockopt(2) with a struct timeval for SO_RCVTIMEO; 0, or -1.
    static int setReceiveTimeout(int descriptor, long seconds) {
        final int solSocket = 1;
        final int soRcvtimeo = 20;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(JAVA_LONG, 2);
            bytes(timeval).putLong(0, seconds);
            return setOption(descriptor, solSocket, soRcvtimeo, timeval);
        }
    }

    /// setsockopt(2); 0, or -1.
    static int setOption(int descriptor, int level, int option, MemorySegment value) {
        return (int) call(Functions.SETSOCKOPT, descriptor, level, option, value.address(), value.byteSize(), 0);
    }

    /// open(2) for reading; a descriptor, or -1.
    static int open(String path) {
        return open(path, O_RDONLY_CLOEXEC);
    }

    /// open(2) of a directory; a descriptor, or -1.
    static int openDirectory(String path) {
        return open(path, O_RDONLY_CLOEXEC | O_DIRECTORY);
    }

    private static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(Functions.OPEN, text(arena, path).address(), flags, 0, 0, 0, 0);
        }
    }

    /// A string as C wants it. Written out, because allocateFrom goes through method handles that are dear to link.
    static MemorySegment text(Arena arena, String string) {
        byte[] name = string.getBytes(StandardCharsets.UTF_8);
        MemorySegment terminated = arena.allocate(name.length + 1L);
        bytes(terminated).put(name);
        return terminated;
    }

    /// open(2) for reading and writing, never waiting; a descriptor, or -1.
    static int openNonBlocking(String path) {
        return open(path, O_RDWR_CLOEXEC_NONBLOCK);
    }

    /// read(2); the number of bytes, 0 at the end, or -1.
    static long read(int descriptor, MemorySegment into) {
        return call(Functions.READ, descriptor, into.address(), into.byteSize(), 0, 0, 0);
    }

    /// lseek(2) to the beginning; 0, or -1.
    static long rewind(int descriptor) {
        return call(Functions.LSEEK, descriptor, 0, SEEK_SET, 0, 0, 0);
    }

    /// getdents64(2); the number of bytes, 0 at the end, or -1.
    static long getdents64(int directory, MemorySegment into) {
        return call(Functions.SYSCALL, GETDENTS64, directory, into.address(), into.byteSize(), 0, 0);
    }

    /// readlinkat(2) of a name that ends in a zero byte; the length, or -1.
    static long readlinkat(int directory, long nameAddress, MemorySegment into) {
        return call(Functions.READLINKAT, directory, nameAddress, into.address(), into.byteSize(), 0, 0);
    }

    /// close(2); errors are of no use to the caller.
    static void close(int descriptor) {
        call(Functions.CLOSE, descriptor, 0, 0, 0, 0, 0);
    }

    /// unshare(2) of the network namespace, for the calling thread only; 0, or -1.
    static int leaveNetworkNamespace() {
        return (int) call(Functions.UNSHARE, CLONE_NEWNET, 0, 0, 0, 0, 0);
    }

    /// setns(2) into a network namespace, for the calling thread only; 0, or -1.
    static int enterNetworkNamespace(int descriptor) {
        return (int) call(Functions.SETNS, descriptor, CLONE_NEWNET, 0, 0, 0, 0);
    }

    /// ioctl(2) TIOCGWINSZ: the columns of the terminal behind a descriptor, 0 if it has no width, or -1 if the
    /// descriptor is no terminal.
    static int terminalColumns(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment winsize = arena.allocate(8, 2);
            long result = call(Functions.IOCTL, descriptor, TIOCGWINSZ, winsize.address(), 0, 0, 0);
            return (int) result < 0 ? -1 : bytes(winsize).getShort(2) & 0xffff;
        }
    }

    /// strerror in the words that engineers search for.
    static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted (EPERM)";
            case ENOENT -> "not there (ENOENT)";
            case EINTR -> "interrupted (EINTR)";
            case EAGAIN -> "no answer in time (EAGAIN)";
            case EACCES -> "permission denied (EACCES)";
            case EBUSY -> "busy (EBUSY)";
            case EEXIST -> "there already (EEXIST)";
            case 19 -> "no such device (ENODEV)";
            case 22 -> "invalid argument (EINVAL)";
            case 23 -> "the host is out of descriptors (ENFILE)";
            case 28 -> "the limit of namespaces is reached (ENOSPC)";
            case 24 -> "out of descriptors: raise ulimit -n (EMFILE)";
            case 93 -> "protocol not supported (EPROTONOSUPPORT)";
            case 95 -> "operation not supported (EOPNOTSUPP)";
            case 97 -> "address family not supported (EAFNOSUPPORT)";
            case ENOBUFS -> "the kernel ran out of buffer space (ENOBUFS)";
            default -> "errno " + errno;
        };
    }

    /// Bound when first called, all at once: a lookup is cheap beside the link.
    private static final class Functions {
        static final MemorySegment SOCKET = function("socket");
        static final MemorySegment SEND = function("send");
        static final MemorySegment RECV = function("recv");
        static final MemorySegment SETSOCKOPT = function("setsockopt");
        static final MemorySegment OPEN = function("open");
        static final MemorySegment READ = function("read");
        static final MemorySegment LSEEK = function("lseek");
        static final MemorySegment SYSCALL = function("syscall");
        static final MemorySegment READLINKAT = function("readlinkat");
        static final MemorySegment CLOSE = function("close");
        static final MemorySegment SETNS = function("setns");
        static final MemorySegment UNSHARE = function("unshare");
        static final MemorySegment IOCTL = function("ioctl");
    }
}
