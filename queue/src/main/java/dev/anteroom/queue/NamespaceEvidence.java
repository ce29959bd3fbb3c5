package dev.anteroom.queue;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// What was seen of one network namespace.
///
/// The counters were read after the first and before the second look at the listeners, so that a step of a counter
/// always lies inside the window of the drop events it belongs to.
///
/// @param inode its number, as in `net:[4026531840]`; where the observer may not read it, a negative number that
///     tells it from the others of the same evidence
/// @param label who lives in it: `host`, the name given by ip-netns(8), a container or a process
/// @param settings its sysctls
/// @param before its counters at the start of the window
/// @param after its counters at the end
/// @param listeners its listening sockets, by port
/// @param closedInWindow how many TCP sockets listened at the start of the window and no more at its end; what they
///     dropped is in the counters, but nobody's drop events
public record NamespaceEvidence(
        long inode,
        String label,
        NetworkSettings settings,
        TcpCounters before,
        TcpCounters after,
        List<ListenerEvidence> listeners,
        int closedInWindow) {

    public NamespaceEvidence {
        listeners = List.copyOf(listeners);
    }

    /// The same with some of the listeners only.
    public NamespaceEvidence only(Predicate<Listener> wanted) {
        List<ListenerEvidence> kept =
                listeners.stream().filter(one -> wanted.test(one.listener())).toList();
        return new NamespaceEvidence(inode, label, settings, before, after, kept, closedInWindow);
    }

    /// How far a counter moved in the window.
    public OptionalLong moved(Counter counter) {
        return after.movedSince(before, counter);
    }

    /// The limit of one of its listeners and what binds it; empty where the limit could not be read, and for a
    /// Unix-domain listener just as for TCP.
    public Optional<QueueLimits> limits(ListenerEvidence listener) {
        OptionalLong limit = listener.after().limit();
        return limit.isEmpty()
                ? Optional.empty()
                : Optional.of(QueueLimits.observed(
                        limit.getAsLong(), settings.value(Setting.SOMAXCONN), somaxconnHistory(listener.listener())));
    }

    private QueueLimits.SomaxconnHistory somaxconnHistory(Listener listener) {
        boolean rewritten = writtenAfterStart(listener).isPresent();
        return rewritten
                ? QueueLimits.SomaxconnHistory.REWRITTEN_SINCE_START
                : QueueLimits.SomaxconnHistory.NOT_SEEN_REWRITTEN;
    }

    /// How long after the start of a listener's oldest process somaxconn was last written; empty if no such write
    /// left a trace, or nobody knows the process.
    public Optional<Duration> writtenAfterStart(Listener listener) {
        if (settings.somaxconnWritten().isEmpty()) {
            return Optional.empty();
        }
        return listener.processes().stream()
                .flatMap(process -> process.started().stream())
                .min(Comparator.naturalOrder())
                .flatMap(started -> settings.somaxconnWritten().map(written -> Duration.between(started, written)))
                .filter(Duration::isPositive);
    }
}
