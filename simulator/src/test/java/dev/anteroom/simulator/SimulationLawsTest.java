package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.AcceptorModel.Reply;
import dev.anteroom.simulator.ClientModel.Leaving;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// What holds of every run, whatever the plan.
class SimulationLawsTest {

    @Property(tries = 400)
    void everyConnectionMeetsOneFateAndTheCountersAgree(@ForAll("plans") SimulationPlan plan) {
        SimulatedRun run = Simulation.run(plan);
        int connections = plan.arrivals().count();

        assertThat(run.surge().complete()).isTrue();
        assertThat(run.surge().fates()).hasSize(connections);
        assertThat(run.surge().outcomes().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(connections);
        run.surge().fates().forEach(fate -> assertFateIsWhole(fate, plan));
        assertThat(failures(run))
                .isEqualTo(run.surge().exceptions().stream()
                        .mapToLong(group -> group.count())
                        .sum());

        ServerRules rules = plan.server().stack().server();
        long accepted = 0;
        long waiting = 0;
        for (SimulatedListener listener : run.listeners()) {
            long limit = listener.acceptQueue().limit().orElseThrow();
            assertThat((long) listener.deepestAcceptQueue())
                    .isLessThanOrEqualTo(rules.acceptRoom().capacity(limit));
            assertThat(listener.synQueue()).isNotNegative();
            accepted += listener.accepted();
            waiting += listener.acceptQueue().depth();
        }
        assertThat(run.moved(Counter.PASSIVE_OPENS)).isEqualTo(accepted + waiting);
        boolean countsDrops =
                plan.server().stack().kernel().filter(k -> k.atLeast(3, 10, 0)).isPresent();
        if (countsDrops) {
            assertThat(run.moved(Counter.LISTEN_DROPS))
                    .isGreaterThanOrEqualTo(run.moved(Counter.LISTEN_OVERFLOWS) + run.moved(Counter.REQ_Q_FULL_DROP));
        }
        assertThat(run.surge().synRetransmissions().entrySet().stream()
                        .mapToLong(entry -> (long) entry.getKey() * entry.getValue())
                        .sum())
                .isEqualTo(run.clientMoved().getOrDefault(Counter.TCP_SYN_RETRANS, 0L));
    }

    private static void assertFateIsWhole(ConnectionFate fate, SimulationPlan plan) {
        assertThat(fate.ended()).isLessThanOrEqualTo(plan.client().patience().orElseThrow());
        fate.connected().ifPresent(time -> assertThat(time).isLessThanOrEqualTo(fate.ended()));
        fate.firstByte().ifPresent(time -> assertThat(time).isLessThanOrEqualTo(fate.ended()));
        switch (fate.outcome()) {
            case SERVED -> assertThat(fate.connected()).isPresent();
            case PHANTOM, RESET_AFTER_CONNECT, CLOSED -> {
                assertThat(fate.connected()).isPresent();
                assertThat(fate.firstByte()).isEmpty();
            }
            case REFUSED, RESET_IN_CONNECT, CONNECT_TIMEOUT ->
                assertThat(fate.connected()).isEmpty();
            case SLOW, LOCAL -> throw new AssertionError("the simulator has no " + fate.outcome());
        }
    }

    private static long failures(SimulatedRun run) {
        return run.surge().outcomes().entrySet().stream()
                .filter(entry -> entry.getKey() != Outcome.SERVED)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Property(tries = 100)
    void theSamePlanGivesTheSameRun(@ForAll("plans") SimulationPlan plan) {
        assertThat(Simulation.run(plan)).isEqualTo(Simulation.run(plan));
    }

    /// These very numbers come out on any machine.
    @Test
    void theOutputOfASeedIsFixed() {
        SimulatedRun run = Simulation.run(SimulationPlan.of(
                        Stack.named("linux-6.14"),
                        ListenerModel.of(
                                20, AcceptorModel.workers(3, new ServiceTime.Exponential(Duration.ofMillis(10)))),
                        new LinkModel(Duration.ofMillis(10), Duration.ofMillis(3), 0.02, 0.02),
                        new ArrivalModel.MarkovModulated(2000, 100, 900, Duration.ofSeconds(1), Duration.ofMillis(300)),
                        ClientModel.speaksFirst(Duration.ofSeconds(30)))
                .withSeed(42));

        assertThat(List.of(
                        run.events(),
                        run.ended().toNanos(),
                        run.moved(Counter.LISTEN_OVERFLOWS),
                        run.moved(Counter.PASSIVE_OPENS)))
                .isEqualTo(FIXED);
    }

    private static final List<Long> FIXED = List.of(39_322L, 33_701_381_617L, 9_643L, 1_999L);

    @Provide
    Arbitrary<SimulationPlan> plans() {
        Arbitrary<Stack> stacks = Arbitraries.of(Stack.names()).map(Stack::named);
        Arbitrary<HostModel> servers = Combinators.combine(
                        stacks,
                        Arbitraries.longs().between(0, 2),
                        Arbitraries.longs().between(0, 1),
                        Arbitraries.longs().between(0, 200))
                .as((stack, cookies, abort, maxSynBacklog) -> new HostModel(
                        stack,
                        Map.of(
                                Setting.TCP_SYNCOOKIES, cookies,
                                Setting.TCP_ABORT_ON_OVERFLOW, abort,
                                Setting.TCP_MAX_SYN_BACKLOG, maxSynBacklog)));
        Arbitrary<ListenerModel> listeners = Combinators.combine(
                        Arbitraries.integers().between(0, 30), acceptors())
                .as(ListenerModel::of);
        Arbitrary<LinkModel> links = Combinators.combine(
                        Arbitraries.of(0, 1, 50, 400),
                        Arbitraries.of(0.0, 0.5),
                        Arbitraries.of(0.0, 0.0, 0.05, 1.0),
                        Arbitraries.of(0.0, 0.0, 0.05))
                .as((millis, jitter, toServer, toClient) -> new LinkModel(
                        Duration.ofMillis(millis),
                        Duration.ofNanos((long) (millis * jitter * 1e6)),
                        toServer,
                        toClient));
        Arbitrary<ArrivalModel> arrivals = Arbitraries.of(
                new ArrivalModel.AtOnce(60, Duration.ZERO),
                new ArrivalModel.AtOnce(60, Duration.ofMillis(30)),
                new ArrivalModel.Poisson(80, 300),
                new ArrivalModel.Waves(3, 20, Duration.ofMillis(700), Duration.ofMillis(5)),
                new ArrivalModel.MarkovModulated(70, 10, 800, Duration.ofSeconds(1), Duration.ofMillis(50)));
        Arbitrary<ClientModel> clients = Combinators.combine(
                        Arbitraries.of(ClientModel.Talk.values()),
                        Arbitraries.of(Leaving.values()),
                        Arbitraries.of(100, 4_000, 70_000),
                        Arbitraries.of(0, 20_000, 2_000_000))
                .as((talk, leaving, patience, wakeUp) -> new ClientModel(
                        talk, Optional.of(Duration.ofMillis(patience)), leaving, Duration.ofNanos(wakeUp)));
        return Combinators.combine(
                        servers,
                        listeners.list().ofMinSize(1).ofMaxSize(3),
                        links,
                        stacks.map(HostModel::of),
                        clients,
                        arrivals,
                        Arbitraries.of(ArrivalModel.NONE, new ArrivalModel.Poisson(50, 100)),
                        Arbitraries.longs())
                .as((server, group, link, clientHost, client, arrival, flood, seed) -> new SimulationPlan(
                        server,
                        group,
                        link,
                        clientHost,
                        client,
                        arrival,
                        flood,
                        List.of(),
                        seed % 2 == 0 ? TimerModel.EXACT : TimerModel.wheel(250),
                        Observation.OUTCOMES,
                        seed));
    }

    private static Arbitrary<AcceptorModel> acceptors() {
        Arbitrary<AcceptorModel> models = Arbitraries.of(
                AcceptorModel.never(),
                AcceptorModel.onePer(Duration.ofMillis(20)),
                AcceptorModel.workers(2, new ServiceTime.Exponential(Duration.ofMillis(15))),
                AcceptorModel.workers(2, new ServiceTime.Uniform(Duration.ZERO, Duration.ofMillis(30)))
                        .pausing(Duration.ofMillis(500), Duration.ofMillis(200)),
                AcceptorModel.pool(
                        Duration.ofMillis(1),
                        3,
                        new ServiceTime.TwoKinds(Duration.ofMillis(1), Duration.ofMillis(200), 0.1)),
                AcceptorModel.pool(Duration.ZERO, 3, new ServiceTime.Constant(Duration.ofMillis(10)))
                        .holdingAtMost(5));
        return Combinators.combine(models, Arbitraries.of(Reply.values())).as(AcceptorModel::replying);
    }
}
