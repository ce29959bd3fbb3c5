package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.HostProcess;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueContents;
import dev.anteroom.queue.Setting;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Programs that do not accept, or too slowly for their clients, and what that leaves in the queue.
final class AcceptorRules {
    /// From this part of the queue on, dead connections are a warning and not a note.
    private static final double MANY_DEAD = 0.2;

    /// The bit of tcp_fastopen that lets listeners take data in the SYN.
    private static final long FAST_OPEN_SERVER = 2;

    private AcceptorRules() {}

    static Stream<Finding> findings(NamespaceCase namespace) {
        boolean window = !namespace.evidence().window().isZero();
        return namespace.namespace().listeners().stream()
                .filter(listener -> listener.after().depth() > 0)
                .flatMap(listener -> Stream.of(
                                window ? stalled(namespace, listener) : Optional.<Finding>empty(),
                                window ? tooLong(namespace, listener) : Optional.<Finding>empty(),
                                dead(namespace, listener))
                        .flatMap(Optional::stream));
    }

    private static Optional<Finding> stalled(NamespaceCase namespace, ListenerEvidence listener) {
        long before = listener.before().map(sample -> sample.depth()).orElse(0L);
        long after = listener.after().depth();
        if (before == 0 || after < before) {
            return Optional.empty();
        }
        FindingBuilder finding = namespace.about(listener, Cause.ACCEPTOR_STALLED);
        Certainty certainty;
        Optional<QueueContents> contents = listener.contents().filter(seen -> seen.atStart() > 0);
        if (contents.isPresent()) {
            if (!contents.get().noneAccepted()) {
                return Optional.empty();
            }
            long left = contents.get().atStart() - contents.get().stillWaiting();
            // Connections that were reset before the window are in no list; accepting those would show nowhere.
            boolean allVisible = contents.get().depthAtStart() == contents.get().atStart();
            certainty = left == 0 && allVisible ? Certainty.PROVED : Certainty.LIKELY;
            finding.evidence("of " + contents.get().atStart() + " connections that waited at the start of the window "
                    + contents.get().stillWaiting() + " still wait " + namespace.window() + " later"
                    + (left == 0 ? "" : "; the others were reset by their clients")
                    + " (measured, sock_diag)");
        } else if (listener.listener().endpoint().family() == Family.UNIX) {
            if (!listener.after().isFull()) {
                return Optional.empty();
            }
            certainty = Certainty.POSSIBLE;
            finding.evidence("the queue was full at both ends of the window; the kernel does not show which Unix-domain"
                    + " connections wait, so a busy acceptor would look the same");
        } else if (nothingAcceptedInNamespace(namespace)) {
            certainty = Certainty.LIKELY;
            finding.evidence("PassiveOpens +" + namespace.moved(Counter.PASSIVE_OPENS)
                    + " in its namespace, as much as all its queues grew: nothing was accepted in it");
        } else {
            return Optional.empty();
        }
        finding.evidence("depth " + before + " at the start of the window, " + after + " at its end");
        listener.listener().processes().stream()
                .filter(HostProcess::stopped)
                .forEach(process -> finding.evidence(
                        process.label() + " is stopped (state T in /proc): it was sent SIGSTOP, or is being debugged"));
        String pid = pid(listener).isPresent() ? Integer.toString(pid(listener).getAsInt()) : "PID";
        listener.listener().processes().stream()
                .filter(HostProcess::stopped)
                .forEach(process -> finding.remedy("let it go on: kill -CONT " + process.pid()));
        return Optional.of(finding.refutedBy("a connection of this port that gets accepted: the depth falls")
                .remedy("see what its acceptor does: for a JVM 'jcmd " + pid + " Thread.print', else 'cat /proc/" + pid
                        + "/stack' or a stack dump of its own")
                .finding(
                        listener.after().isFull() && certainty != Certainty.POSSIBLE
                                ? Severity.CRITICAL
                                : Severity.WARNING,
                        Finding.When.NOW,
                        certainty,
                        certainty == Certainty.POSSIBLE
                                ? NamespaceCase.name(listener) + " may accept nothing: its queue stays full."
                                : NamespaceCase.name(listener) + " accepts nothing: " + after
                                        + " connections wait and none was accepted in the last " + namespace.window()
                                        + "."));
    }

