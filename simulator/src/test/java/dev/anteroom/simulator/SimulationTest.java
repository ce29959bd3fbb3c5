package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.AcceptorModel.Reply;
import dev.anteroom.simulator.ArrivalModel.AtOnce;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Whole runs, against what was measured on Linux 6.18.
class SimulationTest {
    private static final Stack LINUX = Stack.named("linux-6.14");
    private static final LinkModel TWENTY_MS_ROUND_TRIP = LinkModel.of(Duration.ofMillis(10));
    private static final Duration PATIENCE = Duration.ofSeconds(84);

    /// somaxconn 5, a server that never accepts, ten clients one second apart.
    @Test
    void aStalledServerHoldsSixAndLeavesFourInSynSent() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(50, AcceptorModel.never()),
                        LinkModel.loopback(),
                        new ArrivalModel.Paced(10, 1),
                        ClientModel.connectsOnly())
                .withServerSettings(Map.of(Setting.SOMAXCONN, 5L))
                .observed(new Observation(Optional.empty(), Duration.ZERO, List.of(Duration.ofMillis(10_500)), true));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.looks().getFirst().serverSockets()).containsOnly(Map.entry(SocketState.ESTABLISHED, 6));
        assertThat(run.looks().getFirst().clientSockets())
                .containsOnly(Map.entry(SocketState.ESTABLISHED, 6), Map.entry(SocketState.SYN_SENT, 4));
        assertThat(run.listeners().getFirst().acceptQueue().depth()).isEqualTo(6);
        assertThat(run.surge().outcomes())
                .containsOnly(Map.entry(Outcome.SERVED, 6), Map.entry(Outcome.CONNECT_TIMEOUT, 4));
        assertThat(run.surge().exceptions().getFirst().message()).isEqualTo("Connection timed out");
        // Four clients that send their SYN eleven times.
        assertThat(run.moved(Counter.LISTEN_OVERFLOWS)).isEqualTo(44);
        assertThat(run.ended()).isEqualTo(Duration.ofSeconds(9 + 131));
    }

    /// Measured: 134 served, 866 for ever without an answer, ListenOverflows 866, SyncookiesSent 871, no SYN sent
    /// again.
    @Test
    void withCookiesAClientThatWaitsForTheServerHangsForEver() {
        SimulatedRun run = Simulation.run(surge(1, true));

        assertThat(run.surge().outcomes().get(Outcome.SERVED)).isCloseTo(134, within(5));
        assertThat(run.moved(Counter.LISTEN_OVERFLOWS)).isCloseTo(866L, within(5L));
        assertThat(run.moved(Counter.SYNCOOKIES_SENT)).isEqualTo(871);
        assertThat(run.surge().synRetransmissions().keySet()).containsExactly(0);
        assertThat(run.surge().outcomes().get(Outcome.PHANTOM)).isEqualTo((int) run.moved(Counter.LISTEN_OVERFLOWS));
    }

    /// Measured: 949 served within 85 s, the last after 63.9 s, ListenOverflows 6568.
    @Test
    void withCookiesAClientThatSpeaksFirstIsSavedByItsDataLate() {
        SimulatedRun run = Simulation.run(surge(1, false));

        assertThat(run.surge().outcomes().get(Outcome.SERVED)).isCloseTo(949, within(40));
        assertThat(seconds(run.surge().firstByte().max())).isCloseTo(63.9, within(7.0));
        assertThat((double) run.moved(Counter.LISTEN_OVERFLOWS)).isCloseTo(6568, within(500.0));
        assertThat(run.moved(Counter.SYNCOOKIES_SENT)).isEqualTo(871);
    }

    /// Measured: all served, the last after 20.2 s, 3817 SYNs sent again, each because of a full SYN queue,
    /// ListenOverflows 105.
    @Test
    void withoutCookiesEveryClientIsServedByTheSynSchedule() {
        SimulatedRun run = Simulation.run(surge(0, true));

        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 1000));
        assertThat(seconds(run.surge().firstByte().max())).isCloseTo(20.2, within(0.2));
        assertThat(seconds(run.surge().connect().max())).isCloseTo(19.53, within(0.2));
        assertThat((double) run.moved(Counter.REQ_Q_FULL_DROP)).isCloseTo(3817, within(60.0));
        assertThat(run.clientMoved().get(Counter.TCP_SYN_RETRANS)).isEqualTo(run.moved(Counter.REQ_Q_FULL_DROP));
        assertThat(run.moved(Counter.LISTEN_OVERFLOWS)).isBetween(90L, 140L);
    }

    /// 1000 clients at once, limit 128, one accepted per 10 ms, 20 ms round trip, cookies by argument.
    private static SimulationPlan surge(long cookies, boolean serverFirst) {
        AcceptorModel acceptor = AcceptorModel.onePer(Duration.ofMillis(10));
        return SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(128, serverFirst ? acceptor.replying(Reply.GREETING) : acceptor),
                        TWENTY_MS_ROUND_TRIP,
                        new AtOnce(1000, Duration.ofMillis(12)),
                        serverFirst ? ClientModel.waitsForServer(PATIENCE) : ClientModel.speaksFirst(PATIENCE))
                .withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, cookies))
                .withTimers(TimerModel.wheel(250));
    }

    /// A Java server that accepts every 20 ms, backlog 10, and sixty clients at once.
    @Test
    void aSlowAcceptorServesAllLateWithTheStepsOfLostSegments() {
        SimulatedRun run = Simulation.run(SimulationPlan.of(
                LINUX,
                ListenerModel.of(10, AcceptorModel.onePer(Duration.ofMillis(20))),
                LinkModel.of(Duration.ofMillis(1)),
                new AtOnce(60, Duration.ofMillis(2)),
                ClientModel.speaksFirst(Duration.ofSeconds(12))));

        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 60));
        assertThat(run.listeners().getFirst().deepestAcceptQueue()).isEqualTo(11);
        assertThat(run.moved(Counter.LISTEN_OVERFLOWS)).isPositive();
        assertThat(run.surge().firstByte().max()).isGreaterThan(Duration.ofMillis(900));
    }

    @Test
    void halfOfTheClientsMeetTheStuckMemberOfAGroupWhileTheOtherIsIdle() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(3, AcceptorModel.never()),
                        LinkModel.of(Duration.ofMillis(1)),
                        new AtOnce(60, Duration.ofMillis(2)),
                        ClientModel.speaksFirst(Duration.ofSeconds(2)))
                .withListeners(List.of(
                        ListenerModel.of(3, AcceptorModel.never()),
                        ListenerModel.of(
                                100,
                                AcceptorModel.pool(Duration.ZERO, 1000, new ServiceTime.Constant(Duration.ZERO)))));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.listeners().get(0).acceptQueue().depth()).isEqualTo(4);
        assertThat(run.listeners().get(1).deepestAcceptQueue()).isLessThanOrEqualTo(1);
        assertThat(run.surge().outcomes().get(Outcome.SERVED)).isBetween(15, 45);
        assertThat(run.listeners().get(0).acceptQueue().dropEvents().orElseThrow())
                .isPositive();
        assertThat(run.listeners().get(1).acceptQueue().dropEvents()).hasValue(0);
    }

    @Test
    void aRaisedSomaxconnHelpsOnlyOnceTheProgramListensAgain() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(50, AcceptorModel.never()),
                        LinkModel.of(Duration.ofMillis(1)),
                        new ArrivalModel.Paced(30, 20),
                        ClientModel.waitsForServer(Duration.ofSeconds(9)))
                .withServerSettings(Map.of(Setting.SOMAXCONN, 5L));
        Step raise = new Step.Write(Duration.ofMillis(600), Map.of(Setting.SOMAXCONN, 4096L));

        SimulatedRun raised =
                Simulation.run(plan.withSteps(List.of(raise)).observed(Observation.until(Duration.ofMillis(1490))));
        SimulatedRun again =
                Simulation.run(plan.withSteps(List.of(raise, new Step.ListenAgain(Duration.ofMillis(700), 20)))
                        .observed(Observation.until(Duration.ofSeconds(8))));

        assertThat(raised.listeners().getFirst().acceptQueue().depth()).isEqualTo(6);
        assertThat(raised.listeners().getFirst().acceptQueue().limit()).hasValue(5);
        assertThat(again.listeners().getFirst().acceptQueue().depth()).isEqualTo(21);
        assertThat(again.listeners().getFirst().acceptQueue().limit()).hasValue(20);
    }

    @Test
    void aClosedListenerResetsWhatWaitsAndRefusesWhatComes() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(50, AcceptorModel.never()),
                        LinkModel.of(Duration.ofMillis(1)),
                        new ArrivalModel.Paced(10, 10),
                        ClientModel.waitsForServer(Duration.ofSeconds(9)))
                .withSteps(List.of(new Step.Close(Duration.ofMillis(450))));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.surge().outcomes())
                .containsOnly(Map.entry(Outcome.RESET_AFTER_CONNECT, 5), Map.entry(Outcome.REFUSED, 5));
        assertThat(run.serverMoved())
                .containsOnly(
                        Map.entry(Counter.PASSIVE_OPENS, 5L),
                        Map.entry(Counter.ESTAB_RESETS, 5L),
                        Map.entry(Counter.OUT_RSTS, 10L));
        assertThat(run.clientMoved())
                .containsOnly(Map.entry(Counter.ESTAB_RESETS, 5L), Map.entry(Counter.ATTEMPT_FAILS, 5L));
    }

    /// Measured on 6.18.44: the reset of the client that gives up, then one for the answer and one for the FIN after
    /// it.
    @Test
    void anAnswerThatMeetsAClientThatIsGoneIsTwoDropEvents() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(
                                5,
                                AcceptorModel.pool(
                                        Duration.ZERO, 1, new ServiceTime.Constant(Duration.ofMillis(2300)))),
                        LinkModel.of(Duration.ofMillis(90)),
                        new ArrivalModel.AtOnce(1, Duration.ZERO),
                        ClientModel.speaksFirst(Duration.ofMillis(2550)).leavingBy(ClientModel.Leaving.RESET))
                .observed(Observation.until(Duration.ofSeconds(3)));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.PHANTOM, 1));
        assertThat(run.clientMoved()).containsEntry(Counter.OUT_RSTS, 3L);
        assertThat(run.looks().getFirst().listeners().getFirst().acceptQueue().dropEvents())
                .hasValue(2);
    }

    /// Measured on 6.18.44: the three SYNs dropped at first are all answered at their second try, though room for two
    /// is left.
    @Test
    void aHostWhoseConnectionsHaveEndedIsTrustedWithTheWholeSynQueue() {
        SimulatedRun run = Simulation.run(SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(
                                2, AcceptorModel.pool(Duration.ZERO, 10, new ServiceTime.Constant(Duration.ZERO))),
                        LinkModel.of(Duration.ofMillis(80)),
                        new ArrivalModel.AtOnce(5, Duration.ZERO),
                        ClientModel.speaksFirst(Duration.ofMillis(2850)))
                .withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, 1L)));

        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 5));
        assertThat(run.moved(Counter.LISTEN_DROPS)).isEqualTo(3);
    }

    /// The fourth SYN comes while two requests have not become connections yet; its ACK finds the queue full, and the
    /// reset is back before the client's program has woken up.
    @Test
    void aResetThatComesWithTheSynAckIsSeenInConnect() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(2, AcceptorModel.never()),
                        LinkModel.of(Duration.ofNanos(1000)),
                        new ArrivalModel.Trace(List.of(
                                Duration.ZERO, Duration.ofNanos(1100), Duration.ofNanos(1200), Duration.ofNanos(2500))),
                        ClientModel.speaksFirst(Duration.ofMillis(500)))
                .withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_ABORT_ON_OVERFLOW, 1L));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.surge().outcomes())
                .containsOnly(Map.entry(Outcome.PHANTOM, 3), Map.entry(Outcome.RESET_IN_CONNECT, 1));
        assertThat(run.surge().exceptions())
                .anyMatch(group -> group.message().equals("Connection reset by peer") && group.count() == 1);
    }

    @Test
    void aPauseOfTheServerFillsItsQueue() {
        AcceptorModel quick = AcceptorModel.workers(4, new ServiceTime.Constant(Duration.ofMillis(1)));
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(1000, quick),
                        LinkModel.of(Duration.ofMillis(1)),
                        new ArrivalModel.Paced(2000, 1000),
                        ClientModel.speaksFirst(Duration.ofSeconds(9)))
                .observed(new Observation(Optional.empty(), Duration.ofMillis(10), List.of(), true));

        SimulatedRun steady = Simulation.run(plan);
        SimulatedRun pausing = Simulation.run(plan.withListeners(
                List.of(ListenerModel.of(1000, quick.pausing(Duration.ofSeconds(1), Duration.ofMillis(300))))));

        assertThat(steady.listeners().getFirst().deepestAcceptQueue()).isLessThan(10);
        assertThat(pausing.listeners().getFirst().deepestAcceptQueue()).isBetween(290, 305);
        assertThat(pausing.surge().firstByte().max()).isBetween(Duration.ofMillis(295), Duration.ofMillis(310));
        assertThat(pausing.samples())
                .anyMatch(sample -> sample.at().equals(Duration.ofMillis(1290)) && sample.acceptQueue() > 280);
    }

    @Test
    void maxConnectionsPushTheRestBackIntoTheQueue() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(
                                100,
                                AcceptorModel.pool(Duration.ZERO, 1, new ServiceTime.Constant(Duration.ofSeconds(1)))
                                        .holdingAtMost(8)),
                        LinkModel.of(Duration.ofMillis(1)),
                        new AtOnce(20, Duration.ofMillis(10)),
                        ClientModel.speaksFirst(Duration.ofSeconds(60)))
                .observed(Observation.until(Duration.ofMillis(500)));

        SimulatedListener listener = Simulation.run(plan).listeners().getFirst();

        assertThat(listener.accepted()).isEqualTo(8);
        assertThat(listener.acceptQueue().depth()).isEqualTo(12);
    }

    @Test
    void aFloodOfSynsTakesTheSynQueueAndCookiesLetTheClientsThroughAllTheSame() {
        SimulationPlan plan = SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(16, AcceptorModel.workers(4, new ServiceTime.Constant(Duration.ofMillis(1)))),
                        LinkModel.of(Duration.ofMillis(5)),
                        new ArrivalModel.Paced(20, 10),
                        ClientModel.speaksFirst(Duration.ofSeconds(20)))
                .floodedBy(new ArrivalModel.Paced(3000, 1000));

        SimulatedRun with = Simulation.run(plan.withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, 1L)));
        SimulatedRun without = Simulation.run(plan.withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, 0L)));

        assertThat(with.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 20));
        assertThat(with.surge().firstByte().max()).isLessThan(Duration.ofMillis(100));
        assertThat(without.surge().firstByte().max()).isGreaterThan(Duration.ofSeconds(1));
        assertThat(without.moved(Counter.REQ_Q_FULL_DROP)).isGreaterThan(1000);
    }

    @Test
    void fastOpenSavesARoundTrip() {
        ListenerModel listener =
                ListenerModel.of(100, AcceptorModel.workers(4, new ServiceTime.Constant(Duration.ZERO)));
        ClientModel inSyn = new ClientModel(
                ClientModel.Talk.CLIENT_FIRST_IN_SYN,
                Optional.of(Duration.ofSeconds(5)),
                ClientModel.Leaving.RESET,
                Duration.ZERO);
        SimulationPlan plan = SimulationPlan.of(
                        LINUX, listener.openingFast(50), TWENTY_MS_ROUND_TRIP, new ArrivalModel.Paced(20, 100), inSyn)
                .withServerSettings(Map.of(Setting.TCP_FASTOPEN, 3L));

        SimulatedRun fast = Simulation.run(plan);
        SimulatedRun ordinary = Simulation.run(plan.withServerSettings(Map.of()));

        assertThat(fast.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 20));
        assertThat(ordinary.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 20));
        assertThat(fast.surge().firstByte().max()).isEqualTo(Duration.ofMillis(20));
        assertThat(ordinary.surge().firstByte().max()).isEqualTo(Duration.ofMillis(40));
    }

    @Test
    void lostSegmentsAreSentAgainUntilEveryClientIsServed() {
        SimulationPlan plan = SimulationPlan.of(
                LINUX,
                ListenerModel.of(1000, AcceptorModel.workers(50, new ServiceTime.Constant(Duration.ofMillis(1)))),
                new LinkModel(Duration.ofMillis(10), Duration.ofMillis(2), 0.1, 0.1),
                new ArrivalModel.Poisson(500, 500),
                ClientModel.speaksFirst(Duration.ofMinutes(2)));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.SERVED, 500));
        assertThat(run.surge().synRetransmissions().get(1)).isBetween(40, 140);
        assertThat(run.moved(Counter.LISTEN_DROPS)).isZero();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    /// A worker at a load of 0.95: a few connections wait, the others are over or have not begun.
    @Test
    void memoryIsForThoseUnderWayAlone() {
        SimulationPlan plan = SimulationPlan.of(
                Stack.named("linux-6.14"),
                ListenerModel.of(128, AcceptorModel.workers(1, new ServiceTime.Constant(Duration.ofMillis(1)))),
                LinkModel.of(Duration.ofMillis(5)),
                new ArrivalModel.Paced(300_000, 950),
                ClientModel.speaksFirst(Duration.ofSeconds(10)));

        SimulatedRun run = Simulation.run(plan.observed(Observation.TOTALS));

        assertThat(run.surge().outcomes()).isEqualTo(Map.of(Outcome.SERVED, 300_000));
        assertThat(run.surge().fates()).isEmpty();
        assertThat(run.surge().decided()).isEqualTo(300_000);
        assertThat(run.mostInFlight()).isLessThan(100);
    }

    /// Whatever is left out where only totals are kept, what happens is the same.
    @Test
    void totalsAreThoseOfTheFates() {
        SimulationPlan plan = surgePlan();

        SimulatedRun each = Simulation.run(plan);
        SimulatedRun totals = Simulation.run(plan.observed(Observation.TOTALS));

        assertThat(each.surge().fates()).hasSize(each.surge().decided());
        assertThat(totals.surge().outcomes()).isEqualTo(each.surge().outcomes());
        assertThat(totals.surge().synRetransmissions()).isEqualTo(each.surge().synRetransmissions());
        assertThat(totals.surge().exceptions()).isEqualTo(each.surge().exceptions());
        assertThat(totals.serverMoved()).isEqualTo(each.serverMoved());
        assertThat(totals.events()).isEqualTo(each.events());
    }

    private static SimulationPlan surgePlan() {
        return SimulationPlan.of(
                Stack.named("linux-6.14"),
                ListenerModel.of(50, AcceptorModel.onePer(Duration.ofMillis(10))),
                new LinkModel(Duration.ofMillis(10), Duration.ofMillis(2), 0.01, 0.01),
                new ArrivalModel.Waves(3, 200, Duration.ofMillis(700), Duration.ofMillis(900)),
                ClientModel.speaksFirst(Duration.ofSeconds(4)));
    }
}
