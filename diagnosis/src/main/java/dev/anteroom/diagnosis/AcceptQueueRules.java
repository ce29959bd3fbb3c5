package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.DropReconciliation.Share;
import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Accept queues that are full, that overflowed, or that are full beside an empty one.
final class AcceptQueueRules {
    private AcceptQueueRules() {}

    static Stream<Finding> findings(NamespaceCase namespace) {
        return Stream.of(
                        namespace.namespace().listeners().stream()
                                .filter(listener -> listener.after().isFull())
                                .flatMap(listener -> full(namespace, listener).stream()),
                        namespace.tcp().stream()
                                .filter(listener ->
                                        namespace.overflowed(listener).isPresent())
                                .flatMap(listener -> overflow(namespace, listener).stream()),
                        ownerless(namespace).stream(),
                        imbalances(namespace))
                .flatMap(rule -> rule);
    }

    private static Optional<Finding> full(NamespaceCase namespace, ListenerEvidence listener) {
        Optional<QueueLimits> limits = namespace.limits(listener);
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        long depth = listener.after().depth();
        boolean unix = listener.listener().endpoint().family() == Family.UNIX;
        boolean throughout = listener.before().filter(before -> before.isFull()).isPresent();
        return Optional.of(namespace
                .about(listener, Cause.ACCEPT_QUEUE_FULL)
                .evidence(
                        "depth " + depth + " is above the limit " + limits.get().limit() + ": all "
                                + limits.get().capacity() + " places are taken (measured, sock_diag)")
                .evidence(
                        throughout && !namespace.evidence().window().isZero()
                                ? "it was full at the start of the window too, " + namespace.window() + " earlier"
                                : "it was seen full once, at the end of the window")
                .refutedBy("a depth at or below the limit at the next look: then it was full for a moment only")
                .remedy(
                        unix
                                ? "make the program accept faster: a client blocks in connect(2) until there is room"
                                : "make the program accept faster; a longer queue helps against short surges only, and not while nothing is"
                                        + " accepted")
                .remedies(LimitRules.raise(namespace, listener))
                .finding(
                        Severity.CRITICAL,
                        Finding.When.NOW,
                        Certainty.PROVED,
                        "The accept queue of " + NamespaceCase.name(listener) + " is full: " + depth
                                + " connections wait, the limit is "
                                + limits.get().limit() + ". "
                                + (unix ? unixClients() : tcpClients(namespace))));
    }

    private static String unixClients() {
        return "New clients block in connect(2), or get EAGAIN if they do not block.";
    }

    private static String tcpClients(NamespaceCase namespace) {
        boolean abort = namespace.setting(Setting.TCP_ABORT_ON_OVERFLOW).orElse(0) != 0;
        return abort
                ? "New clients see a one-second stall, a connect time-out, or 'Connection reset by peer'"
                        + " (tcp_abort_on_overflow is on)."
                : "New clients see a stall of one second or more, then a connect time-out.";
    }

    private static Optional<Finding> overflow(NamespaceCase namespace, ListenerEvidence listener) {
        Optional<Certainty> certainty = namespace.overflowed(listener);
        if (certainty.isEmpty()) {
            return Optional.empty();
        }
        Share now = namespace.inWindow(listener);
        Share ever = namespace.sinceCreation(listener);
        boolean going = now.overflows().atMost() > 0;
        boolean possible = certainty.get() == Certainty.POSSIBLE;
        Severity severity = possible ? Severity.NOTE : going ? Severity.CRITICAL : Severity.WARNING;
        FindingBuilder finding = namespace.about(listener, Cause.ACCEPT_QUEUE_OVERFLOW);
        if (going) {
            finding.evidence("in the last " + namespace.window() + ": drop events +" + now.dropEvents()
                    + " on this listener, ListenOverflows +" + namespace.moved(Counter.LISTEN_OVERFLOWS)
                    + " in its namespace, of which " + now.overflows() + " are its own");
        }
        finding.evidence("since it was created: " + ever.dropEvents()
                        + " drop events; ListenOverflows of its namespace " + namespace.total(Counter.LISTEN_OVERFLOWS)
                        + " (counted by the kernel, in segments, not clients)")
                .evidence("a dropped SYN adds 1 drop event, a dropped final ACK 2; some harmless duplicates add 1 too")
                .refutedBy(
                        going
                                ? "another socket that listened only within the window and overflowed"
                                : "a socket closed by now that overflowed while these drop events were harmless"
                                        + " duplicates: run again during the next surge")
                .remedies(LimitRules.raise(namespace, listener));
        String summary = possible
                ? NamespaceCase.name(listener)
                        + " may have refused connections for a full accept queue; its drop events"
                        + " may as well be harmless duplicates, and another listener's or a closed one's the overflows."
                : going
                        ? NamespaceCase.name(listener) + " is refusing connections: its accept queue overflowed, "
                                + now.overflows() + " segments in the last " + namespace.window() + "."
                        : NamespaceCase.name(listener) + " refused connections before: its accept queue overflowed; "
                                + ever.dropEvents() + " drop events since it was created, none in the window.";
        return Optional.of(
                finding.finding(severity, going ? Finding.When.NOW : Finding.When.BEFORE, certainty.get(), summary));
    }

