package dev.anteroom.kernel;

import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Why the kernel does not hand out a socket of another process, in words.
///
/// errno tells next to nothing: EPERM may come from the user, from Yama, from a security module or from a
/// seccomp
/// filter. The order of the questions is that of the kernel: `kernel/ptrace.c` __ptrace_may_access,
/// `security/yama/yama_lsm.c` yama_ptrace_access_check, `kernel/pid.c` pidfd_getfd.
final class Refusal {
    static final int ESRCH = 3;
    private static final int EBADF = 9;
    private static final int ENOSYS = 38;
    private static final long CAP_SYS_PTRACE = 1L << 19;

    /// No process may trace another, and the value cannot be lowered until the next boot.
    private static final int YAMA_NOBODY = 3;

    private Refusal() {}

    static KernelException of(Listener listener, int pid, int errno, String call) {
        String reason = switch (errno) {
            case ESRCH -> "process " + pid + " has ended; look again with 'anteroom doctor'";
            case EBADF -> "process " + pid + " has closed it meanwhile; look again with 'anteroom doctor'";
            case ENOSYS -> missingCall(call, RunningKernel.version());
            case Syscalls.EPERM, Syscalls.EACCES -> forbidden(pid, call);
            default -> call + ": " + Syscalls.describe(errno);
        };
        return new KernelException("cannot take hold of " + listener.label() + ": " + reason);
    }

    /// Why no holder of a socket shows: the right to look into /proc/PID/fd is that to trace.
    static String whyUnseen() {
        boolean capable = Credentials.of("self")
                .filter(own -> (own.effective & CAP_SYS_PTRACE) != 0)
                .isPresent();
        return capable
                ? "; it lives in another user namespace, in another pid namespace, or is the kernel itself: run as root"
                        + " of the host"
                : ": this process has no CAP_SYS_PTRACE over it; run as root, or as that user";
    }

    static String missingCall(String call, KernelVersion kernel) {
        return kernel.atLeast(5, 6, 0)
                ? "a seccomp filter, as in many containers, hides " + call
                        + " (ENOSYS); run on the host, outside the container"
                : "Linux " + kernel.numbers() + " has no " + call
                        + ", which came with 5.6; change the server's own setting and restart it";
    }

    private static String forbidden(int pid, String call) {
        Optional<Credentials> own = Credentials.of("self");
        Optional<Credentials> other = Credentials.of(Integer.toString(pid));
        if (own.isEmpty() || other.isEmpty()) {
            return "process " + pid + " has ended, or is hidden; run as root";
        }
        int yama = ProcFile.text("/proc/sys/kernel/yama/ptrace_scope")
                .map(text -> Integer.parseInt(text.strip()))
                .orElse(0);
        return forbidden(
                own.get(), other.get(), yama, sameUserNamespace(pid), call + " on process " + pid, UserNames.read());
    }

    /// What forbids it.
    ///
    /// @param yama kernel.yama.ptrace_scope, 0 where there is no Yama
    static String forbidden(
            Credentials own, Credentials other, int yama, boolean sameUserNamespace, String call, UserNames names) {
        boolean capable = (own.effective & CAP_SYS_PTRACE) != 0;
        if (yama >= YAMA_NOBODY) {
            return "Yama forbids " + call + " to everybody (kernel.yama.ptrace_scope=" + yama
                    + ", until the next boot); change the server's own setting and restart it";
        }
        if (capable && !sameUserNamespace) {
            return call + ": it lives in another user namespace, over which this one has no CAP_SYS_PTRACE;"
                    + " run as root of the host";
        }
        if (!capable && own.uid != other.uid) {
            return call + ": it runs as " + names.name(other.uid) + ", and " + names.name(own.uid)
                    + " has no CAP_SYS_PTRACE over it (EPERM); run as root or as that user";
        }
        if (!capable && yama > 0) {
            return "Yama forbids " + call + " (kernel.yama.ptrace_scope=" + yama
                    + ", EPERM); run as root, or with CAP_SYS_PTRACE";
        }
        if (!capable && (other.permitted & ~own.permitted) != 0) {
            return call + ": it holds capabilities that this user lacks, and CAP_SYS_PTRACE is missing (EPERM);"
                    + " run as root";
        }
        return own.filtered
                ? "a seccomp filter of this process, as in many containers, forbids " + call
                        + " (EPERM); run outside the container"
                : call + ": " + (capable ? "" : "it has made itself untraceable (PR_SET_DUMPABLE), or ")
                        + "a security module such as SELinux or AppArmor forbids it (EPERM);"
                        + " look for a denial in 'journalctl -k', or run as root of the host";
    }

    private static boolean sameUserNamespace(int pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/user"))
                    .equals(Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid), "ns/user")));
        } catch (IOException notReadable) {
            return true;
        }
    }

    /// What /proc/PID/status tells of the rights of a process.
    ///
    /// @param uid its real user id
    /// @param effective its effective capabilities
    /// @param permitted its permitted capabilities
    /// @param filtered whether a seccomp filter sits on its system calls
    record Credentials(int uid, long effective, long permitted, boolean filtered) {

        static Optional<Credentials> of(String process) {
            return ProcFile.text("/proc/" + process + "/status").map(Credentials::parse);
        }

        static Credentials parse(String status) {
            Map<String, String> fields = status.lines()
                    .filter(line -> line.contains(":"))
                    .collect(Collectors.toMap(
                            line -> line.substring(0, line.indexOf(':')),
                            line -> line.substring(line.indexOf(':') + 1).strip(),
                            (first, _) -> first));
            return new Credentials(
                    Integer.parseUnsignedInt(fields.getOrDefault("Uid", "0").split("\\s+", -1)[0]),
                    Long.parseUnsignedLong(fields.getOrDefault("CapEff", "0"), 16),
                    Long.parseUnsignedLong(fields.getOrDefault("CapPrm", "0"), 16),
                    !fields.getOrDefault("Seccomp", "0").equals("0"));
        }
    }
}
