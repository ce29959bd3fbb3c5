package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SynQueueCapacity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// SYN queues that were full: SYNs dropped, or answered with cookies.
///
/// The counters are of the whole namespace. The listener is named by the drop events of the SYNs that were dropped,
/// and for cookies, which leave none, by a SYN queue that is at its capacity.
final class SynQueueRules {
    private SynQueueRules() {}

    static Stream<Finding> findings(NamespaceCase namespace) {
        return Stream.of(dropped(namespace), refused(namespace), cookies(namespace))
                .flatMap(rule -> rule);
    }

    private static Stream<Finding> dropped(NamespaceCase namespace) {
        return drops(
                namespace,
                new Drops(
                        Cause.SYN_QUEUE_OVERFLOW,
                        namespace.moved(Counter.REQ_Q_FULL_DROP),
                        namespace.total(Counter.REQ_Q_FULL_DROP),
                        "TCPReqQFullDrop",
                        _ -> true,
                        "SYNs because its SYN queue was full and cookies were off",
                        "a socket that is closed by now and had these drops, while those of this listener were harmless duplicates",
                        List.of(
                                cookiesOn(namespace)
                                        ? "net.ipv4.tcp_syncookies is on by now: a full SYN queue answers with cookies"
                                        : "set net.ipv4.tcp_syncookies=1, its default: a full SYN queue then answers with"
                                                + " cookies",
                                "raise the limit of the listener: its SYN queue grows with it")));
    }

    /// What ListenDrops counts beyond overflows and full SYN queues. While cookies are off that is mostly the rule
    /// that keeps a quarter of tcp_max_syn_backlog for proven peers, which has no counter of its own.
    private static Stream<Finding> refused(NamespaceCase namespace) {
        long now = rest(
                namespace.moved(Counter.LISTEN_DROPS),
                namespace.moved(Counter.LISTEN_OVERFLOWS),
                namespace.moved(Counter.REQ_Q_FULL_DROP));
        long ever = rest(
                namespace.total(Counter.LISTEN_DROPS),
                namespace.total(Counter.LISTEN_OVERFLOWS),
                namespace.total(Counter.REQ_Q_FULL_DROP));
        String counter = "ListenDrops less ListenOverflows less TCPReqQFullDrop:";
        boolean cookiesOff = !cookiesOn(namespace);
        Drops byTheSysctl = new Drops(
                Cause.SYN_REFUSED_BY_MAX_SYN_BACKLOG,
                now,
                ever,
                counter,
                one -> sysctlMayBind(namespace, one),
                "SYNs because three quarters of tcp_max_syn_backlog ("
                        + namespace.setting(Setting.TCP_MAX_SYN_BACKLOG).orElse(0)
                        + ") were taken and cookies were off",
                "an ICMP error about a client, or no memory or route for it: these count the same",
                List.of(
                        "set net.ipv4.tcp_syncookies=1, its default: tcp_max_syn_backlog then plays no part",
                        "or raise net.ipv4.tcp_max_syn_backlog, which is read at every SYN"));
        Drops otherwise = new Drops(
                Cause.DROPS_FOR_ANOTHER_REASON,
                now,
                ever,
                counter,
                one -> !cookiesOff || !sysctlMayBind(namespace, one),
                "segments although neither queue was full: an ICMP error about a client, or no memory or route for it",
                "tcp_syncookies was 0 at the time: then SYNs beyond 3/4 of tcp_max_syn_backlog count the same",
                List.of("look for ICMP unreachable (nstat IcmpInDestUnreachs) and for memory pressure"
                        + " (nstat TcpExtTCPMemoryPressures)"));
        return cookiesOff
                ? Stream.concat(drops(namespace, byTheSysctl), drops(namespace, otherwise))
                : drops(namespace, otherwise);
    }

    private static boolean cookiesOn(NamespaceCase namespace) {
        return namespace.setting(Setting.TCP_SYNCOOKIES).orElse(1) != 0;
    }

    /// Not so for a listener whose SYN queue is full before that quarter is touched.
    private static boolean sysctlMayBind(NamespaceCase namespace, ListenerEvidence listener) {
        return synCapacity(namespace, listener)
                .filter(capacity -> capacity.boundBy() != SynQueueCapacity.Bound.MAX_SYN_BACKLOG)
                .isEmpty();
    }

    private static long rest(long drops, long overflows, long queueFull) {
        return Math.max(0, drops - overflows - queueFull);
    }

    /// Drops of one kind.
    ///
    /// @param now how many in the window
    /// @param ever how many since the namespace was made
    /// @param counter where the numbers come from
    /// @param possible of which listeners this can be
    /// @param what what was dropped, and why
    private record Drops(
            Cause cause,
            long now,
            long ever,
            String counter,
            Predicate<ListenerEvidence> possible,
            String what,
            String refutedBy,
            List<String> remedy) {

        boolean going() {
            return now > 0;
        }

        String counted(NamespaceCase namespace) {
            return going()
                    ? counter + " +" + now + " in the last " + namespace.window() + ", " + ever
                            + " since the namespace was made"
                    : counter + " " + ever + " since the namespace was made, none in the window";
        }
    }

