package dev.anteroom.remedy;

import dev.anteroom.diagnosis.ServerSoftware;
import dev.anteroom.diagnosis.ServerSoftware.Activation;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.queue.Container;
import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.HostProcess;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What to change so that one listener gets another limit for good: the server's own setting, then the sysctl
/// in the
/// form that the place where it lives needs.
///
/// @param namespace the network namespace it is in
/// @param listener the listener
/// @param target the limit it shall have
/// @param software what its server is; empty if it was not recognised
/// @param changes in order, smallest first; empty if it has that limit already
public record FixPlan(
        NamespaceEvidence namespace,
        ListenerEvidence listener,
        Target target,
        Optional<ServerSoftware> software,
        List<Change> changes) {

    public FixPlan {
        changes = List.copyOf(changes);
    }

    /// One change.
    ///
    /// @param kind what is changed
    /// @param why in a sentence
    /// @param file where, a path or in words
    /// @param text exactly what, in the syntax of that place
    /// @param then what makes it count
    /// @param traps what it costs, what it will not do, what goes wrong
    public record Change(Kind kind, String why, String file, String text, String then, List<String> traps) {
        public Change {
            traps = List.copyOf(traps);
        }
    }

    /// What a change changes.
    public enum Kind {
        /// The server's own setting.
        SERVER,
        /// A sysctl of this host.
        SYSCTL,
        /// What a container, a pod or another network namespace is started with.
        PLACE
    }

    /// Plans it for one listener whose limit is known.
    ///
    /// @param wanted the limit that the user named or that a load needs; empty for the usual one
    public static FixPlan of(NamespaceEvidence namespace, ListenerEvidence listener, Optional<Target> wanted) {
        Target target = wanted.orElseGet(() -> Target.usual(namespace, listener));
        Optional<HostProcess> process = listener.listener().processes().stream().findFirst();
        Optional<ServerSoftware> software = software(listener);
        List<Change> changes = new ArrayList<>();
        long somaxconn = namespace.settings().value(Setting.SOMAXCONN).orElse(0);
        boolean olderCap = olderCap(namespace, listener);
        if (listener.after().limit().orElse(-1) != target.limit()) {
            if (olderCap && asks(software, target)) {
                changes.add(restart(listener, process, software));
            } else if (!asksForEnough(namespace, listener, software, target)) {
                changes.add(server(listener, process, software, target, olderCap));
            }
        }
        if (target.limit() > somaxconn) {
            changes.add(somaxconn(namespace, listener, process, somaxconn, target));
        }
        return new FixPlan(namespace, listener, target, software, changes);
    }

    /// Whether the program's own backlog is known to be large enough already.
    private static boolean asksForEnough(
            NamespaceEvidence namespace, ListenerEvidence listener, Optional<ServerSoftware> software, Target target) {
        boolean capped = namespace
                .limits(listener)
                .filter(limits -> limits.boundBy() == QueueLimits.Bound.SOMAXCONN)
                .isPresent();
        return capped && asks(software, target);
    }

    private static boolean asks(Optional<ServerSoftware> software, Target target) {
        return software.filter(row ->
                        row.asks().equals("somaxconn") || row.defaultBacklog().orElse(0) >= target.limit())
                .isPresent();
    }

    /// Whether the limit may be that of a smaller somaxconn, which was raised after the program had begun to listen.
    private static boolean olderCap(NamespaceEvidence namespace, ListenerEvidence listener) {
        return namespace.writtenAfterStart(listener.listener()).isPresent()
                && listener.after().limit().orElse(0)
                        < namespace.settings().value(Setting.SOMAXCONN).orElse(0);
    }

    private static Change restart(
            ListenerEvidence listener, Optional<HostProcess> process, Optional<ServerSoftware> software) {
        return new Change(
                Kind.SERVER,
                software.map(ServerSoftware::name).orElse("the program") + " asks for enough by itself; its limit of "
                        + listener.after().limit().orElse(-1) + " dates from a smaller net.core.somaxconn, which was"
                        + " raised after it had begun to listen",
                "nowhere",
                "nothing to set: the somaxconn of now counts at its next listen(2)",
                process.flatMap(one -> RunningKernel.serviceUnit(one.pid()))
                        .map(name -> "systemctl restart " + name)
                        .orElse("restart it"),
                List.of("if the limit is the same afterwards, its own setting is smaller than its default"));
    }

    private static Change server(
            ListenerEvidence listener,
            Optional<HostProcess> process,
            Optional<ServerSoftware> software,
            Target target,
            boolean olderCap) {
        Optional<String> unit = process.flatMap(one -> RunningKernel.serviceUnit(one.pid()));
        if (software.isEmpty()) {
            return new Change(
                    Kind.SERVER,
                    "the program asks for less; it was not recognised, so this is the generic answer",
                    "the program's configuration or source",
                    "the second argument of listen(2): " + target.limit(),
                    unit.map(name -> "systemctl restart " + name).orElse("restart it"),
                    traps(
                            olderCap,
                            "look for 'backlog' in its documentation; -1 means as much as somaxconn allows in most"
                                    + " languages, but 0 in Python and 50 in Java"));
        }
        ServerSoftware row = software.get();
        List<String> traps = traps(olderCap, row.trap());
        if (row.activation() == Activation.FIXED) {
            return new Change(
                    Kind.SERVER,
                    "default of " + row.name() + ": " + row.asks() + ", and it has no setting for it",
                    row.file(),
                    "nothing to set; 'anteroom fix --live' raises it until the next restart",
                    row.activation().text(),
                    traps);
        }
        Endpoint at = listener.listener().endpoint();
        Optional<ConfigPlace> place = process.flatMap(one -> ConfigPlace.of(one, row.name(), at, target.limit()));
        return new Change(
                Kind.SERVER,
                "default of " + row.name() + ": " + row.asks() + "; its setting: " + row.knob(),
                place.map(ConfigPlace::place).orElse(row.file()),
                place.map(ConfigPlace::corrected)
                        .orElse(row.changeTo(
                                target.limit(), at.port() == 0 ? at.address() : Integer.toString(at.port()))),
                switch (row.activation()) {
                    case RESTART ->
                        unit.map(name -> "systemctl restart " + name).orElse("restart it");
                    case RELOAD -> unit.map(name -> "systemctl reload " + name).orElse("reload it");
                    case REBUILD, FIXED -> row.activation().text();
                },
                traps);
    }

    private static List<String> traps(boolean olderCap, String own) {
        List<String> traps = new ArrayList<>();
        if (olderCap) {
            traps.add("net.core.somaxconn was written after it started: its limit may date from a smaller one, and a"
                    + " restart alone may be enough");
        }
        if (!own.isEmpty()) {
            traps.add(own);
        }
        return traps;
    }

    private static Change somaxconn(
            NamespaceEvidence namespace,
            ListenerEvidence listener,
            Optional<HostProcess> process,
            long somaxconn,
            Target target) {
        String why = "net.core.somaxconn of " + namespace.label() + " is " + somaxconn
                + (listener.after().limit().orElse(0) > somaxconn
                        ? ": the limit dates from a larger one, and the next restart cuts it to " + somaxconn
                        : " and caps every listen(2) there");
        String restart = "restart the server: it counts at listen(2) only";
        Optional<Container> container = process.flatMap(HostProcess::container);
        if (container.isPresent()) {
            return inContainer(container.get(), why, restart, target);
        }
        if (namespace.inode() == NetworkNamespace.own().inode()) {
            return new Change(
                    Kind.SYSCTL,
                    why,
                    SysctlDropIn.USUAL_DIRECTORY.resolve(SysctlDropIn.NAME).toString(),
                    SysctlDropIn.text(target.limit()).strip(),
                    "sysctl -w net.core.somaxconn=" + target.limit() + "; " + restart,
                    SysctlDropIn.traps());
        }
        String pid = process.map(one -> Integer.toString(one.pid())).orElse("PID");
        return new Change(
                Kind.PLACE,
                why,
                "the script or unit that makes this network namespace",
                "nsenter -t " + pid + " -n sysctl -w net.core.somaxconn=" + target.limit(),
                restart,
                List.of("a drop-in in /etc/sysctl.d reaches the host's own namespace only; a new one starts with the"
                        + " kernel's default"));
    }

    private static Change inContainer(Container container, String why, String restart, Target target) {
        if (container.pod().isPresent()) {
            return new Change(
                    Kind.PLACE,
                    why,
                    "the pod's manifest",
                    """
                    spec:
                      securityContext:
                        sysctls:
                          - name: net.core.somaxconn
                            value: "%d\"""".formatted(target.limit()),
                    "replace the pod",
                    List.of(
                            "the kubelet refuses it unless it runs with --allowed-unsafe-sysctls=net.core.somaxconn",
                            "all containers of the pod share it; with hostNetwork the node's value counts instead"));
        }
        return new Change(
                Kind.PLACE,
                why,
                "compose.yaml, or docker run --sysctl net.core.somaxconn=" + target.limit(),
                """
                services:
                  NAME:
                    sysctls:
                      net.core.somaxconn: %d""".formatted(target.limit()),
                "start the container anew; " + restart,
                List.of(
                        "a container does not take the host's value: its namespace starts with the kernel's default,"
                                + " 4096 since Linux 5.4, 128 before",
                        "with the network of the host (network_mode: host) it is refused, and the host's value counts"));
    }

    /// How to have the limit at once, without a restart; empty for a Unix-domain listener.
    public Optional<String> live() {
        if (listener.listener().endpoint().family() == Family.UNIX || changes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("anteroom fix --live" + words(namespace, listener, target.limit()) + " --apply");
    }

    /// The words that name a TCP listener and its new limit to `fix`, a blank before each.
    public static String words(NamespaceEvidence namespace, ListenerEvidence listener, long limit) {
        return " --port " + listener.listener().endpoint().port()
                + (namespace.inode() == NetworkNamespace.own().inode() ? "" : " -N " + namespace.inode())
                + " --limit " + limit;
    }

    /// What the server of a listener is; empty if it was not recognised.
    public static Optional<ServerSoftware> software(ListenerEvidence listener) {
        return listener.listener().processes().stream()
                .findFirst()
                .flatMap(process -> ServerSoftware.recognise(
                        process, LoadedJars.of(process), listener.after().limit()));
    }

    /// The somaxconn that the host's own drop-in should have; empty if none is needed.
    public Optional<Long> hostSomaxconn() {
        return changes.stream()
                .filter(change -> change.kind() == Kind.SYSCTL)
                .map(_ -> target.limit())
                .findFirst();
    }
}
