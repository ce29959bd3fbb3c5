package dev.anteroom.kernel;

import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.NotMeasured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Two looks at every listener of the host with a pause between them.
///
/// Costs two lists of listeners for each namespace, whatever the number of connections. Walks of the kernel's
/// table of connections (the SYN queues, what waits in an accept queue) are made only within [#WALK_BUDGET],
/// unless asked for.
public final class HostScan {
    /// How long all walks of the table of connections together may take before the rest are left out.
    public static final Duration WALK_BUDGET = Duration.ofMillis(300);

    private static final int NAMES_TOLD = 5;
    private static final String OWN_NET = "/proc/thread-self/net";

    private final boolean alwaysCountHandshakes;
    private final boolean oneLook;
    private final KernelVersion kernel = RunningKernel.version();
    private final List<NamespaceLook> open = new ArrayList<>();
    private final List<NotMeasured> notMeasured = new ArrayList<>();
    private final Map<String, List<String>> notEntered = new LinkedHashMap<>();
    private long walkedNanos;
    private int walksLeftOut;
    private long start;

    private HostScan(boolean alwaysCountHandshakes, boolean oneLook) {
        this.alwaysCountHandshakes = alwaysCountHandshakes;
        this.oneLook = oneLook;
    }

    /// What to look at.
    ///
    /// @param namespace a name of ip-netns(8), a pid, a number or a path; empty for every namespace of the host
    /// @param alwaysCountHandshakes count the SYN queues and the waiting connections even past the budget
    public record Scope(Optional<String> namespace, boolean alwaysCountHandshakes) {}

    /// How the window passes. A test stages its events here.
    @FunctionalInterface
    public interface Pause {
        void pass(Duration window) throws InterruptedException;
    }

    /// Looks, waits, looks again.
    ///
    /// @param window how long to wait; zero for a single look
    /// @throws KernelException if the namespace named in the scope is not there, or nothing at all could be seen
    /// @throws InterruptedException if interrupted while waiting; nothing is left open
    public static Evidence run(Scope scope, Duration window, Pause pause) throws InterruptedException {
        HostScan scan = new HostScan(scope.alwaysCountHandshakes, window.isZero());
        try {
            scan.firstLook(wanted(scope));
            if (!window.isZero()) {
                pause.pass(window);
            }
            return scan.secondLook();
        } finally {
            scan.close();
        }
    }

    /// Looks at one namespace, and leaves the second look to the caller. All questions are asked, whatever they
    /// cost.
    ///
    /// @throws KernelException if the namespace cannot be looked into
    static HostScan started(NetworkNamespaces.Found found) {
        HostScan scan = new HostScan(true, false);
        try {
            scan.firstLook(List.of(found));
            return scan;
        } catch (KernelException unseen) {
            scan.close();
            throw unseen;
        }
    }

    private static List<NetworkNamespaces.Found> wanted(Scope scope) {
        if (scope.namespace.isEmpty()) {
            return NetworkNamespaces.discover().all();
        }
        String name = scope.namespace.get();
        Optional<NetworkNamespaces.Found> own = NetworkNamespaces.ownIf(name);
        if (own.isPresent()) {
            return List.of(own.get());
        }
        List<NetworkNamespaces.Found> matching = NetworkNamespaces.discover().matching(name);
        if (matching.isEmpty()) {
            throw new KernelException("no network namespace '" + name
                    + "': name one of 'ip netns list', a pid, or a number of 'lsns -t net'");
        }
        return matching;
    }

    private void firstLook(List<NetworkNamespaces.Found> wanted) {
        wanted.forEach(found -> open(found).ifPresent(open::add));
        if (open.isEmpty()) {
            throw new KernelException(
                    notEntered.isEmpty()
                            ? "no network namespace could be looked into: is /proc mounted?"
                            : notEntered.keySet().iterator().next() + "; run as root, or with CAP_SYS_ADMIN");
        }
        start = System.nanoTime();
        open.removeIf(namespace -> !attempt(namespace, NamespaceLook::firstLook));
    }

    /// Looks again and tells what both looks have seen.
    Evidence secondLook() {
        long end = System.nanoTime();
        open.removeIf(namespace -> !attempt(namespace, NamespaceLook::secondLook));
        List<NamespaceEvidence> seen = evidence();
        tellWhatIsMissing();
        return new Evidence(
                kernel,
                oneLook ? Duration.ZERO : Duration.ofNanos(end - start),
                seen,
                notMeasured.stream().distinct().toList());
    }

    /// Lets go of every namespace.
    void close() {
        open.forEach(NamespaceLook::close);
    }

    private Optional<NamespaceLook> open(NetworkNamespaces.Found found) {
        if (found.own()) {
            try {
                return Optional.of(new NamespaceLook(this, found, oneLook, EnteredView.ofThisThread()));
            } catch (KernelException noSockDiag) {
                tellNotEntered(noSockDiag.reason(), found);
                return Optional.of(new NamespaceLook(this, found, oneLook, new OutsideView(OWN_NET)));
            }
        }
        String refusal = "nothing names them any more";
        for (String door : found.doors()) {
            try {
                return Optional.of(new NamespaceLook(this, found, oneLook, EnteredView.of(door, found.inode())));
            } catch (KernelException refused) {
                refusal = refused.reason();
            }
        }
        Optional<OutsideView> outside = outside(found);
        tellNotEntered(refusal, found);
        return outside.map(view -> new NamespaceLook(this, found, oneLook, view));
    }