    private static Stream<Finding> drops(NamespaceCase namespace, Drops drops) {
        if (drops.ever == 0) {
            return Stream.empty();
        }
        Finding.When when = drops.going() ? Finding.When.NOW : Finding.When.BEFORE;
        List<ListenerEvidence> all = namespace.tcp().stream()
                .filter(one -> drops.going()
                        ? one.dropEventsInWindow().orElse(0) > 0
                        : one.after().dropEvents().orElse(0) > 0)
                .toList();
        List<ListenerEvidence> moved = all.stream().filter(drops.possible).toList();
        if (moved.isEmpty()) {
            // Drops without an owner that are over are told by the counters alone.
            return drops.going() && all.isEmpty() && drops.cause != Cause.DROPS_FOR_ANOTHER_REASON
                    ? Stream.of(namespace
                            .about(drops.cause)
                            .evidence(drops.counted(namespace))
                            .refutedBy(drops.refutedBy)
                            .remedies(drops.remedy)
                            .finding(
                                    Severity.CRITICAL,
                                    when,
                                    Certainty.LIKELY,
                                    "A listener of " + namespace.namespace().label() + " is dropping " + drops.what
                                            + "; which one cannot be told."))
                    : Stream.empty();
        }
        Certainty certainty = explainsAll(namespace, drops, moved) ? Certainty.LIKELY : Certainty.POSSIBLE;
        Severity severity =
                drops.going() ? Severity.CRITICAL : certainty == Certainty.POSSIBLE ? Severity.NOTE : Severity.WARNING;
        return moved.stream()
                .map(one -> namespace
                        .about(one, drops.cause)
                        .evidence(drops.counted(namespace) + " (counted by the kernel for the whole namespace)")
                        .evidence("drop events of this listener: "
                                + one.after().dropEvents().orElse(0) + ", +"
                                + one.dropEventsInWindow().orElse(0) + " in the window")
                        .evidence(capacity(namespace, one))
                        .refutedBy(drops.refutedBy)
                        .remedies(drops.remedy)
                        .finding(
                                severity,
                                when,
                                certainty,
                                NamespaceCase.name(one) + (drops.going() ? " is dropping " : " dropped ") + drops.what
                                        + "."));
    }

    /// Whether one listener has drop events enough for all of these drops. A socket closed by now may still own
    /// them.
    private static boolean explainsAll(NamespaceCase namespace, Drops drops, List<ListenerEvidence> moved) {
        if (moved.size() != 1) {
            return false;
        }
        ListenerEvidence sole = moved.getFirst();
        return drops.going()
                ? namespace.namespace().closedInWindow() == 0
                        && sole.dropEventsInWindow().orElse(0) >= drops.now
                : sole.after().dropEvents().orElse(0) >= drops.ever;
    }

    private static String capacity(NamespaceCase namespace, ListenerEvidence listener) {
        String depth = listener.synQueue().isPresent()
                ? listener.synQueue().getAsLong() + " requests in SYN_RECV on its port now"
                : "requests in SYN_RECV were not counted";
        return synCapacity(namespace, listener)
                .map(capacity -> depth + "; room for " + capacity.requests() + ", set by "
                        + (capacity.boundBy() == SynQueueCapacity.Bound.MAX_SYN_BACKLOG
                                ? "tcp_max_syn_backlog"
                                : "the listener's own limit"))
                .orElse(depth);
    }

    static Optional<SynQueueCapacity> synCapacity(NamespaceCase namespace, ListenerEvidence listener) {
        OptionalLong limit = listener.after().limit();
        OptionalLong cookies = namespace.setting(Setting.TCP_SYNCOOKIES);
        OptionalLong maxSynBacklog = namespace.setting(Setting.TCP_MAX_SYN_BACKLOG);
        return limit.isEmpty() || cookies.isEmpty() || maxSynBacklog.isEmpty()
                ? Optional.empty()
                : Optional.of(SynQueueCapacity.of(
                        namespace.evidence().kernel(),
                        limit.getAsLong(),
                        cookies.getAsLong(),
                        maxSynBacklog.getAsLong()));
    }

    private static Stream<Finding> cookies(NamespaceCase namespace) {
        long now = namespace.moved(Counter.SYNCOOKIES_SENT);
        long ever = namespace.total(Counter.SYNCOOKIES_SENT);
        if (ever == 0) {
            return Stream.empty();
        }
        boolean always = namespace.setting(Setting.TCP_SYNCOOKIES).orElse(1) == 2;
        List<ListenerEvidence> full = namespace.tcp().stream()
                .filter(one -> synCapacity(namespace, one)
                        .filter(capacity ->
                                capacity.requests() > 0 && one.synQueue().orElse(0) >= capacity.requests())
                        .isPresent())
                .toList();
        FindingBuilder finding = full.size() == 1
                ? namespace.about(full.getFirst(), Cause.SYN_COOKIES_SENT)
                : namespace.about(Cause.SYN_COOKIES_SENT);
        finding.evidence("SyncookiesSent " + ever + " since the namespace was made, +" + now + " in the last "
                + namespace.window() + " (counted by the kernel for the whole namespace)");
        if (always) {
            finding.evidence("tcp_syncookies is 2: every SYN is answered with a cookie, queue full or not");
        }
        full.forEach(one -> finding.evidence(NamespaceCase.name(one) + ": " + capacity(namespace, one)));
        String summary = always
                ? "SYN cookies are sent for every connection, because tcp_syncookies is 2."
                : (now > 0 ? "A SYN queue is full and cookies are sent" : "A SYN queue was full and cookies were sent")
                        + (full.size() == 1 ? ", on " + NamespaceCase.name(full.getFirst()) : "")
                        + ": a surge from real clients does this as well as an attack.";
        return Stream.of(finding.refutedBy("tcp_syncookies=2 at the time: then the SYN queue need not have been full")
                .remedy("raise the limit of the listener: its SYN queue grows with it, tcp_max_syn_backlog does not")
                .remedy("know that a cookie connection whose final ACK meets a full accept queue becomes a phantom:"
                        + " connected for the client, unknown to the server")
                .finding(
                        now > 0 && !always ? Severity.WARNING : Severity.NOTE,
                        now > 0 ? Finding.When.NOW : Finding.When.BEFORE,
                        Certainty.PROVED,
                        summary));
    }
}
