package dev.anteroom.remedy;

import dev.anteroom.kernel.HeldListener;
import dev.anteroom.kernel.HostScan;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes the last change back: limits first, which need the larger somaxconn of the change, then the sysctl, then
/// the file. What has another value by now than the change gave it is somebody else's, and is left alone.
///
/// A change is written down before it is made, so after a crash any part of it may not have been made at all; undoing
/// it twice does no harm either.
public final class Undo {
    private final Journal journal;
    private final List<Step> steps = new ArrayList<>();

    /// Undoes what a journal tells.
    public Undo(Journal journal) {
        this.journal = journal;
    }

    /// One thing that was restored or left alone.
    ///
    /// @param restored whether it is again as it was before the change
    public record Step(boolean restored, String text) {}

    /// Undoes the last change.
    ///
    /// @return what was done; empty if there is no change to undo
    /// @throws KernelException if the kernel or the file system refuses; the change is still written down then
    public Optional<List<Step>> last() {
        Optional<HostChange> last = journal.last();
        while (last.filter(HostChange::isForTheMoment).isPresent()) {
            of(last.get()); // left by a crash within an undoing, and no change of the user's
            last = journal.last();
        }
        if (last.isEmpty()) {
            return steps.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(steps));
        }
        return last.map(this::of);
    }

    /// Undoes one change and forgets it.
    List<Step> of(HostChange change) {
        boolean sameBoot = change.boot().equals(RunningKernel.bootId());
        for (HostChange.Limit limit : change.listeners()) {
            if (sameBoot) {
                restore(limit);
            } else {
                steps.add(new Step(true, limit.label() + ": ended with the boot it was changed in"));
            }
        }
        change.somaxconn().ifPresent(value -> {
            if (sameBoot) {
                restore(value);
            } else if (change.file().isPresent()) {
                // The drop-in set it again at this boot, in the first network namespace.
                restore(new HostChange.Somaxconn(NetworkNamespace.own().inode(), value.before(), value.after()));
            } else {
                steps.add(new Step(true, "net.core.somaxconn: its value ended with the boot it was set in"));
            }
        });
        change.file().ifPresent(this::restore);
        journal.remove(change);
        return List.copyOf(steps);
    }

    private void restore(HostChange.Limit limit) {
        Optional<ListenerEvidence> found = find(limit);
        if (found.isEmpty()) {
            steps.add(new Step(true, limit.label() + ": it listens no more, and its limit went with it"));
            return;
        }
        long now = found.get().after().limit().orElse(-1);
        if (now == limit.before()) {
            steps.add(new Step(true, limit.label() + ": the limit is " + limit.before()));
        } else if (now != limit.after()) {
            steps.add(new Step(
                    false,
                    limit.label() + ": the limit is " + now + ", not the " + limit.after()
                            + " of the change: somebody has changed it since, it is left alone"));
        } else {
            relisten(found.get(), limit);
            steps.add(new Step(true, limit.label() + ": the limit is " + limit.before() + " again"));
        }
    }

    /// A limit above the somaxconn of now needs a larger one for as long as the call takes; that is written down too.
    private void relisten(ListenerEvidence found, HostChange.Limit limit) {
        NetworkNamespace namespace = NetworkNamespace.of(limit.namespace());
        long somaxconn = namespace.value(Setting.SOMAXCONN).orElse(Long.MAX_VALUE);
        try (HeldListener held = HeldListener.of(found.listener())) {
            if (somaxconn >= limit.before()) {
                held.listen(limit.before());
                return;
            }
            HostChange raised = journal.write(HostChange.forTheMoment(
                    RunningKernel.bootId(), new HostChange.Somaxconn(limit.namespace(), somaxconn, limit.before())));
            try {
                namespace.set(Setting.SOMAXCONN, limit.before());
                held.listen(limit.before());
            } finally {
                namespace.set(Setting.SOMAXCONN, somaxconn);
                journal.remove(raised);
            }
        }
    }

    private static Optional<ListenerEvidence> find(HostChange.Limit limit) {
        try {
            Evidence seen = HostScan.run(
                    new HostScan.Scope(Optional.of(Long.toString(limit.namespace())), false),
                    Duration.ZERO,
                    Thread::sleep);
            return seen.namespaces().stream()
                    .flatMap(namespace -> namespace.listeners().stream())
                    .filter(one -> one.listener().cookie() == limit.cookie())
                    .findFirst();
        } catch (KernelException namespaceGone) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KernelException("interrupted while looking for " + limit.label() + "; run 'fix --undo' again");
        }
    }

    private void restore(HostChange.Somaxconn value) {
        NetworkNamespace namespace;
        try {
            namespace = NetworkNamespace.of(value.namespace());
        } catch (KernelException gone) {
            steps.add(new Step(true, "net.core.somaxconn: its network namespace is gone"));
            return;
        }
        long now = namespace.value(Setting.SOMAXCONN).orElse(-1);
        if (now == value.after()) {
            namespace.set(Setting.SOMAXCONN, value.before());
            steps.add(new Step(true, "net.core.somaxconn is " + value.before() + " again"));
        } else if (now == value.before()) {
            steps.add(new Step(true, "net.core.somaxconn is " + value.before()));
        } else {
            steps.add(new Step(
                    false,
                    "net.core.somaxconn is " + now + ", not the " + value.after()
                            + " of the change: somebody has changed it since, it is left alone"));
        }
    }

    private void restore(HostChange.DropIn file) {
        Path path = Path.of(file.path());
        try {
            Optional<String> now = read(path);
            if (now.equals(file.before())) {
                steps.add(new Step(true, path + ": as it was"));
            } else if (now.isPresent() && now.get().equals(file.after())) {
                if (file.before().isPresent()) {
                    WholeFile.write(path, file.before().get());
                } else {
                    Files.delete(path);
                }
                steps.add(new Step(true, path + (file.before().isPresent() ? ": its old text is back" : ": removed")));
            } else {
                steps.add(new Step(
                        false, path + ": not what the change wrote: somebody has changed it since, it is left alone"));
            }
        } catch (IOException refused) {
            throw new KernelException("cannot restore " + path + ": " + Journal.reason(refused) + "; run as root");
        }
    }

    static Optional<String> read(Path path) throws IOException {
        try {
            return Optional.of(Files.readString(path));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }
}
