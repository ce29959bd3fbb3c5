package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// Which of backlog and somaxconn holds a listener down, and limits that date from another somaxconn.
///
/// The kernel keeps only the result of min(backlog, somaxconn). Which of the two it was is concluded from somaxconn
/// as it is now, from when it was last written, and from what the program asks for by default.
final class LimitRules {
    /// A write this soon after the program started may have come before its listen(2): start scripts do that.
    private static final Duration START_UP = Duration.ofSeconds(10);

    /// What somaxconn is when nobody sets it: up to Linux 5.3, and since.
    private static final Set<Long> FORMER_DEFAULTS = Set.of(128L, 4096L);

    private static final String NO_RECORD =
            "the kernel keeps only min(backlog, somaxconn), neither the backlog nor earlier values of somaxconn";

    private LimitRules() {}

    static Stream<Finding> findings(NamespaceCase namespace) {
        List<Finding> findings = new ArrayList<>();
        for (ListenerEvidence listener : namespace.namespace().listeners()) {
            Optional<QueueLimits> limits = namespace.limits(listener);
            if (limits.isPresent()) {
                bound(namespace, listener, limits.get()).ifPresent(findings::add);
                stale(namespace, listener, limits.get()).ifPresent(findings::add);
            }
        }
        return findings.stream();
    }

    private static Optional<Finding> bound(NamespaceCase namespace, ListenerEvidence listener, QueueLimits limits) {
        if (!namespace.inTrouble(listener) || possibleOnly(namespace, listener)) {
            return Optional.empty();
        }
        long somaxconn = namespace.setting(Setting.SOMAXCONN).orElse(0);
        String compare = "limit " + limits.limit() + " (measured, sock_diag), net.core.somaxconn " + somaxconn;
        return switch (limits.boundBy()) {
            case SOMAXCONN ->
                Optional.of(namespace
                        .about(listener, Cause.LIMIT_BOUND_BY_SOMAXCONN)
                        .evidence(compare + ": equal, so the program asked for at least that")
                        .evidence(NO_RECORD)
                        .refutedBy("a program that asks for exactly " + somaxconn
                                + ": then its own setting has to grow as well")
                        .remedies(raise(namespace, listener))
                        .finding(
                                Severity.WARNING,
                                Finding.When.NOW,
                                limits.certainty(),
                                "The limit of " + NamespaceCase.name(listener) + " is " + limits.limit()
                                        + " because net.core.somaxconn of its network namespace is "
                                        + somaxconn + "."));
            case BACKLOG ->
                Optional.of(namespace
                        .about(listener, Cause.LIMIT_BOUND_BY_BACKLOG)
                        .evidence(compare + ": smaller, so the program's own backlog set it")
                        .evidence(NO_RECORD)
                        .refutedBy("somaxconn was " + limits.limit() + " when the program called listen(2): then a"
                                + " restart alone raises the limit")
                        .remedies(raise(namespace, listener))
                        .finding(
                                Severity.WARNING,
                                Finding.When.NOW,
                                limits.certainty(),
                                "The limit of " + NamespaceCase.name(listener) + " is " + limits.limit()
                                        + " because the program asked listen(2) for no more; somaxconn would allow "
                                        + somaxconn + "."));
            case UNKNOWN -> Optional.empty();
        };
    }

    private static boolean possibleOnly(NamespaceCase namespace, ListenerEvidence listener) {
        return !listener.after().isFull()
                && namespace
                        .overflowed(listener)
                        .filter(Certainty.POSSIBLE::equals)
                        .isPresent();
    }

    private static Optional<Finding> stale(NamespaceCase namespace, ListenerEvidence listener, QueueLimits limits) {
        OptionalLong somaxconn = namespace.setting(Setting.SOMAXCONN);
        if (somaxconn.isEmpty()) {
            return Optional.empty();
        }
        if (limits.limit() > somaxconn.getAsLong()) {
            return Optional.of(lowered(namespace, listener, limits, somaxconn.getAsLong()));
        }
        return limits.limit() < somaxconn.getAsLong()
                ? raised(namespace, listener, limits, somaxconn.getAsLong())
                : Optional.empty();
    }

