package dev.anteroom.remedy;

import dev.anteroom.kernel.HeldListener;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import java.nio.file.Path;
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
    /// Takes hold of the sockets first: what is not permitted is told before anything is written down.
    ///
    /// @param plan one that changes something
    /// @param state the directory of the [Journal]
    /// @throws KernelException if a socket cannot be taken hold of, the kernel refuses, or the change cannot be
    ///     written down
    public static LiveChange apply(LivePlan plan, Path state) {
        List<HeldListener> held = new ArrayList<>();
        try {
            for (ListenerEvidence one : plan.listenersToChange()) {
                held.add(HeldListener.of(one.listener()));
            }
            try (Journal journal = Journal.open(state)) {
                return apply(plan, journal, held);
            }
        } finally {
            held.forEach(HeldListener::close);
        }
    }

    private static LiveChange apply(LivePlan plan, Journal journal, List<HeldListener> held) {
        NetworkNamespace namespace = NetworkNamespace.of(plan.namespace().inode());
        // Read again: another run may have changed them between the plan and this one's turn.
        long somaxconn = namespace.value(Setting.SOMAXCONN).orElse(plan.somaxconn());
        List<QueueSample> before = plan.listenersToChange().stream()
                .map(one -> sample(namespace, one))
                .toList();
        boolean raise = plan.limit() > somaxconn;
        HostChange change = journal.write(new HostChange(
                0,
                RunningKernel.bootId(),
                limits(plan, before),
                raise
                        ? Optional.of(new HostChange.Somaxconn(namespace.inode(), somaxconn, plan.limit()))
                        : Optional.empty(),
                Optional.empty()));
        try {
            if (raise) {
                namespace.set(Setting.SOMAXCONN, plan.limit());
            }
            held.forEach(one -> one.listen(plan.limit()));
            return seen(plan, namespace, before);
        } catch (KernelException refused) {
            new Undo(journal).of(change);
            throw refused;
        }
    }

    private static List<HostChange.Limit> limits(LivePlan plan, List<QueueSample> before) {
        List<HostChange.Limit> limits = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            Listener listener = plan.listenersToChange().get(i).listener();
            limits.add(new HostChange.Limit(
                    plan.namespace().inode(),
                    listener.cookie(),
                    listener.label(),
                    Math.toIntExact(before.get(i).limit().orElseThrow()),
                    plan.limit()));
        }
        return limits;
    }

    private static QueueSample sample(NetworkNamespace namespace, ListenerEvidence one) {
        return namespace
                .sample(one.listener())
                .orElseThrow(() -> new KernelException(one.listener().label()
                        + " was closed by its process meanwhile; look again with 'anteroom doctor'"));
    }

    private static LiveChange seen(LivePlan plan, NetworkNamespace namespace, List<QueueSample> before) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            ListenerEvidence one = plan.listenersToChange().get(i);
            QueueSample after = sample(namespace, one);
            if (after.limit().orElse(-1) != plan.limit()) {
                throw new KernelException("the kernel gave " + one.listener().label() + " the limit "
                        + after.limit().orElse(-1) + " and not " + plan.limit()
                        + ": somebody else changes it or somaxconn at the same time; run again");
            }
            results.add(new Result(one, before.get(i), after));
        }
        return new LiveChange(plan, results, namespace.value(Setting.SOMAXCONN).orElse(plan.somaxconn()));
    }
}
