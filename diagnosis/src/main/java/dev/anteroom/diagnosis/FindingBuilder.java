package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects the parts of one finding.
final class FindingBuilder {
    private final Cause cause;
    private final long namespace;
    private final Optional<Listener> listener;
    private final List<String> evidence = new ArrayList<>();
    private final List<String> refutedBy = new ArrayList<>();
    private final List<String> remedy = new ArrayList<>();

    FindingBuilder(Cause cause, long namespace, Optional<Listener> listener) {
        this.cause = cause;
        this.namespace = namespace;
        this.listener = listener;
    }

    FindingBuilder evidence(String line) {
        evidence.add(line);
        return this;
    }

    FindingBuilder refutedBy(String line) {
        refutedBy.add(line);
        return this;
    }

    FindingBuilder remedy(String line) {
        remedy.add(line);
        return this;
    }

    FindingBuilder remedies(List<String> lines) {
        remedy.addAll(lines);
        return this;
    }

    Finding finding(Severity severity, Finding.When when, Certainty certainty, String summary) {
        return new Finding(cause, severity, when, certainty, namespace, listener, summary, evidence, refutedBy, remedy);
    }
}
