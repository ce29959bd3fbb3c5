package dev.anteroom.kernel;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.NotMeasured;
import dev.anteroom.queue.QueueContents;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.TcpCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    private final Scope scope;
    private final NetworkNamespaces namespaces = NetworkNamespaces.discover();
    private final List<NotMeasured> notMeasured = new ArrayList<>();
    private final Map<String, List<String>> notEntered = new LinkedHashMap<>();
    private long walkedNanos;
    private int walksLeftOut;

    private HostScan(Scope scope) {
        this.scope = scope;
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
        return new HostScan(scope).look(window, pause);
    }

    private Evidence look(Duration window, Pause pause) throws InterruptedException {
        KernelVersion kernel = RunningKernel.version();
        List<OpenNamespace> open = new ArrayList<>();
        try {
            wanted().forEach(found -> open(found).ifPresent(open::add));
            if (open.isEmpty()) {
                throw new KernelException(
                        notEntered.isEmpty()
                                ? "no network namespace could be looked into: is /proc mounted?"
                                : notEntered.keySet().iterator().next() + "; run as root, or with CAP_SYS_ADMIN");
            }
            long start = System.nanoTime();
            open.removeIf(namespace -> !attempt(namespace, one -> one.firstLook(window.isZero())));
            if (!window.isZero()) {
                pause.pass(window);
            }
            long end = System.nanoTime();
            open.removeIf(namespace -> !attempt(namespace, one -> one.secondLook(window.isZero())));
            List<NamespaceEvidence> seen = evidence(open);
            tellWhatIsMissing(open);
            return new Evidence(
                    kernel,
                    window.isZero() ? Duration.ZERO : Duration.ofNanos(end - start),
                    seen,
                    notMeasured.stream().distinct().toList());
        } finally {
            open.forEach(OpenNamespace::close);
        }
    }

    private List<NetworkNamespaces.Found> wanted() {
        if (scope.namespace.isEmpty()) {
            return namespaces.all();
        }
        List<NetworkNamespaces.Found> matching = List.copyOf(namespaces.matching(scope.namespace.get()));
        if (matching.isEmpty()) {
            throw new KernelException("no network namespace '" + scope.namespace.get()
                    + "': name one of 'ip netns list', a pid, or a number of 'lsns -t net'");
        }
        return matching;
    }

    /// One namespace while it is looked at.
    private final class OpenNamespace {
        private final NetworkNamespaces.Found found;
        private NamespaceView view;
        private List<SockDiag.ListenRow> firstRows = List.of();
        private List<SockDiag.ListenRow> rows = List.of();
        private TcpCounters before = TcpCounters.UNREADABLE;
        private TcpCounters after = TcpCounters.UNREADABLE;
        private Map<Object, SockDiag.Waiting> waitingBefore = Map.of();
        private Map<Long, QueueContents> contents = Map.of();
        private Optional<Map<Integer, Long>> handshakes = Optional.empty();
        private boolean oneLook;
        private boolean closed;
        private Map<Object, SockDiag.ListenRow> firstByIdentity = Map.of();

        OpenNamespace(NetworkNamespaces.Found found, NamespaceView view) {
            this.found = found;
            this.view = view;
        }

        void firstLook(boolean single) {
            try {
                firstRows = list();
            } catch (KernelException noAnswer) {
                firstRows = listFromOutside(noAnswer);
            }
            before = view.counters();
            if (view instanceof EnteredView entered && !single) {
                waitingBefore = new HashMap<>();
                soleWaiting(firstRows)
                        .forEach(row -> walk(() -> entered.sockDiag().waiting(row.port()))
                                .ifPresent(waiting -> waitingBefore.put(identity(row), waiting)));
            }
        }

        void secondLook(boolean sameMoment) {
            oneLook = sameMoment;
            after = oneLook ? before : view.counters();
            rows = oneLook ? firstRows : list();
            if (view instanceof EnteredView entered) {
                contents = new HashMap<>();
                soleWaiting(rows)
                        .forEach(row ->
                                contents(entered.sockDiag(), row).ifPresent(seen -> contents.put(row.cookie(), seen)));
                if (!rows.isEmpty()) {
                    handshakes = walk(() -> entered.sockDiag().handshakes());
                }
                if (entered.sockDiag().inconsistentDumps() > 0) {
                    notMeasured.add(new NotMeasured(
                            "a complete list of the sockets of " + label(found),
                            "sockets came and went faster than the kernel could list them, five times in a row",
                            "run again when fewer listeners come and go"));
                }
            }
        }

        /// A kernel may hand out the socket and yet not answer: without the module tcp_diag, for one.
        private List<SockDiag.ListenRow> listFromOutside(KernelException noAnswer) {
            NamespaceView refused = view;
            Optional<OutsideView> outside = outside(found);
            if (outside.isEmpty() || refused instanceof OutsideView) {
                throw noAnswer;
            }
            view = outside.get();
            refused.close();
            notEntered.merge(noAnswer.reason(), List.of(label(found)), HostScan::joined);
            return list();
        }

        private List<SockDiag.ListenRow> list() {
            List<SockDiag.ListenRow> all = new ArrayList<>(view.tcpListeners(0));
            try {
                all.addAll(view.unixListeners());
            } catch (KernelException noUnixDiag) {
                notMeasured.add(new NotMeasured(
                        "Unix-domain listeners of " + label(found),
                        noUnixDiag.reason(),
                        "load the module: modprobe unix_diag"));
            }
            return all;
        }

        private Optional<QueueContents> contents(SockDiag sockDiag, SockDiag.ListenRow row) {
            Optional<SockDiag.Waiting> now = walk(() -> sockDiag.waiting(row.port()));
            Optional<QueueSample> again = now.flatMap(_ -> sockDiag.sample(row));
            if (again.isEmpty()) {
                return Optional.empty();
            }
            SockDiag.Waiting waiting = now.get();
            SockDiag.Waiting first = waitingBefore.get(identity(row));
            long atStart = first == null ? 0 : first.cookies().size();
            long still = first == null
                    ? 0
                    : first.cookies().stream()
                            .filter(waiting.cookies()::contains)
                            .count();
            boolean steady = again.get().depth() == row.queue().depth();
            long visible = waiting.cookies().size();
            return Optional.of(new QueueContents(
                    atStart,
                    before(row).map(QueueSample::depth).orElse(0L),
                    still,
                    visible,
                    waiting.closedByPeer(),
                    steady ? row.queue().depth() : visible));
        }

        /// The queue of a listener at the first look, if it was there.
        Optional<QueueSample> before(SockDiag.ListenRow row) {
            if (oneLook) {
                return Optional.of(row.queue());
            }
            if (firstByIdentity.isEmpty()) {
                firstByIdentity = byIdentity(firstRows);
            }
            return Optional.ofNullable(firstByIdentity.get(identity(row))).map(SockDiag.ListenRow::queue);
        }

        /// How many TCP listeners were there at the first look only.
        int closedInWindow() {
            Map<Object, SockDiag.ListenRow> left = oneLook ? Map.of() : byIdentity(rows);
            return oneLook
                    ? 0
                    : (int) firstRows.stream()
                            .filter(row -> row.family() != Family.UNIX && !left.containsKey(identity(row)))
                            .count();
        }

        private static Map<Object, SockDiag.ListenRow> byIdentity(List<SockDiag.ListenRow> some) {
            return some.stream().collect(Collectors.toMap(HostScan::identity, row -> row, (one, _) -> one));
        }

        void close() {
            if (closed) {
                return;
            }
            closed = true;
            view.close();
        }
    }

    /// TCP listeners whose port has no other listener with a queue: only then does a waiting connection of the port
    /// belong to one listener for sure.
    private static List<SockDiag.ListenRow> soleWaiting(List<SockDiag.ListenRow> rows) {
        Map<Integer, List<SockDiag.ListenRow>> byPort = rows.stream()
                .filter(row -> row.family() != Family.UNIX && row.queue().depth() > 0)
                .collect(Collectors.groupingBy(SockDiag.ListenRow::port));
        return byPort.values().stream()
                .filter(sharers -> sharers.size() == 1)
                .map(List::getFirst)
                .toList();
    }

    private Optional<OpenNamespace> open(NetworkNamespaces.Found found) {
        if (found.own()) {
            try {
                return Optional.of(new OpenNamespace(found, EnteredView.ofThisThread()));
            } catch (KernelException noSockDiag) {
                notEntered.merge(noSockDiag.reason(), List.of(label(found)), HostScan::joined);
                return Optional.of(new OpenNamespace(found, new OutsideView(OWN_NET)));
            }
        }
        String refusal = "nothing names them any more";
        for (String door : found.doors()) {
            try {
                return Optional.of(new OpenNamespace(found, EnteredView.of(door, found.inode())));
            } catch (KernelException refused) {
                refusal = refused.reason();
            }
        }
        Optional<OutsideView> outside = outside(found);
        notEntered.merge(refusal, List.of(label(found)), HostScan::joined);
        return outside.map(view -> new OpenNamespace(found, view));
    }

    private static Optional<OutsideView> outside(NetworkNamespaces.Found found) {
        return Stream.concat(found.own() ? Stream.of(OWN_NET) : Stream.empty(), found.outsides().stream())
                .filter(directory -> ProcFile.text(directory + "/netstat").isPresent())
                .findFirst()
                .map(OutsideView::new);
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /// Runs one step on a namespace; false, with a word in the report, if the namespace ended meanwhile.
    private boolean attempt(OpenNamespace namespace, Consumer<OpenNamespace> step) {
        try {
            step.accept(namespace);
            return true;
        } catch (KernelException gone) {
            notMeasured.add(new NotMeasured(
                    "the listeners of " + label(namespace.found), gone.reason(), "run again if it still exists"));
            namespace.close();
            return false;
        }
    }

    private <T> Optional<T> walk(Supplier<T> question) {
        if (!scope.alwaysCountHandshakes && walkedNanos > WALK_BUDGET.toNanos()) {
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

    private List<NamespaceEvidence> evidence(List<OpenNamespace> open) {
        long[] inodes = open.stream()
                .flatMap(namespace -> namespace.rows.stream())
                .mapToLong(SockDiag.ListenRow::inode)
                .filter(inode -> inode != 0)
                .toArray();
        ProcessTable processes = ProcessTable.holding(inodes);
        List<NamespaceEvidence> all =
                open.stream().map(namespace -> evidence(namespace, processes)).toList();
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

    private NamespaceEvidence evidence(OpenNamespace namespace, ProcessTable processes) {
        List<ListenerEvidence> listeners = namespace.rows.stream()
                .sorted(HostScan::byPort)
                .map(row -> new ListenerEvidence(
                        new Listener(
                                namespace.found.inode(),
                                new Endpoint(row.family(), address(row, namespace.view), row.port()),
                                row.inode(),
                                row.cookie(),
                                row.v6Only(),
                                row.uid(),
                                processes.holders(row.inode())),
                        namespace.before(row),
                        row.queue(),
                        namespace
                                .handshakes
                                .filter(_ -> row.family() != Family.UNIX)
                                .map(counts -> OptionalLong.of(counts.getOrDefault(row.port(), 0L)))
                                .orElse(OptionalLong.empty()),
                        Optional.ofNullable(namespace.contents.get(row.cookie()))))
                .toList();
        return new NamespaceEvidence(
                namespace.found.inode(),
                label(namespace.found, listeners),
                namespace.view.settings(),
                namespace.before,
                namespace.after,
                listeners,
                namespace.closedInWindow());
    }

    /// By port, Unix-domain listeners last. Written out, because comparators made of key extractors take
    /// milliseconds of the start-up.
    private static int byPort(SockDiag.ListenRow one, SockDiag.ListenRow other) {
        int port = Integer.compare(sortPort(one), sortPort(other));
        return port != 0 ? port : one.address().compareTo(other.address());
    }

    private static int sortPort(SockDiag.ListenRow row) {
        return row.family() == Family.UNIX ? Integer.MAX_VALUE : row.port();
    }

    /// The cookie is never used twice; without it (from /proc) the inode will do for a second or so.
    private static Object identity(SockDiag.ListenRow row) {
        return row.cookie() != 0 ? row.cookie() : Long.valueOf(-row.inode());
    }

    private static String address(SockDiag.ListenRow row, NamespaceView view) {
        return row.interfaceIndex() == 0
                ? row.address()
                : row.address() + "%" + view.interfaceName(row.interfaceIndex());
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

    private String label(NetworkNamespaces.Found found) {
        return label(found, List.of());
    }

    private static String label(NetworkNamespaces.Found found, List<ListenerEvidence> listeners) {
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

    private void tellWhatIsMissing(List<OpenNamespace> open) {
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
        open.stream()
                .findFirst()
                .map(namespace -> namespace.after)
                .flatMap(RunningKernel::missingCounters)
                .ifPresent(notMeasured::add);
    }
}
