package dev.anteroom.remedy;

import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Observation;
import dev.anteroom.lab.Scenario;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.traffic.ServerPlan;
import java.util.OptionalLong;

/// One surge at a listener: what became of its connections, and what the kernel counted.
///
/// @param limit of the listener meanwhile
/// @param surge what became of the connections
/// @param held how many waited in the accept queue, where the server accepts nobody at all: they found their place,
///     and more cannot be asked of a queue. Empty for a server that accepts
/// @param drops segments that the listener refused meanwhile, as the kernel counted them; empty if it did not tell
public record Trial(long limit, SurgeResult surge, OptionalLong held, OptionalLong drops) {

    /// What a run of the lab showed.
    public static Trial of(LabRun run) {
        Observation seen = run.observation();
        QueueSample listener = seen.listeners().getFirst();
        Long drops = seen.countersAtEnd().get(Counter.LISTEN_DROPS);
        return new Trial(
                listener.limit().orElse(0),
                seen.surge(),
                neverAccepts(run.scenario()) ? OptionalLong.of(listener.depth()) : OptionalLong.empty(),
                drops == null ? OptionalLong.empty() : OptionalLong.of(drops));
    }

    private static boolean neverAccepts(Scenario scenario) {
        return scenario.listeners().getFirst() instanceof Scenario.ServerSpec.Sample sample
                && sample.plan().kind() == ServerPlan.Kind.STALLED;
    }

    /// How many connections there were.
    public int connections() {
        return surge.fates().size();
    }

    /// How many were served, or found a place where nobody is served.
    public long served() {
        return held.isPresent()
                ? Math.min(held.getAsLong(), connections())
                : surge.outcomes().getOrDefault(Outcome.SERVED, 0);
    }

    /// How many of the served had to send their SYN again: a second or more late. Whoever lost the last ACK of its
    /// handshake is late too and not among them; the drops tell.
    public long late() {
        return held.isPresent()
                ? 0
                : surge.fates().stream()
                        .filter(fate -> fate.outcome() == Outcome.SERVED
                                && fate.synRetransmissions().orElse(0) > 0)
                        .count();
    }

    /// How many were not served, or found no place where nobody is.
    public long lost() {
        return connections() - served();
    }

    /// Whether nobody was lost, nobody late, and nothing refused.
    public boolean isClean() {
        return lost() == 0 && late() == 0 && drops.orElse(0) == 0;
    }
}