    /// Whether as many connections were put in queues as the queues grew by; never where the counter is unreadable.
    private static boolean nothingAcceptedInNamespace(NamespaceCase namespace) {
        OptionalLong opened = namespace.namespace().moved(Counter.PASSIVE_OPENS);
        long grown = namespace.tcp().stream()
                .mapToLong(one -> one.after().depth()
                        - one.before().map(sample -> sample.depth()).orElse(0L))
                .sum();
        return opened.isPresent() && opened.getAsLong() == grown;
    }

    private static OptionalInt pid(ListenerEvidence listener) {
        return listener.listener().processes().stream()
                .mapToInt(HostProcess::pid)
                .findFirst();
    }

    /// Little's law: the newest connection waits as long as the acceptor needs for all that are before it.
    private static Optional<Finding> tooLong(NamespaceCase namespace, ListenerEvidence listener) {
        long accepted = listener.contents().map(QueueContents::accepted).orElse(0L);
        if (accepted == 0) {
            return Optional.empty();
        }
        double seconds = namespace.evidence().window().toNanos() / 1e9;
        double wait = listener.after().depth() * seconds / accepted;
        double patience = Diagnosis.PATIENCE.toNanos() / 1e9;
        if (wait <= patience) {
            return Optional.empty();
        }
        long useful = (long) (accepted / seconds * patience);
        return Optional.of(namespace
                .about(listener, Cause.QUEUE_TOO_LONG_FOR_CLIENTS)
                .evidence("depth " + listener.after().depth() + ", " + accepted + " accepted in " + namespace.window()
                        + ": the last in the queue waits " + text("%.0f s", wait) + " (measured)")
                .evidence("clients are taken to give up after " + text("%.0f s", patience)
                        + "; what is accepted later is work for nobody")
                .refutedBy("a much higher accept rate over a longer window, or clients that wait longer")
                .remedy("accept faster: at this rate a depth of about " + useful + " is the most that helps")
                .remedy("or lower the limit to about " + Math.max(0, useful - 1)
                        + ", so that clients learn early that the server is busy")
                .finding(
                        Severity.WARNING,
                        Finding.When.NOW,
                        Certainty.LIKELY,
                        "The queue of " + NamespaceCase.name(listener) + " is longer than its clients wait: at "
                                + text("%.1f", accepted / seconds) + " accepts per second the last of "
                                + listener.after().depth() + " waits " + text("%.0f s", wait) + "."));
    }

    private static Optional<Finding> dead(NamespaceCase namespace, ListenerEvidence listener) {
        // A Fast Open connection waits before its final ACK, in another state than those that are listed.
        boolean fastOpen = (namespace.setting(Setting.TCP_FASTOPEN).orElse(0) & FAST_OPEN_SERVER) != 0;
        return listener.contents()
                .filter(seen -> seen.closedByPeer() > 0 || (seen.resetByPeer() > 0 && !fastOpen))
                .map(seen -> {
                    long reset = fastOpen ? 0 : seen.resetByPeer();
                    long dead = seen.closedByPeer() + reset;
                    return namespace
                            .about(listener, Cause.DEAD_CONNECTIONS_IN_QUEUE)
                            .evidence(seen.closedByPeer() + " of " + seen.depth()
                                    + " waiting connections were closed by their client (CLOSE_WAIT, no process)")
                            .evidence(
                                    reset + " were reset by their client: they keep their place in the queue but are in"
                                            + " no list of sockets (depth " + seen.depth() + ", visible "
                                            + seen.visible() + ")")
                            .refutedBy("clients that closed only their own side (half-close) still wait for an answer")
                            .remedy("accept faster than clients give up; the program spends work on connections nobody"
                                    + " waits for")
                            .finding(
                                    dead >= MANY_DEAD * seen.depth() ? Severity.WARNING : Severity.NOTE,
                                    Finding.When.NOW,
                                    Certainty.LIKELY,
                                    dead + " of the " + seen.depth() + " connections that wait in the queue of "
                                            + NamespaceCase.name(listener)
                                            + " were closed or reset by their clients already.");
                });
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
