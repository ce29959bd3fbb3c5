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
            throw new KernelException("no listener"
                    + port.map(number -> " on port " + number).orElse("")
                    + pid.map(id -> " held by process " + id).orElse("")
                    + " was seen; 'anteroom doctor --all' lists what was, as root those of every process");
        }
        return new Evidence(evidence.kernel(), evidence.window(), namespaces, evidence.notMeasured());
    }

    List<Finding> on(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.listener().filter(this::holds).isPresent())
                .toList();
    }

    private boolean holds(Listener listener) {
        return port.filter(number -> number != listener.endpoint().port()).isEmpty()
                && (pid.isEmpty() || listener.processes().stream().anyMatch(process -> process.pid() == pid.get()));
    }
}
