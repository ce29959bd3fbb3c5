package dev.anteroom.kernel;

import dev.anteroom.queue.Listener;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.TcpCounters;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// One network namespace of this host, to be looked into and to be changed.
///
/// Each call enters it on a thread of its own and leaves it again. Entering any but the caller's own needs
/// CAP_SYS_ADMIN; writing a sysctl needs root of the user namespace that it belongs to.
public final class NetworkNamespace {
    private final long inode;
    private final List<String> doors;

    private NetworkNamespace(long inode, List<String> doors) {
        this.inode = inode;
        this.doors = doors;
    }

    /// The network namespace of the calling thread.
    public static NetworkNamespace own() {
        return new NetworkNamespace(NetworkNamespaces.ownInode(), List.of());
    }

    /// The network namespace with a number.
    ///
    /// @param inode as in `net:[4026531840]`
    /// @throws KernelException if no process, thread or mount names it
    public static NetworkNamespace of(long inode) {
        if (inode == NetworkNamespaces.ownInode()) {
            return own();
        }
        return NetworkNamespaces.discover().all().stream()
                .filter(found -> found.inode() == inode && !found.doors().isEmpty())
                .findFirst()
                .map(found -> new NetworkNamespace(inode, List.copyOf(found.doors())))
                .orElseThrow(() -> new KernelException("the network namespace net:[" + inode
                        + "] is gone, or hidden from this user: nothing names it any more"));
    }

    /// Its number.
    public long inode() {
        return inode;
    }

    /// The value of a sysctl; empty where this kernel has none or it cannot be read.
    public OptionalLong value(Setting setting) {
        return inside(() -> EnteredView.readSettings().value(setting));
    }

    /// Changes a sysctl, and leaves the trace of a change as sysctl(8) does.
    ///
    /// @throws KernelException if the kernel refuses
    public void set(Setting setting, long value) {
        inside(() -> {
            try {
                PinnedSettings.write(
                        setting.path(),
                        Long.toString(value),
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                return true;
            } catch (IOException refused) {
                throw new KernelException("cannot set " + setting.sysctlName() + " to " + value + " in net:[" + inode
                        + "]: " + reason(refused));
            }
        });
    }

    private static String reason(IOException refused) {
        return switch (refused) {
            case NoSuchFileException _ -> "this kernel has no such setting";
            case AccessDeniedException _ -> "permission denied (EACCES); run as root";
            default -> refused.getMessage() + "; where /proc/sys is read-only, as in a container, run on the host";
        };
    }

    /// The accept queue of one of its listeners now, by sock_diag; empty if this very socket no longer listens.
    public Optional<QueueSample> sample(Listener listener) {
        return inside(() -> {
            try (SockDiag sockDiag = SockDiag.open()) {
                return sockDiag
                        .listeners(
                                listener.endpoint().family(),
                                listener.endpoint().port())
                        .stream()
                        .filter(row -> row.cookie() == listener.cookie())
                        .findFirst()
                        .map(SockDiag.ListenRow::queue);
            }
        });
    }

    /// Its counters now.
    public TcpCounters counters() {
        return inside(() -> ProcNet.counters(
                ProcFile.text("/proc/thread-self/net/netstat").orElse(""),
                ProcFile.text("/proc/thread-self/net/snmp").orElse("")));
    }

    /// Runs an action inside: on a thread of its own, or on the calling one if that is inside already. The threads
    /// that it starts and the sockets that it opens are inside too.
    ///
    /// @throws KernelException if it cannot be entered
    public <T> T inside(Supplier<T> action) {
        if (doors.isEmpty()) {
            return action.get();
        }
        KernelException refusal = new KernelException("no way into the network namespace net:[" + inode + "]");
        for (String door : doors) {
            try {
                return ThreadInside.get(door, () -> {
                    if (NetworkNamespaces.ownInode() != inode) {
                        throw new Elsewhere();
                    }
                    return action.get();
                });
            } catch (Elsewhere gone) {
                // The pid is another's by now: the next door.
            } catch (KernelException refused) {
                refusal = refused;
            }
        }
        throw refusal;
    }

    /// A door led into another namespace.
    private static final class Elsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Elsewhere() {
            super("another namespace", null, false, false);
        }
    }
}