    /// Overflows of the window that several listeners may have had, and none for sure: something is being lost all
    /// the same.
    private static Optional<Finding> ownerless(NamespaceCase namespace) {
        if (namespace.moved(Counter.LISTEN_OVERFLOWS) == 0) {
            return Optional.empty();
        }
        List<ListenerEvidence> candidates = namespace.tcp().stream()
                .filter(listener -> namespace.inWindow(listener).overflows().atMost() > 0)
                .toList();
        boolean named = candidates.stream()
                .anyMatch(listener -> namespace
                        .overflowed(listener)
                        .filter(certainty -> certainty != Certainty.POSSIBLE)
                        .isPresent());
        if (candidates.isEmpty() || named) {
            return Optional.empty();
        }
        FindingBuilder finding = namespace
                .about(Cause.ACCEPT_QUEUE_OVERFLOW)
                .evidence("ListenOverflows +" + namespace.moved(Counter.LISTEN_OVERFLOWS) + " in the last "
                        + namespace.window() + " (counted by the kernel for the whole namespace)");
        candidates.forEach(listener -> finding.evidence(NamespaceCase.name(listener) + ": drop events +"
                + namespace.inWindow(listener).dropEvents()));
        return Optional.of(finding.refutedBy("nothing: the counter counts nothing else")
                .remedy("watch longer with --window: the one that overflows is full at times")
                .finding(
                        Severity.CRITICAL,
                        Finding.When.NOW,
                        Certainty.PROVED,
                        "An accept queue in " + namespace.namespace().label() + " is overflowing: "
                                + namespace.moved(Counter.LISTEN_OVERFLOWS) + " segments in the last "
                                + namespace.window() + ", of one of " + candidates.size() + " listeners or more."));
    }

    private static Stream<Finding> imbalances(NamespaceCase namespace) {
        if (namespace.tcp().stream().noneMatch(one -> one.after().isFull())) {
            return Stream.empty();
        }
        Map<Endpoint, List<ListenerEvidence>> groups = namespace.tcp().stream()
                .collect(Collectors.groupingBy(one -> one.listener().endpoint()));
        return groups.values().stream()
                .filter(members -> members.size() > 1)
                .flatMap(members -> imbalance(namespace, members).stream());
    }

    /// The kernel picks the member by a hash of the addresses and does not look at the depth of its queue.
    private static Optional<Finding> imbalance(NamespaceCase namespace, List<ListenerEvidence> members) {
        List<ListenerEvidence> full = new ArrayList<>();
        List<ListenerEvidence> roomy = new ArrayList<>();
        for (ListenerEvidence member : members) {
            if (member.after().isFull()) {
                full.add(member);
            } else if (member.after().depth() <= member.after().limit().orElse(0) / 2) {
                roomy.add(member);
            }
        }
        if (full.isEmpty() || roomy.isEmpty()) {
            return Optional.empty();
        }
        ListenerEvidence worst = full.getFirst();
        FindingBuilder finding = namespace.about(worst, Cause.REUSEPORT_IMBALANCE);
        members.forEach(member -> finding.evidence("member " + member.listener().inode() + " of "
                + member.listener().label() + ": depth " + member.after().depth() + ", limit "
                + member.after().limit().orElse(0) + ", drop events "
                + member.after().dropEvents().orElse(0)));
        return Optional.of(finding.evidence(
                        "the kernel picks a member by a hash of the addresses, or by a program attached to the group, not by its depth")
                .refutedBy("members that are full in turn: then all of them are too slow at times")
                .remedy("look at the process of the full member: it accepts less than its siblings, or not at all")
                .remedy("share one listening socket between the workers instead, so that any of them can accept")
                .finding(
                        Severity.CRITICAL,
                        Finding.When.NOW,
                        Certainty.LIKELY,
                        full.size() + " of " + members.size() + " sockets that share "
                                + worst.listener().endpoint() + " by SO_REUSEPORT " + (full.size() == 1 ? "is" : "are")
                                + " full while " + roomy.size() + " " + (roomy.size() == 1 ? "has" : "have")
                                + " room: clients that hash to a full one are refused."));
    }
}
