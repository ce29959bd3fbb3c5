package dev.anteroom.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The network namespaces of this host, as far as a process, a thread or a mount names them.
final class NetworkNamespaces {
    /// Where ip-netns(8) and Docker keep a namespace alive by a mount.
    private static final List<String> MOUNTS = List.of("/run/netns", "/run/docker/netns");

    /// How many ways in are remembered for each: the first may vanish before it is used.
    private static final int DOORS = 4;

    private final Map<Long, Found> byInode = new LinkedHashMap<>();
    private final Map<Long, Found> byCounterFile = new HashMap<>();
    private final List<Integer> unreadable = new ArrayList<>();

    private NetworkNamespaces() {}

    /// One network namespace and the ways to look into it.
    ///
    /// @param inode its number; if this user may not read it, a negative number that stands for it in this run
    /// @param own whether the calling thread is in it
    /// @param name the name that ip-netns(8) or Docker gave it, empty for none
    /// @param doors files that setns(2) takes
    /// @param outsides net directories of processes or threads in it
    /// @param pids processes in it
    record Found(
            long inode,
            boolean own,
            Optional<String> name,
            List<String> doors,
            List<String> outsides,
            List<Integer> pids) {

        Found(long inode, boolean own, Optional<String> name) {
            this(inode, own, name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        private void add(int pid, String task) {
            if (outsides.size() < DOORS) {
                doors.add(task + "/ns/net");
                outsides.add(task + "/net");
                pids.add(pid);
            }
        }

        private Found named(String newName, String door) {
            Found named = new Found(inode, own, Optional.of(newName), doors, outsides, pids);
            doors.addFirst(door);
            return named;
        }
    }

    /// Looks through /proc, threads included, and through the mounts of named namespaces.
    ///
    /// Without CAP_SYS_PTRACE the number of another user's namespace cannot be read; such processes are told apart
    /// by the inode of their counter file, which the kernel makes anew for each namespace.
    static NetworkNamespaces discover() {
        NetworkNamespaces found = new NetworkNamespaces();
        String own = "/proc/thread-self";
        Found ownNamespace = new Found(ownInode(), true, Optional.empty());
        found.byInode.put(ownNamespace.inode, ownNamespace);
        found.byCounterFile.put(inodeOfFile(own + "/net/netstat"), ownNamespace);
        try (ProcDirectory proc = ProcDirectory.open("/proc")) {
            proc.forEachNumber(found::addProcess);
        } catch (ProcDirectory.Unreadable noProc) {
            throw new KernelException("cannot list /proc: " + noProc.getMessage() + "; mount it to see the host");
        }
        found.addUnreadable();
        MOUNTS.forEach(found::addMounts);
        return found;
    }

    private void addProcess(int pid) {
        String process = "/proc/" + pid;
        try (ProcDirectory tasks = ProcDirectory.open(process + "/task")) {
            tasks.forEachNumber(tid -> {
                long inode = tasks.inode(tid, "/ns/net", "net");
                String task = tid == pid ? process : process + "/task/" + tid;
                if (inode > 0) {
                    byInode.computeIfAbsent(inode, number -> new Found(number, false, Optional.empty()))
                            .add(pid, task);
                } else if (tid == pid) {
                    unreadable.add(pid);
                }
            });
        } catch (ProcDirectory.Unreadable hiddenOrGone) {
            // Told by the mount options of /proc, or of no interest any more.
        }
    }

    /// Groups the processes whose namespace may not be read. A namespace of which any other process is readable is
    /// known by both numbers, so this waits for the end of the walk.
    private void addUnreadable() {
        for (Found known : List.copyOf(byInode.values())) {
            if (!known.outsides.isEmpty() && !unreadable.isEmpty()) {
                byCounterFile.putIfAbsent(inodeOfFile(known.outsides.getFirst() + "/netstat"), known);
            }
        }
        for (int pid : unreadable) {
            String process = "/proc/" + pid;
            long counterFile = inodeOfFile(process + "/net/netstat");
            if (counterFile != 0) {
                byCounterFile
                        .computeIfAbsent(counterFile, number -> new Found(-number, false, Optional.empty()))
                        .add(pid, process);
            }
        }
    }

    private void addMounts(String directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory))) {
            for (Path entry : entries) {
                long inode = inodeOfFile(entry.toString());
                Found known = byInode.getOrDefault(inode, new Found(inode, false, Optional.empty()));
                if (isNamespace(entry)) {
                    byInode.put(inode, known.named(entry.getFileName().toString(), entry.toString()));
                }
            }
        } catch (IOException none) {
            // No such directory, or not for this user: nothing is named there.
        }
    }

    /// A name whose mount is gone is an empty ordinary file.
    private static boolean isNamespace(Path entry) {
        try {
            return Files.getFileStore(entry).type().equals("nsfs");
        } catch (IOException gone) {
            return false;
        }
    }

    /// The namespace of the calling thread, if a user's word names it by a pid or by its number: that needs no
    /// search of the host.
    static Optional<Found> ownIf(String name) {
        String word = word(name);
        long own = ownInode();
        return own != 0 && (Long.toString(own).equals(word) || inodeOfFile("/proc/" + word + "/ns/net") == own)
                ? Optional.of(new Found(own, true, Optional.empty()))
                : Optional.empty();
    }

    /// A number as readlink(1) and ls(1) show it is a number.
    private static String word(String name) {
        return name.startsWith("net:[") && name.endsWith("]") ? name.substring(5, name.length() - 1) : name;
    }

    /// The number of the network namespace of the calling thread.
    static long ownInode() {
        return inodeOfFile("/proc/thread-self/ns/net");
    }

    private static long inodeOfFile(String path) {
        try {
            return (long) Files.getAttribute(Path.of(path), "unix:ino");
        } catch (IOException gone) {
            return 0;
        }
    }

    /// All that were found, the caller's own first.
    List<Found> all() {
        List<Found> all = new ArrayList<>(byInode.values());
        for (Found found : byCounterFile.values()) {
            if (found.inode < 0) {
                all.add(found);
            }
        }
        return all;
    }

    /// The namespaces that a user's word names: a name of ip-netns(8), a pid, a number or a path.
    List<Found> matching(String name) {
        String word = word(name);
        long inode = inodeOfFile("/proc/" + word + "/ns/net");
        long counterFile = inodeOfFile("/proc/" + word + "/net/netstat");
        return all().stream()
                .filter(found -> found.name.filter(word::equals).isPresent()
                        || Long.toString(found.inode).equals(word)
                        || found.doors.contains(word)
                        || (inode != 0 && inode == found.inode)
                        || (inode == 0 && counterFile != 0 && found.equals(byCounterFile.get(counterFile))))
                .toList();
    }
}
