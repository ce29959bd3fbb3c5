package dev.anteroom.cli;

import dev.anteroom.kernel.HostScan;
import dev.anteroom.queue.Evidence;
import dev.anteroom.remedy.Journal;
import dev.anteroom.remedy.LiveChange;
import dev.anteroom.remedy.LivePlan;
import dev.anteroom.remedy.Undo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Applies a change to the only listener of a network namespace and undoes it, over and over, until it is killed.
final class AppliedForKill {
    private AppliedForKill() {}

    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[1]);
        int limit = Integer.parseInt(arguments[2]);
        for (boolean first = true; ; first = false) {
            Evidence seen =
                    HostScan.run(new HostScan.Scope(Optional.of(arguments[0]), false), Duration.ZERO, Thread::sleep);
            LiveChange.apply(LivePlan.of(seen, limit), state);
            try (Journal journal = Journal.open(state)) {
                new Undo(journal).last();
            }
            if (first) {
                System.out.println("started");
            }
        }
    }
}
