package dev.anteroom.kernel;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.NotMeasured;
import dev.anteroom.queue.TcpCounters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The kernel this program runs on, and what it keeps from view.
public final class RunningKernel {
    private RunningKernel() {}

    /// Its version, with the stable release that Debian and Ubuntu write elsewhere.
    ///
    /// @throws KernelException if /proc is not mounted
    public static KernelVersion version() {
        try {
            return parsedVersion();
        } catch (IllegalArgumentException unknown) {
            throw new KernelException("cannot tell the version of this kernel: " + unknown.getMessage());
        }
    }

    private static KernelVersion parsedVersion() {
        return KernelVersion.parse(
                ProcFile.text("/proc/sys/kernel/osrelease")
                        .map(String::strip)
                        .orElseThrow(() -> new KernelException(
                                "cannot read /proc/sys/kernel/osrelease: mount /proc to look at this host")),
                ProcFile.text("/proc/sys/kernel/version").map(String::strip).orElse(""),
                ProcFile.text("/proc/version_signature").map(String::strip).orElse(""));
    }

    /// The number of this boot; empty text where the kernel hides it.
    public static String bootId() {
        return ProcFile.text("/proc/sys/kernel/random/boot_id")
                .map(String::strip)
                .orElse("");
    }

    /// The unit of systemd that a process belongs to, such as `nginx.service`; empty for none.
    public static Optional<String> serviceUnit(int pid) {
        return ProcFile.text("/proc/" + pid + "/cgroup").flatMap(ControlGroups::serviceUnit);
    }

    /// Whether a process of this id can be seen.
    public static boolean isProcess(int pid) {
        return Files.isDirectory(Path.of("/proc", Integer.toString(pid)));
    }

    /// Processes of other users are hidden where /proc is mounted with hidepid.
    static Optional<NotMeasured> hiddenProcesses() {
        if (Files.isDirectory(Path.of("/proc/1/fd"))) {
            return Optional.empty(); // the option is not meant for this user
        }
        return ProcFile.text("/proc/self/mounts")
                .flatMap(mounts -> mounts.lines()
                        .filter(line -> line.startsWith("proc /proc ") || line.contains(" /proc proc "))
                        .filter(line -> line.contains("hidepid=") && !line.contains("hidepid=0"))
                        .findFirst())
                .map(line -> new NotMeasured(
                        "processes and network namespaces of other users",
                        "/proc is mounted with " + line.replaceAll(".*(hidepid=\\w+).*", "$1"),
                        "run as root, or as a member of the group named by the mount's gid= option"));
    }

    /// Counters that this kernel is too old for, or was built without.
    static Optional<NotMeasured> missingCounters(TcpCounters read) {
        String missing = Arrays.stream(Counter.values())
                .filter(counter -> read.value(counter).isEmpty())
                .map(Counter::kernelName)
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new NotMeasured(
                        "counters " + missing,
                        "this kernel does not list them in /proc/net/netstat and /proc/net/snmp",
                        "a later kernel has them"));
    }
}
