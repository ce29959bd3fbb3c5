package dev.anteroom.remedy;

import dev.anteroom.lab.Scenario;
import dev.anteroom.lab.Scenario.ServerSpec;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingLoad;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingServer;
import dev.anteroom.traffic.ServerPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A staged scenario whose accept queue is too short for its surge, and the same one with a queue that holds it.
///
/// @param before as it is
/// @param after with another backlog, another somaxconn, or both
/// @param changes what differs, one sentence each
public record ScenarioFix(Scenario before, Scenario after, List<String> changes) {
    /// What somaxconn is where nobody sets it, since Linux 5.4.
    private static final long USUAL_SOMAXCONN = 4096;

    public ScenarioFix {
        changes = List.copyOf(changes);
    }

    /// Computes it; empty if the queue is long enough, or the server is no sample server, whose backlog is its own.
    ///
    /// @param wanted the limit it shall have; empty for the one that its surge needs
    public static Optional<ScenarioFix> of(Scenario scenario, OptionalInt wanted) {
        List<ServerSpec> listeners = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        long most = 0;
        for (ServerSpec spec : scenario.listeners()) {
            if (!(spec instanceof ServerSpec.Sample(ServerPlan plan, boolean computed))) {
                return Optional.empty();
            }
            int needed = wanted.orElseGet(() -> needed(scenario, plan));
            int backlog = Math.max(plan.backlog(), needed);
            if (backlog > plan.backlog()) {
                changes.add(
                        "the backlog that the server passes to listen(2) from " + plan.backlog() + " to " + backlog);
            }
            most = Math.max(most, needed);
            listeners.add(new ServerSpec.Sample(plan.withBacklog(backlog), computed));
        }
        long somaxconn = scenario.server().getOrDefault(Setting.SOMAXCONN, USUAL_SOMAXCONN);
        Map<Setting, Long> settings = new EnumMap<>(Setting.class);
        settings.putAll(scenario.server());
        if (somaxconn < most) {
            long raised = listeners.stream()
                    .mapToLong(spec -> ((ServerSpec.Sample) spec).plan().backlog())
                    .max()
                    .orElse(most);
            settings.put(Setting.SOMAXCONN, raised);
            changes.addFirst("net.core.somaxconn of its host from " + somaxconn + " to " + raised
                    + ", because it caps every listen(2) there");
        }
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(new ScenarioFix(
                        scenario,
                        with(scenario, settings, listeners),
                        changes.stream().distinct().toList()));
    }

    /// The whole surge at once, less what is accepted meanwhile where the pace of the server is known.
    private static int needed(Scenario scenario, ServerPlan plan) {
        int all = Math.max(1, scenario.surge().connections() - 1);
        if (plan.kind() == ServerPlan.Kind.STALLED || plan.acceptEvery().isZero()) {
            return all;
        }
        Sizing sizing = Sizing.of(SizingRequest.of(
                SizingLoad.ofBurst(scenario.surge().connections(), Duration.ZERO),
                SizingServer.accepting(1e9 / plan.acceptEvery().toNanos())));
        return Math.max(1, (int) sizing.smallestThatHolds().orElse(all));
    }

    private static Scenario with(Scenario scenario, Map<Setting, Long> settings, List<ServerSpec> listeners) {
        return new Scenario(
                scenario.name(),
                scenario.variant(),
                scenario.about(),
                settings,
                scenario.client(),
                scenario.link(),
                listeners,
                scenario.surge(),
                scenario.steps(),
                scenario.look(),
                List.of(),
                scenario.yaml());
    }
}