    private static Finding lowered(
            NamespaceCase namespace, ListenerEvidence listener, QueueLimits limits, long somaxconn) {
        return namespace
                .about(listener, Cause.SOMAXCONN_LOWERED_AFTER_LISTEN)
                .evidence("limit " + limits.limit() + " is above net.core.somaxconn " + somaxconn
                        + ": only an earlier, larger somaxconn lets such a limit through")
                .refutedBy("a listener of the kernel itself (nfsd, ksmbd), which no somaxconn caps")
                .remedy("set net.core.somaxconn to at least " + limits.limit()
                        + ", or the next restart cuts the queue to " + somaxconn)
                .finding(
                        Severity.NOTE,
                        Finding.When.BEFORE,
                        listener.listener().processes().isEmpty() ? Certainty.LIKELY : Certainty.PROVED,
                        "The limit of " + NamespaceCase.name(listener)
                                + " dates from a larger somaxconn: a restart will" + " cut it from " + limits.limit()
                                + " to " + somaxconn + ".");
    }

    private static Optional<Finding> raised(
            NamespaceCase namespace, ListenerEvidence listener, QueueLimits limits, long somaxconn) {
        Optional<Duration> after = namespace.namespace().writtenAfterStart(listener.listener());
        OptionalLong asks = FORMER_DEFAULTS.contains(limits.limit())
                ? ListenKnob.of(listener.listener().processes()).defaultBacklog()
                : OptionalLong.empty();
        boolean asksForMore = asks.isPresent() && asks.getAsLong() > limits.limit();
        if (after.isEmpty() && !asksForMore) {
            return Optional.empty();
        }
        FindingBuilder finding = namespace.about(listener, Cause.SOMAXCONN_RAISED_AFTER_LISTEN);
        finding.evidence("limit " + limits.limit() + ", net.core.somaxconn now " + somaxconn);
        after.ifPresent(
                delay -> finding.evidence(
                        "net.core.somaxconn was written " + text(delay)
                                + " after the program started (modification time of its file in /proc/sys: the last write that left a trace)"));
        if (asksForMore) {
            finding.evidence("the program asks for " + asks.getAsLong() + " unless it is told otherwise; "
                    + limits.limit() + " is what somaxconn is where nobody sets it");
        }
        boolean wellAfter = after.filter(delay -> delay.compareTo(START_UP) > 0).isPresent();
        Certainty certainty = wellAfter || asksForMore ? Certainty.LIKELY : Certainty.POSSIBLE;
        boolean trouble = namespace.inTrouble(listener) && !possibleOnly(namespace, listener);
        return Optional.of(finding.refutedBy("a program that asks for exactly " + limits.limit()
                        + ": look at its configuration, or at listen(2) in strace at its next start")
                .remedy("restart the program, or make it call listen(2) again: somaxconn counts at that moment only")
                .remedies(
                        after.isPresent() && !asksForMore
                                ? List.of("if the limit is still " + limits.limit() + " then, "
                                        + ListenKnob.of(listener.listener().processes())
                                                .setting())
                                : List.of())
                .finding(
                        trouble && certainty == Certainty.LIKELY ? Severity.WARNING : Severity.NOTE,
                        Finding.When.BEFORE,
                        certainty,
                        "The limit of " + NamespaceCase.name(listener) + ", " + limits.limit()
                                + ", may date from an earlier somaxconn: the " + somaxconn
                                + " of now reaches only sockets that call listen(2) after it was set."));
    }

    private static String text(Duration duration) {
        return duration.toMinutes() < 2
                ? duration.toSeconds() + " s"
                : duration.toHours() < 2 ? duration.toMinutes() + " min" : duration.toHours() + " h";
    }

    /// What to change so that the limit grows, in order.
    static List<String> raise(NamespaceCase namespace, ListenerEvidence listener) {
        Optional<QueueLimits> limits = namespace.limits(listener);
        if (limits.isEmpty()) {
            return List.of();
        }
        String knob = ListenKnob.of(listener.listener().processes()).setting();
        List<String> steps = new ArrayList<>();
        switch (limits.get().boundBy()) {
            case BACKLOG -> {
                steps.add("raise the backlog: " + knob);
                steps.add("up to " + namespace.setting(Setting.SOMAXCONN).orElse(0)
                        + " that is enough; beyond it raise net.core.somaxconn first");
            }
            case SOMAXCONN -> {
                steps.add(
                        "raise somaxconn in the network namespace of the listener, which does not take the host's value: "
                                + listener.listener().processes().stream()
                                        .findFirst()
                                        .map(process -> "nsenter -t " + process.pid() + " -n ")
                                        .orElse("")
                                + "sysctl -w net.core.somaxconn=N");
                steps.add("then restart the program: it counts at listen(2) only");
                steps.add("if the limit then stays where it is, raise the backlog: " + knob);
            }
            case UNKNOWN -> steps.add("raise both, the backlog and net.core.somaxconn: " + knob);
        }
        return steps;
    }
}
