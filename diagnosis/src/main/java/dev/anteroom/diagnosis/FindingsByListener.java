package dev.anteroom.diagnosis;

import dev.anteroom.queue.Listener;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The findings of a diagnosis, to be looked up by listener.
public final class FindingsByListener {
    private final Map<Listener, List<Finding>> byListener;

    /// Sorts the findings that are about a listener.
    public FindingsByListener(List<Finding> findings) {
        byListener = findings.stream()
                .filter(finding -> finding.listener().isPresent())
                .collect(Collectors.groupingBy(finding -> finding.listener().orElseThrow()));
    }

    /// The verdict on a listener.
    public Verdict verdict(Listener listener) {
        return byListener.isEmpty() ? Verdict.OK : Verdict.of(byListener.getOrDefault(listener, List.of()));
    }
}
