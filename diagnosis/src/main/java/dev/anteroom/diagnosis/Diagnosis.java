package dev.anteroom.diagnosis;

import dev.anteroom.queue.Evidence;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// From evidence to findings.
///
/// Each rule looks at one namespace and says nothing unless the evidence carries it. What goes on in the window and
/// what happened before it are kept apart.
public final class Diagnosis {
    /// How long a client is thought to wait for an answer before it gives up.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private Diagnosis() {}

    /// Everything that the evidence shows to be wrong, the gravest first.
    public static List<Finding> of(Evidence evidence) {
        return evidence.namespaces().stream()
                .map(namespace -> new NamespaceCase(evidence, namespace))
                .flatMap(Diagnosis::findings)
                .sorted(Diagnosis::gravestFirst)
                .toList();
    }

    private static int gravestFirst(Finding one, Finding other) {
        int severity = one.severity().compareTo(other.severity());
        int when = one.when().compareTo(other.when());
        return severity != 0 ? severity : when != 0 ? when : one.cause().compareTo(other.cause());
    }

    private static Stream<Finding> findings(NamespaceCase namespace) {
        return Stream.of(
                        AcceptQueueRules.findings(namespace),
                        AcceptorRules.findings(namespace),
                        SynQueueRules.findings(namespace),
                        LimitRules.findings(namespace),
                        NamespaceRules.findings(namespace))
                .flatMap(rule -> rule);
    }
}
