package dev.anteroom.cli;

import dev.anteroom.diagnosis.Finding;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.NamespaceEvidence;
import java.util.List;
import java.util.Optional;

/// The part of a diagnosis that the user asked for. The diagnosis itself always sees the whole namespace: whose
/// drops they were is told by comparing all its listeners.
///
/// @param port only listeners of this port
/// @param pid only listeners that this process holds
record Focus(Optional<Integer> port, Optional<Integer> pid) {

    /// @throws KernelException if nothing is left
    Evidence on(Evidence evidence) {
        List<NamespaceEvidence> namespaces = evidence.namespaces().stream()
                .map(namespace -> namespace.only(this::holds))
                .filter(namespace -> !namespace.listeners().isEmpty())
                .toList();
        if (namespaces.isEmpty()) {
            throw new KernelException("nothing that can be seen listens"
                    + port.map(number -> " on port " + number + ", so its clients get 'connection refused'")
                            .orElse("")
                    + pid.map(id -> " and is held by process " + id).orElse("")
                    + "; 'anteroom doctor --all' lists all that is seen (every process's only as root)");
        }
        return new Evidence(evidence.kernel(), evidence.window(), namespaces, evidence.notMeasured());
    }

    /// The findings about what is shown, and those about no listener in a namespace of which something is shown:
    /// they may well be about it.
    List<Finding> on(List<Finding> findings, Evidence shown) {
        return findings.stream()
                .filter(finding -> finding.listener()
                        .map(this::holds)
                        .orElseGet(() -> shown.namespaces().stream()
                                .anyMatch(namespace -> namespace.inode() == finding.namespace())))
                .toList();
    }

    private boolean holds(Listener listener) {
        return port.filter(number -> number != listener.endpoint().port()).isEmpty()
                && (pid.isEmpty() || listener.processes().stream().anyMatch(process -> process.pid() == pid.get()));
    }
}
