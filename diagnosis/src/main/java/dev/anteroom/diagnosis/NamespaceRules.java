package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SynQueueRule;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What can be said of a namespace but of none of its listeners: drops without an owner, settings without effect.
final class NamespaceRules {
    /// The kernel sizes tcp_max_syn_backlog as this part of the table of connections, but at least 128
    /// (`net/ipv4/tcp_ipv4.c` tcp_sk_init, 5.4 and later).
    private static final long BUCKETS_PER_SYN = 128;

    private static final long LEAST_MAX_SYN_BACKLOG = 128;

    private NamespaceRules() {}

    static Stream<Finding> findings(NamespaceCase namespace) {
        return Stream.of(unattributed(namespace), unseen(namespace), noEffect(namespace))
                .flatMap(Optional::stream);
    }

    private static Optional<Finding> unattributed(NamespaceCase namespace) {
        long drops = namespace.inWindow().unattributed().atLeast();
        if (drops == 0 || dropEventsHidden(namespace)) {
            return Optional.empty();
        }
        return Optional.of(namespace
                .about(Cause.DROPS_UNATTRIBUTED)
                .evidence("ListenDrops +" + namespace.moved(Counter.LISTEN_DROPS) + " in the last " + namespace.window()
                        + "; the drop events of all its listeners explain all but " + drops)
                .refutedBy("a listener that was made and closed within the window")
                .remedy("run again with a shorter --window to catch the listener before it is closed")
                .finding(
                        Severity.WARNING,
                        Finding.When.NOW,
                        Certainty.LIKELY,
                        drops + " segments were refused in the last " + namespace.window() + " in "
                                + namespace.namespace().label() + " by a listener that no longer exists."));
    }

    /// Without entering a namespace there are counters but no drop events to lay beside them.
    private static Optional<Finding> unseen(NamespaceCase namespace) {
        long now = namespace.moved(Counter.LISTEN_DROPS);
        long ever = namespace.total(Counter.LISTEN_DROPS);
        if (!dropEventsHidden(namespace) || ever == 0) {
            return Optional.empty();
        }
        Optional<ListenerEvidence> sole = now > 0 && namespace.tcp().size() == 1
                ? Optional.of(namespace.tcp().getFirst())
                : Optional.empty();
        FindingBuilder finding = sole.map(one -> namespace.about(one, Cause.DROPS_UNATTRIBUTED))
                .orElse(namespace.about(Cause.DROPS_UNATTRIBUTED));
        finding.evidence("ListenDrops " + ever + ", +" + now + " in the last " + namespace.window()
                + "; ListenOverflows " + namespace.total(Counter.LISTEN_OVERFLOWS) + ", +"
                + namespace.moved(Counter.LISTEN_OVERFLOWS) + " (read from /proc, not entered)");
        sole.ifPresent(one -> finding.evidence("it is the only TCP listener of its namespace; depth "
                + one.after().depth()));
        return Optional.of(finding.refutedBy(
                        sole.isPresent()
                                ? "another socket that listened there and was closed"
                                : "sockets closed long ago: these are totals since the namespace was made")
                .remedy("run as root: the drop events of each listener then name the one it was")
                .finding(
                        now > 0 ? Severity.CRITICAL : Severity.WARNING,
                        now > 0 ? Finding.When.NOW : Finding.When.BEFORE,
                        sole.isPresent() ? Certainty.LIKELY : Certainty.PROVED,
                        sole.map(one -> NamespaceCase.name(one) + " refused ")
                                        .orElse("Listeners in "
                                                + namespace.namespace().label() + " refused ")
                                + (now > 0 ? now : ever) + " segments"
                                + (now > 0 ? " in the last " + namespace.window() : "")
                                + (sole.isPresent()
                                        ? "."
                                        : "; which of them cannot be told without the privilege to look inside.")));
    }

    private static boolean dropEventsHidden(NamespaceCase namespace) {
        return !namespace.tcp().isEmpty()
                && namespace.tcp().stream()
                        .allMatch(one -> one.after().dropEvents().isEmpty());
    }

    /// Only where somebody tuned it, or where cookies show that somebody may be about to.
    private static Optional<Finding> noEffect(NamespaceCase namespace) {
        OptionalLong cookies = namespace.setting(Setting.TCP_SYNCOOKIES);
        OptionalLong maxSynBacklog = namespace.setting(Setting.TCP_MAX_SYN_BACKLOG);
        OptionalLong buckets = namespace.setting(Setting.TCP_EHASH_ENTRIES);
        if (cookies.orElse(0) == 0
                || maxSynBacklog.isEmpty()
                || SynQueueRule.of(namespace.evidence().kernel()).readsMaxSynBacklog()) {
            return Optional.empty();
        }
        boolean tuned = buckets.isPresent()
                && maxSynBacklog.getAsLong()
                        != Math.max(LEAST_MAX_SYN_BACKLOG, Math.abs(buckets.getAsLong()) / BUCKETS_PER_SYN);
        boolean cookiesSent = namespace.total(Counter.SYNCOOKIES_SENT) > 0;
        if (!tuned && !cookiesSent) {
            return Optional.empty();
        }
        return Optional.of(namespace
                .about(Cause.SYSCTL_HAS_NO_EFFECT)
                .evidence("net.ipv4.tcp_max_syn_backlog is " + maxSynBacklog.getAsLong()
                        + (tuned ? ", not the kernel's own choice" : "") + "; net.ipv4.tcp_syncookies is "
                        + cookies.getAsLong())
                .evidence("since Linux 4.4 a SYN looks at tcp_max_syn_backlog only if tcp_syncookies is 0"
                        + " (net/ipv4/tcp_input.c tcp_conn_request)")
                .refutedBy("tcp_syncookies=0 in this namespace")
                .remedy("to make room for more handshakes raise the limit of the listener, min(backlog, somaxconn)")
                .finding(
                        Severity.NOTE,
                        Finding.When.NOW,
                        Certainty.PROVED,
                        "net.ipv4.tcp_max_syn_backlog = " + maxSynBacklog.getAsLong()
                                + " does nothing while tcp_syncookies is on."));
    }
}