    static Optional<OutsideView> outside(NetworkNamespaces.Found found) {
        return Stream.concat(found.own() ? Stream.of(OWN_NET) : Stream.empty(), found.outsides().stream())
                .filter(directory -> ProcFile.text(directory + "/netstat").isPresent())
                .findFirst()
                .map(OutsideView::new);
    }

    /// Adds to what could not be measured.
    void tell(NotMeasured missing) {
        notMeasured.add(missing);
    }

    /// Notes a namespace that is seen through /proc only.
    void tellNotEntered(String reason, NetworkNamespaces.Found found) {
        notEntered.merge(reason, List.of(label(found)), HostScan::joined);
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /// Runs one step on a namespace; false, with a word in the report, if the namespace ended meanwhile.
    private boolean attempt(NamespaceLook namespace, Consumer<NamespaceLook> step) {
        try {
            step.accept(namespace);
            return true;
        } catch (KernelException gone) {
            notMeasured.add(new NotMeasured(
                    "the listeners of " + label(namespace.found()), gone.reason(), "run again if it still exists"));
            namespace.close();
            return false;
        }
    }

    <T> Optional<T> walk(Supplier<T> question) {
        if (!alwaysCountHandshakes && walkedNanos > WALK_BUDGET.toNanos()) {
            walksLeftOut++;
            return Optional.empty();
        }
        long start = System.nanoTime();
        try {
            return Optional.of(question.get());
        } catch (KernelException noAnswer) {
            notMeasured.add(
                    new NotMeasured("a SYN queue, or what waits in an accept queue", noAnswer.reason(), "run again"));
            return Optional.empty();
        } finally {
            walkedNanos += System.nanoTime() - start;
        }
    }

    private List<NamespaceEvidence> evidence() {
        long[] inodes = open.stream()
                .flatMap(namespace -> namespace.rows().stream())
                .mapToLong(SockDiag.ListenRow::inode)
                .filter(inode -> inode != 0)
                .toArray();
        ProcessTable processes = ProcessTable.holding(inodes);
        List<NamespaceEvidence> all =
                open.stream().map(namespace -> namespace.evidence(processes)).toList();
        long ownerless = all.stream()
                .flatMap(namespace -> namespace.listeners().stream())
                .filter(listener -> listener.listener().processes().isEmpty())
                .count();
        if (ownerless > 0 && processes.unreadable() > 0) {
            notMeasured.add(new NotMeasured(
                    "the processes of " + ownerless + (ownerless == 1 ? " listener" : " listeners"),
                    processes.unreadable() + (processes.unreadable() == 1 ? " process does" : " processes do")
                            + " not show whose descriptors they are",
                    "run with CAP_SYS_PTRACE over them, as root mostly has"));
        } else if (ownerless > 0 && RunningKernel.hiddenProcesses().isEmpty()) {
            notMeasured.add(new NotMeasured(
                    "the processes of " + ownerless + (ownerless == 1 ? " listener" : " listeners"),
                    "no process that can be seen holds them: the kernel itself does, or one of another pid namespace",
                    "run in the pid namespace of the host"));
        }
        return all;
    }

    private static String nextStep(String reason) {
        if (reason.contains("ulimit")) {
            return "raise the limit of open files and run again";
        }
        return reason.contains("sock_diag") || reason.contains("SOCK_DIAG")
                ? "run where NETLINK_SOCK_DIAG is allowed and the module tcp_diag is loaded"
                : "run as root, or with CAP_SYS_ADMIN and CAP_SYS_PTRACE";
    }

    private static String named(List<String> labels) {
        int more = labels.size() - NAMES_TOLD;
        return labels.stream().limit(NAMES_TOLD).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more network namespaces" : "");
    }

    /// Who lives in a namespace.
    String label(NetworkNamespaces.Found found) {
        return label(found, List.of());
    }

    static String label(NetworkNamespaces.Found found, List<ListenerEvidence> listeners) {
        if (found.own()) {
            return "this network namespace";
        }
        return found.name()
                .or(() -> listeners.stream()
                        .flatMap(listener -> listener.listener().processes().stream())
                        .flatMap(process -> process.container().stream())
                        .map(container -> container.label())
                        .findFirst())
                .or(() -> found.pids().stream().findFirst().map(HostScan::processLabel))
                .orElse("net:[" + found.inode() + "]");
    }

    private static String processLabel(int pid) {
        String name = ProcFile.text("/proc/" + pid + "/comm").map(String::strip).orElse("ended process");
        // The kernel's own threads never leave the first namespace.
        return name.equals("kthreadd") ? "the host" : name + "/" + pid;
    }

    private void tellWhatIsMissing() {
        notEntered.forEach((reason, labels) -> notMeasured.add(new NotMeasured(
                "limits, drop events, sysctls and Unix-domain listeners of " + named(labels),
                reason,
                nextStep(reason))));
        if (walksLeftOut > 0) {
            notMeasured.add(new NotMeasured(
                    "SYN queues and waiting connections, " + walksLeftOut + " questions",
                    "each walks the kernel's whole table of connections; " + WALK_BUDGET.toMillis()
                            + " ms were spent on others",
                    "add --syn-queue to count them all the same"));
        }
        RunningKernel.hiddenProcesses().ifPresent(notMeasured::add);
        if (kernel.vendor()) {
            notMeasured.add(new NotMeasured(
                    "which rule for the SYN queue this kernel follows",
                    kernel.release() + " may carry changes of later versions under its number",
                    "take the capacity of SYN queues as that of Linux " + kernel.numbers()));
        }
        open.stream()
                .findFirst()
                .map(NamespaceLook::after)
                .flatMap(RunningKernel::missingCounters)
                .ifPresent(notMeasured::add);
    }
}
