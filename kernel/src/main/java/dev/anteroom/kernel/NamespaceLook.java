package dev.anteroom.kernel;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.NotMeasured;
import dev.anteroom.queue.QueueContents;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.TcpCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// One network namespace while a scan looks at it: what was there at the first look, and at the second.
final class NamespaceLook {
    private final HostScan scan;
    private final NetworkNamespaces.Found found;
    private final boolean oneLook;
    private NamespaceView view;
    private List<SockDiag.ListenRow> firstRows = List.of();
    private List<SockDiag.ListenRow> rows = List.of();
    private TcpCounters before = TcpCounters.UNREADABLE;
    private TcpCounters after = TcpCounters.UNREADABLE;
    private Map<Object, SockDiag.Waiting> waitingBefore = Map.of();
    private Map<Long, QueueContents> contents = Map.of();
    private Optional<Map<Integer, Long>> handshakes = Optional.empty();
    private boolean closed;
    private Map<Object, SockDiag.ListenRow> firstByIdentity = Map.of();

    /// @param oneLook whether the second look is the first
    NamespaceLook(HostScan scan, NetworkNamespaces.Found found, boolean oneLook, NamespaceView view) {
        this.scan = scan;
        this.found = found;
        this.oneLook = oneLook;
        this.view = view;
    }

    NetworkNamespaces.Found found() {
        return found;
    }

    /// Its listeners at the second look.
    List<SockDiag.ListenRow> rows() {
        return rows;
    }

    /// Its counters at the second look.
    TcpCounters after() {
        return after;
    }

    /// Listeners, then counters, then what waits where.
    void firstLook() {
        try {
            firstRows = list();
        } catch (KernelException noAnswer) {
            firstRows = listFromOutside(noAnswer);
        }
        before = view.counters();
        if (view instanceof EnteredView entered && !oneLook) {
            waitingBefore = new HashMap<>();
            soleWaiting(firstRows)
                    .forEach(row -> scan.walk(() -> entered.sockDiag().waiting(row.port()))
                            .ifPresent(waiting -> waitingBefore.put(identity(row), waiting)));
        }
    }

    /// Counters, then listeners, so that the steps of the counters lie inside those of the drop events.
    void secondLook() {
        after = oneLook ? before : view.counters();
        rows = oneLook ? firstRows : list();
        if (view instanceof EnteredView entered) {
            contents = new HashMap<>();
            soleWaiting(rows)
                    .forEach(row ->
                            contents(entered.sockDiag(), row).ifPresent(seen -> contents.put(row.cookie(), seen)));
            if (!rows.isEmpty()) {
                handshakes = scan.walk(() -> entered.sockDiag().handshakes());
            }
            if (entered.sockDiag().inconsistentDumps() > 0) {
                scan.tell(new NotMeasured(
                        "a complete list of the sockets of " + scan.label(found),
                        "sockets came and went faster than the kernel could list them, five times in a row",
                        "run again when fewer listeners come and go"));
            }
        }
    }

    /// A kernel may hand out the socket and yet not answer: without the module tcp_diag, for one.
    private List<SockDiag.ListenRow> listFromOutside(KernelException noAnswer) {
        NamespaceView refused = view;
        Optional<OutsideView> outside = HostScan.outside(found);
        if (outside.isEmpty() || refused instanceof OutsideView) {
            throw noAnswer;
        }
        view = outside.get();
        refused.close();
        scan.tellNotEntered(noAnswer.reason(), found);
        return list();
    }

    private List<SockDiag.ListenRow> list() {
        List<SockDiag.ListenRow> all = new ArrayList<>(view.tcpListeners());
        try {
            all.addAll(view.unixListeners());
        } catch (KernelException noUnixDiag) {
            scan.tell(new NotMeasured(
                    "Unix-domain listeners of " + scan.label(found),
                    noUnixDiag.reason(),
                    "load the module: modprobe unix_diag"));
        }
        return all;
    }

    private Optional<QueueContents> contents(SockDiag sockDiag, SockDiag.ListenRow row) {
        Optional<SockDiag.Waiting> now = scan.walk(() -> sockDiag.waiting(row.port()));
        Optional<QueueSample> again = now.flatMap(_ -> sockDiag.sample(row));
        if (again.isEmpty()) {
            return Optional.empty();
        }
        SockDiag.Waiting waiting = now.get();
        SockDiag.Waiting first = waitingBefore.get(identity(row));
        long atStart = first == null ? 0 : first.cookies().size();
        long still = first == null
                ? 0
                : first.cookies().stream().filter(waiting.cookies()::contains).count();
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
        if (oneLook) {
            return 0;
        }
        Map<Object, SockDiag.ListenRow> left = byIdentity(rows);
        return (int) firstRows.stream()
                .filter(row -> row.family() != Family.UNIX && !left.containsKey(identity(row)))
                .count();
    }

    private static Map<Object, SockDiag.ListenRow> byIdentity(List<SockDiag.ListenRow> some) {
        return some.stream().collect(Collectors.toMap(NamespaceLook::identity, row -> row, (one, _) -> one));
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        view.close();
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

    /// The cookie is never used twice; without it (from /proc) the inode will do for a second or so.
    private static Object identity(SockDiag.ListenRow row) {
        return row.cookie() != 0 ? row.cookie() : Long.valueOf(-row.inode());
    }

    /// What the scan makes of it.
    NamespaceEvidence evidence(ProcessTable processes) {
        List<ListenerEvidence> listeners = rows.stream()
                .sorted(NamespaceLook::byPort)
                .map(row -> new ListenerEvidence(
                        new Listener(
                                found.inode(),
                                new Endpoint(row.family(), address(row, view), row.port()),
                                row.inode(),
                                row.cookie(),
                                row.v6Only(),
                                row.uid(),
                                processes.holders(row.inode())),
                        before(row),
                        row.queue(),
                        handshakes
                                .filter(_ -> row.family() != Family.UNIX)
                                .map(counts -> OptionalLong.of(counts.getOrDefault(row.port(), 0L)))
                                .orElse(OptionalLong.empty()),
                        Optional.ofNullable(contents.get(row.cookie()))))
                .toList();
        return new NamespaceEvidence(
                found.inode(),
                HostScan.label(found, listeners),
                view.settings(),
                before,
                after,
                listeners,
                closedInWindow());
    }

    private static String address(SockDiag.ListenRow row, NamespaceView view) {
        return row.interfaceIndex() == 0
                ? row.address()
                : row.address() + "%" + view.interfaceName(row.interfaceIndex());
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
}
