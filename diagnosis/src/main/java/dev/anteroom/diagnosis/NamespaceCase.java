package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.DropReconciliation;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One network namespace with what several rules ask of it worked out once: the drop events of its listeners
/// beside its counters, in the window and since the beginning.
final class NamespaceCase {
    private final Evidence evidence;
    private final NamespaceEvidence namespace;
    private final List<ListenerEvidence> tcp = new ArrayList<>();
    private final DropReconciliation inWindow;
    private final DropReconciliation sinceCreation;
    private final boolean anyOverflow;
    private long allDropEvents;
    private long allMoved;

    /// Where each TCP listener that has drop events stands in the list, and so its share in the reconciliations. By
    /// identity: comparing ten thousand listeners with one another takes the better part of a second.
    private final IdentityHashMap<ListenerEvidence, Integer> position = new IdentityHashMap<>();

    NamespaceCase(Evidence evidence, NamespaceEvidence namespace) {
        this.evidence = evidence;
        this.namespace = namespace;
        List<Long> dropEvents = new ArrayList<>();
        List<Long> moved = new ArrayList<>();
        for (ListenerEvidence one : namespace.listeners()) {
            if (one.listener().endpoint().family() != Family.UNIX) {
                long ever = one.after().dropEvents().orElse(0);
                long now = one.dropEventsInWindow().orElse(0);
                if (ever > 0 || now > 0) {
                    position.put(one, tcp.size());
                }
                tcp.add(one);
                dropEvents.add(ever);
                moved.add(now);
                allDropEvents += ever;
                allMoved += now;
            }
        }
        this.anyOverflow = moved(Counter.LISTEN_OVERFLOWS) > 0 || total(Counter.LISTEN_OVERFLOWS) > 0;
        this.inWindow = DropReconciliation.of(
                moved(Counter.LISTEN_OVERFLOWS), moved(Counter.LISTEN_DROPS), moved, namespace.closedInWindow() == 0);
        this.sinceCreation =
                DropReconciliation.of(total(Counter.LISTEN_OVERFLOWS), total(Counter.LISTEN_DROPS), dropEvents, false);
    }

    Evidence evidence() {
        return evidence;
    }

    NamespaceEvidence namespace() {
        return namespace;
    }

    /// Its TCP listeners.
    List<ListenerEvidence> tcp() {
        return tcp;
    }

    /// How far a counter moved in the window, 0 where it cannot be read.
    long moved(Counter counter) {
        return namespace.moved(counter).orElse(0);
    }

    /// A counter since the namespace was made, 0 where it cannot be read.
    long total(Counter counter) {
        return namespace.after().value(counter).orElse(0);
    }

    OptionalLong setting(Setting setting) {
        return namespace.settings().value(setting);
    }

    DropReconciliation inWindow() {
        return inWindow;
    }

    /// The share of a TCP listener in the window's drops.
    DropReconciliation.Share inWindow(ListenerEvidence listener) {
        return share(inWindow, listener);
    }

    /// The share of a TCP listener in all drops so far.
    DropReconciliation.Share sinceCreation(ListenerEvidence listener) {
        return share(sinceCreation, listener);
    }

    /// Whether no other listener of the namespace has drop events: then those that overflowed are its own, unless
    /// a socket that is closed by now had them.
    boolean onlyOneWithDropEvents(ListenerEvidence listener) {
        long own = listener.after().dropEvents().orElse(0);
        return own > 0 && own == allDropEvents;
    }

    private DropReconciliation.Share share(DropReconciliation drops, ListenerEvidence listener) {
        Integer at = position.get(listener);
        return at == null ? DropReconciliation.Share.NONE : drops.shares().get(at);
    }

    /// Whether the accept queue of a listener is full, or overflowed in the window or, as far as can be told,
    /// before.
    boolean inTrouble(ListenerEvidence listener) {
        boolean tcpListener = listener.listener().endpoint().family() != Family.UNIX;
        return listener.after().isFull()
                || (tcpListener
                        && overflowed(listener)
                                .filter(certainty -> certainty != Certainty.POSSIBLE)
                                .isPresent());
    }

    /// How sure it is that a TCP listener's accept queue overflowed at some time; empty if it did not.
    ///
    /// Drop events alone prove nothing, because harmless duplicates count too; and a socket that listened only
    /// between the two looks could own any drop. So proof asks for a queue that was seen full as well.
    Optional<Certainty> overflowed(ListenerEvidence listener) {
        if (!anyOverflow) {
            return Optional.empty();
        }
        boolean seenFull = listener.after().isFull()
                || listener.before().filter(QueueSample::isFull).isPresent();
        DropReconciliation.Share now = inWindow(listener);
        if (now.overflows().atMost() > 0) {
            boolean must = now.overflows().atLeast() > 0;
            return Optional.of(
                    must && seenFull
                            ? Certainty.PROVED
                            : must || seenFull || onlyOneThatMoved(listener) ? Certainty.LIKELY : Certainty.POSSIBLE);
        }
        if (sinceCreation(listener).overflows().atMost() == 0) {
            return Optional.empty();
        }
        // Fewer drop events than overflows: a socket that is closed by now had the rest, and perhaps all of them.
        boolean explainsAll = onlyOneWithDropEvents(listener)
                && listener.after().dropEvents().orElse(0) >= total(Counter.LISTEN_OVERFLOWS);
        return Optional.of(explainsAll || seenFull ? Certainty.LIKELY : Certainty.POSSIBLE);
    }

    private boolean onlyOneThatMoved(ListenerEvidence listener) {
        return listener.dropEventsInWindow().orElse(0) == allMoved;
    }

    /// The limit of a listener with what binds it.
    Optional<QueueLimits> limits(ListenerEvidence listener) {
        return namespace.limits(listener);
    }

    /// Starts a finding about a listener.
    FindingBuilder about(ListenerEvidence listener, Cause cause) {
        return new FindingBuilder(cause, namespace.inode(), Optional.of(listener.listener()));
    }

    /// Starts a finding about the namespace as a whole.
    FindingBuilder about(Cause cause) {
        return new FindingBuilder(cause, namespace.inode(), Optional.empty());
    }

    /// For sentences about the window.
    String window() {
        return evidence.windowText();
    }

    static String name(ListenerEvidence listener) {
        Listener socket = listener.listener();
        return socket.label();
    }
}
