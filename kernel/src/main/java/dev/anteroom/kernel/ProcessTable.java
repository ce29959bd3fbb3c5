package dev.anteroom.kernel;

import dev.anteroom.queue.HostProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The processes of this host as /proc shows them: who holds which listening socket.
final class ProcessTable {
    /// The unit of process start times: USER_HZ is 100 on every architecture that JDK 25 runs on.
    private static final long TICKS_PER_SECOND = 100;

    /// Field 22 of /proc/PID/stat, counted from the state, field 3.
    private static final int START_TIME = 19;

    private final Map<Long, List<HostProcess>> holders = new HashMap<>();
    private int unreadable;

    private ProcessTable() {}

    /// Finds who holds the given sockets by walking the descriptors of every process once. Memory grows with the
    /// sockets asked for, not with those that exist. Processes of other users need CAP_SYS_PTRACE.
    ///
    /// @param socketInodes what to look for
    static ProcessTable holding(long[] socketInodes) {
        long[] wanted = socketInodes.clone();
        Arrays.sort(wanted);
        ProcessTable table = new ProcessTable();
        if (wanted.length == 0) {
            return table;
        }
        Optional<Instant> boot = bootTime();
        try (ProcDirectory proc = ProcDirectory.open("/proc")) {
            proc.forEachNumber(pid -> table.look(pid, wanted, boot));
        } catch (ProcDirectory.Unreadable noProc) {
            throw new KernelException("cannot list /proc: " + noProc.getMessage() + "; mount it to see processes");
        }
        return table;
    }

    private void look(int pid, long[] wanted, Optional<Instant> boot) {
        List<Long> found = new ArrayList<>();
        try (ProcDirectory descriptors = ProcDirectory.open("/proc/" + pid + "/fd")) {
            descriptors.forEachInode("socket", inode -> {
                if (Arrays.binarySearch(wanted, inode) >= 0) {
                    found.add(inode);
                }
            });
            unreadable += descriptors.denied() ? 1 : 0;
        } catch (ProcDirectory.Unreadable closed) {
            unreadable += closed.forbidden() ? 1 : 0;
            return;
        }
        if (!found.isEmpty()) {
            HostProcess process = process(pid, boot);
            found.stream()
                    .distinct()
                    .forEach(inode -> holders.computeIfAbsent(inode, _ -> new ArrayList<>())
                            .add(process));
        }
    }

    /// Who holds a socket, lowest pid first; empty if nobody that may be seen.
    List<HostProcess> holders(long socketInode) {
        return holders.getOrDefault(socketInode, List.of());
    }

    /// How many processes did not let their descriptors be listed.
    int unreadable() {
        return unreadable;
    }

    private static HostProcess process(int pid, Optional<Instant> boot) {
        String name = ProcFile.text("/proc/" + pid + "/comm").map(String::strip).orElse("?");
        // Fields from the state on; the name before them may hold spaces and brackets.
        String[] stat = ProcFile.text("/proc/" + pid + "/stat")
                .map(text -> text.substring(text.lastIndexOf(')') + 2).split(" ", -1))
                .orElse(new String[] {""});
        Optional<Instant> started = stat.length > START_TIME
                ? boot.map(time -> time.plusMillis(Long.parseLong(stat[START_TIME]) * 1000 / TICKS_PER_SECOND))
                : Optional.empty();
        return new HostProcess(
                pid,
                name,
                ProcFile.text("/proc/" + pid + "/cmdline")
                        .map(CommandLines::program)
                        .orElse(""),
                stat[0].equalsIgnoreCase("t"),
                started,
                ProcFile.text("/proc/" + pid + "/cgroup").flatMap(ControlGroups::container));
    }

    private static Optional<Instant> bootTime() {
        return ProcFile.text("/proc/uptime").map(uptime -> {
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            return Instant.now().minus(Duration.ofNanos((long) (seconds * 1e9)));
        });
    }
}
