package dev.anteroom.remedy;

import dev.anteroom.kernel.HeldListener;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A live plan that was carried out.
///
/// @param plan what was planned
/// @param results the listeners that were changed
/// @param somaxconn net.core.somaxconn of their namespace afterwards
public record LiveChange(LivePlan plan, List<Result> results, long somaxconn) {

    public LiveChange {
        results = List.copyOf(results);
    }

    /// One listener before and after, as the kernel says it by sock_diag.
    public record Result(ListenerEvidence listener, QueueSample before, QueueSample after) {}

    /// Carries a plan out. Whatever fails, nothing is left half done: what was changed by then is undone.
    ///
    /// @param plan one that changes something
    /// @throws KernelException if a socket cannot be taken hold of, or the kernel refuses
    public static LiveChange apply(LivePlan plan, Journal journal) {
        List<HeldListener> held = new ArrayList<>();
        try {
            for (ListenerEvidence one : plan.listenersToChange()) {
                held.add(HeldListener.of(one.listener()));
            }
            return apply(plan, journal, held);
        } finally {
            held.forEach(HeldListener::close);
        }
    }

    private static LiveChange apply(LivePlan plan, Journal journal, List<HeldListener> held) {
        long inode = plan.namespace().inode();
        NetworkNamespace namespace = NetworkNamespace.of(inode);
        List<HostChange.Limit> limits = plan.listenersToChange().stream()
                .map(one -> new HostChange.Limit(
                        inode,
                        one.listener().cookie(),
                        one.listener().label(),
                        Math.toIntExact(one.after().limit().orElseThrow()),
                        plan.limit()))
                .toList();
        Optional<HostChange.Somaxconn> somaxconn = plan.raisesSomaxconn()
                ? Optional.of(new HostChange.Somaxconn(inode, plan.somaxconn(), plan.limit()))
                : Optional.empty();
        HostChange change =
                journal.write(new HostChange(0, RunningKernel.bootId(), limits, somaxconn, Optional.empty()));
        try {
            somaxconn.ifPresent(value -> namespace.set(Setting.SOMAXCONN, value.after()));
            held.forEach(one -> one.listen(plan.limit()));
            return seen(plan, namespace);
        } catch (KernelException refused) {
            new Undo(journal).of(change);
            throw refused;
        }
    }

    private static LiveChange seen(LivePlan plan, NetworkNamespace namespace) {
        List<Result> results = new ArrayList<>();
        for (ListenerEvidence one : plan.listenersToChange()) {
            QueueSample after = namespace
                    .sample(one.listener())
                    .orElseThrow(() -> new KernelException(one.listener().label()
                            + " was closed by its process meanwhile; look again with 'anteroom doctor'"));
            if (after.limit().orElse(-1) != plan.limit()) {
                throw new KernelException("the kernel gave " + one.listener().label() + " the limit "
                        + after.limit().orElse(-1) + " and not " + plan.limit()
                        + ": somebody else changes it or somaxconn at the same time; run again");
            }
            results.add(new Result(one, one.after(), after));
        }
        return new LiveChange(plan, results, namespace.value(Setting.SOMAXCONN).orElse(plan.somaxconn()));
    }
}
