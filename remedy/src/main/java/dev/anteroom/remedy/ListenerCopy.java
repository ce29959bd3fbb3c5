package dev.anteroom.remedy;

import dev.anteroom.kernel.LinkShape;
import dev.anteroom.lab.Scenario;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.Talk;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// A copy of a running listener for the lab: the limit and the settings of its network namespace, and a sample server
/// in place of its program.
public final class ListenerCopy {
    private ListenerCopy() {}

    /// The load that the copy is to meet.
    ///
    /// @param connections how many
    /// @param arrivals when they are due
    /// @param patience how long a client waits
    /// @param acceptRate accepts per second; empty for none at all, so that the queue has to hold everything: the
    ///     worst case, and what a pause of the program amounts to
    public record Load(int connections, Arrivals arrivals, Duration patience, OptionalDouble acceptRate) {

        /// How the server of the copy behaves, in a sentence.
        public String serverText() {
            return acceptRate.isPresent()
                    ? "its server accepts " + Math.round(acceptRate.getAsDouble()) + " a second"
                    : "its server accepts nobody, so that the queue has to hold all of them: --accept-rate tells of one"
                            + " that does";
        }
    }

    /// The scenario.
    ///
    /// @param limit the limit that the copy shall have
    public static Scenario of(NamespaceEvidence namespace, ListenerEvidence listener, long limit, Load load) {
        Map<Setting, Long> settings = new EnumMap<>(Setting.class);
        for (Setting setting : List.of(
                Setting.TCP_SYNCOOKIES,
                Setting.TCP_MAX_SYN_BACKLOG,
                Setting.TCP_ABORT_ON_OVERFLOW,
                Setting.TCP_SYNACK_RETRIES)) {
            namespace.settings().value(setting).ifPresent(value -> settings.put(setting, value));
        }
        settings.put(Setting.SOMAXCONN, limit);
        boolean accepts = load.acceptRate.isPresent();
        ServerPlan plan = ServerPlan.of(accepts ? ServerPlan.Kind.SLOW : ServerPlan.Kind.STALLED)
                .at(new InetSocketAddress(ServerPlan.DEFAULT_PORT))
                .withBacklog(Math.clamp(limit, 1, Integer.MAX_VALUE))
                .withAcceptEvery(Duration.ofNanos(accepts ? Math.round(1e9 / load.acceptRate.getAsDouble()) : 0));
        Talk talk = accepts
                ? new Talk.Http("GET / HTTP/1.1", List.of("Host: copy", "Connection: close"))
                : new Talk.ServerFirst();
        return new Scenario(
                "a copy of " + listener.listener().endpoint(),
                "",
                "",
                settings,
                Map.of(),
                LinkShape.delaying(Duration.ZERO),
                List.of(new Scenario.ServerSpec.Sample(plan, false)),
                new Scenario.SurgeSpec(load.connections, load.arrivals, talk, load.patience, 1),
                List.of(),
                load.patience,
                List.of(),
                "");
    }
}
