package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.anteroom.queue.HostProcess;
import dev.anteroom.queue.Listener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;

/// A listening socket of another process, taken hold of without its help, so that its limit can be changed
/// while it
/// runs: pidfd_open(2) and pidfd_getfd(2), Linux 5.6 and later.
///
/// The kernel lets a second listen(2) on a listening socket change the limit and nothing else; what waits in
/// the
/// queue stays there (`net/ipv4/af_inet.c` __inet_listen_sk). It caps the new backlog by the somaxconn of the
/// socket's
/// own network namespace, whoever calls.
///
/// Needs the right to trace the process (PTRACE_MODE_ATTACH_REALCREDS): the same user, or CAP_SYS_PTRACE. As
/// long as
/// it is held, the socket goes on listening even if its process ends: close it soon.
public final class HeldListener implements AutoCloseable {
    /// The same number on every architecture.
    private static final long PIDFD_OPEN = 434;

    private static final long PIDFD_GETFD = 438;

    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_COOKIE = 57;

    private final Listener listener;
    private final int descriptor;

    private HeldListener(Listener listener, int descriptor) {
        this.listener = listener;
        this.descriptor = descriptor;
    }

    /// Takes hold of a listener through one of the processes that hold it.
    ///
    /// @param listener as a scan has found it, with its processes
    /// @throws KernelException if nobody holds it that may be seen, the kernel or a filter refuses, or the
    ///     socket
    ///     is
    ///     not the one that was found any more
    public static HeldListener of(Listener listener) {
        List<HostProcess> processes = listener.processes();
        if (processes.isEmpty()) {
            throw new KernelException("cannot take hold of " + listener.label() + ": the process that holds it cannot"
                    + " be seen" + ownerHint(listener) + Refusal.whyUnseen());
        }
        for (HostProcess process : processes.subList(0, processes.size() - 1)) {
            try {
                return through(process.pid(), listener);
            } catch (KernelException thisOneDoesNot) {
                // Another holder may: a worker that has ended, a master of another user.
            }
        }
        return through(processes.getLast().pid(), listener);
    }

    private static String ownerHint(Listener listener) {
        return listener.uid().isPresent()
                ? " (its user is " + UserNames.read().name(listener.uid().getAsInt()) + ")"
                : "";
    }

    /// Takes hold of a listener through one process.
    static HeldListener through(int pid, Listener listener) {
        OptionalInt number = descriptorNumber(pid, listener);
        if (number.isEmpty()) {
            throw new KernelException("cannot take hold of " + listener.label() + ": process " + pid
                    + " has closed it; look again with 'anteroom doctor'");
        }
        int process = (int) Syscalls.call(Functions.SYSCALL, PIDFD_OPEN, pid, 0, 0, 0, 0);
        if (process < 0) {
            throw Refusal.of(listener, pid, Syscalls.errno(), "pidfd_open(2)");
        }
        try {
            int taken = (int) Syscalls.call(Functions.SYSCALL, PIDFD_GETFD, process, number.getAsInt(), 0, 0, 0);
            if (taken < 0) {
                throw Refusal.of(listener, pid, Syscalls.errno(), "pidfd_getfd(2)");
            }
            HeldListener held = new HeldListener(listener, taken);
            held.mustBeTheOneFound();
            return held;
        } finally {
            Syscalls.close(process);
        }
    }

    private static OptionalInt descriptorNumber(int pid, Listener listener) {
        try (ProcDirectory descriptors = ProcDirectory.open("/proc/" + pid + "/fd")) {
            OptionalInt found = descriptors.entryOf("socket", listener.inode());
            if (found.isEmpty() && descriptors.denied()) {
                throw Refusal.of(listener, pid, Syscalls.EACCES, "/proc/" + pid + "/fd");
            }
            return found;
        } catch (ProcDirectory.Unreadable closed) {
            throw Refusal.of(
                    listener, pid, closed.forbidden() ? Syscalls.EACCES : Refusal.ESRCH, "/proc/" + pid + "/fd");
        }
    }

    /// The descriptor may have been closed and its number used again between the two looks.
    private void mustBeTheOneFound() {
        boolean same = listener.cookie() == 0 || option(SO_COOKIE, Long.BYTES) == listener.cookie();
        if (!same || option(SO_ACCEPTCONN, Integer.BYTES) != 1) {
            close();
            throw new KernelException(listener.label() + " does not listen any more: its process has closed it"
                    + " meanwhile; look again with 'anteroom doctor'");
        }
    }

    private long option(int option, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(bytes);
            MemorySegment length = arena.allocate(JAVA_INT);
            length.asByteBuffer().order(ByteOrder.nativeOrder()).putInt(0, bytes);
            long result = Syscalls.call(
                    Functions.GETSOCKOPT, descriptor, SOL_SOCKET, option, value.address(), length.address(), 0);
            if ((int) result < 0) {
                return -1;
            }
            ByteBuffer read = value.asByteBuffer().order(ByteOrder.nativeOrder());
            return bytes == Long.BYTES ? read.getLong(0) : read.getInt(0);
        }
    }

    /// Calls listen(2) on it.
    ///
    /// @param backlog the new limit, 0 or more, as far as somaxconn of the socket's network namespace allows it
    /// @throws KernelException if the kernel refuses
    public void listen(int backlog) {
        if ((int) Syscalls.call(Functions.LISTEN, descriptor, backlog, 0, 0, 0, 0) < 0) {
            throw new KernelException("cannot call listen(2) on " + listener.label() + ": "
                    + Syscalls.describe(Syscalls.errno()) + "; it keeps its limit");
        }
    }

    @Override
    public void close() {
        Syscalls.close(descriptor);
    }

    private static final class Functions {
        static final MemorySegment SYSCALL = Syscalls.function("syscall");
        static final MemorySegment GETSOCKOPT = Syscalls.function("getsockopt");
        static final MemorySegment LISTEN = Syscalls.function("listen");
    }
}
