package dev.anteroom.remedy;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.Setting;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Another limit for listeners that run, without a restart: what is there, and what would be done.
///
/// @param namespace the network namespace they are in
/// @param listeners one, or all that share its port there
/// @param limit the limit they shall have, 0 or more
/// @param somaxconn net.core.somaxconn of the namespace now
public record LivePlan(NamespaceEvidence namespace, List<ListenerEvidence> listeners, int limit, long somaxconn) {

    public LivePlan {
        listeners = List.copyOf(listeners);
    }

    /// Plans it for what was seen.
    ///
    /// @param seen only the listeners in question
    /// @param limit 0 or more
    /// @throws KernelException if they are not of one network namespace, or their limit cannot be read
    public static LivePlan of(Evidence seen, int limit) {
        List<NamespaceEvidence> namespaces = seen.namespaces().stream()
                .filter(namespace -> !tcp(namespace).isEmpty())
                .toList();
        if (namespaces.isEmpty()) {
            throw new KernelException(
                    "no TCP listener was found there; 'anteroom doctor --all' lists all that is seen");
        }
        if (namespaces.size() > 1) {
            throw severalNamespaces(namespaces);
        }
        NamespaceEvidence namespace = namespaces.getFirst();
        OptionalLong somaxconn = namespace.settings().value(Setting.SOMAXCONN);
        List<ListenerEvidence> listeners = tcp(namespace);
        boolean readable =
                listeners.stream().allMatch(one -> one.after().limit().isPresent());
        if (somaxconn.isEmpty() || !readable) {
            throw new KernelException(
                    "the limit of " + listeners.getFirst().listener().label()
                            + " cannot be read from outside its network namespace; run as root, or with CAP_SYS_ADMIN");
        }
        return new LivePlan(namespace, listeners, limit, somaxconn.getAsLong());
    }

    private static KernelException severalNamespaces(List<NamespaceEvidence> namespaces) {
        return new KernelException("there are such listeners in " + namespaces.size()
                + " network namespaces; add one of these: "
                + namespaces.stream()
                        .map(namespace -> "-N " + door(namespace) + " (" + namespace.label() + ")")
                        .collect(Collectors.joining(", ")));
    }

    /// A word that -N takes. The number may be hidden from this user, a pid of the namespace is not.
    private static String door(NamespaceEvidence namespace) {
        return namespace.inode() > 0
                ? Long.toString(namespace.inode())
                : tcp(namespace).stream()
                        .flatMap(one -> one.listener().processes().stream())
                        .findFirst()
                        .map(process -> Integer.toString(process.pid()))
                        .orElse(namespace.label().replaceAll(".*/", ""));
    }

    private static List<ListenerEvidence> tcp(NamespaceEvidence namespace) {
        return namespace.listeners().stream()
                .filter(one -> one.listener().endpoint().family() != Family.UNIX)
                .toList();
    }

    /// The same with another limit.
    public LivePlan withLimit(int other) {
        return new LivePlan(namespace, listeners, other, somaxconn);
    }

    /// Whether somaxconn has to be raised before.
    public boolean raisesSomaxconn() {
        return !listenersToChange().isEmpty() && limit > somaxconn;
    }

    /// Those that have another limit.
    public List<ListenerEvidence> listenersToChange() {
        return listeners.stream()
                .filter(one -> one.after().limit().orElseThrow() != limit)
                .toList();
    }

    /// What will be done, one step each, in order.
    public List<String> steps() {
        List<String> calls = listenersToChange().stream()
                .map(one -> "listen(2) on " + one.listener().label() + " with backlog " + limit
                        + ", through a descriptor taken with pidfd_getfd(2); it listens on meanwhile, and what waits in"
                        + " its queue stays there")
                .toList();
        return raisesSomaxconn()
                ? Stream.concat(
                                Stream.of("net.core.somaxconn from " + somaxconn + " to " + limit
                                        + " in " + namespace.label()
                                        + ", because it caps every listen(2) there"),
                                calls.stream())
                        .toList()
                : calls;
    }

    /// What it costs and what it does not do.
    public List<String> costs() {
        return List.of(
                "the limit lasts until the program ends or calls listen(2) itself: set its own backlog too"
                        + " ('anteroom fix' without --live tells how)",
                "the last of " + (limit + 1L) + " waiting connections waits " + (limit + 1L)
                        + " times as long as one accept takes, and each holds some KiB of kernel memory: a longer"
                        + " queue helps against bursts, not against a server that is too slow");
    }
}
