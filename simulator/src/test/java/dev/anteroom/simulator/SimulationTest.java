package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.AcceptorModel.Reply;
import dev.anteroom.simulator.ArrivalModel.AtOnce;
import dev.anteroom.simulator.ClientModel.Close;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
                        ListenerModel.of(50),
                        AcceptorModel.never(),
                        LinkModel.loopback(),
                        new ArrivalModel.Paced(10, 1),
                        ClientModel.connectsOnly())
                .withServerSettings(Map.of(Setting.SOMAXCONN, 5L))
                .watched(Duration.ZERO, List.of(Duration.ofMillis(10_500)));

        SimulatedRun run = Simulation.run(plan);

        assertThat(run.looks().getFirst().server()).containsOnly(Map.entry(SocketState.ESTABLISHED, 6));
        assertThat(run.looks().getFirst().clients())
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
                        ListenerModel.of(128),
                        serverFirst ? acceptor.replying(Reply.GREETING) : acceptor,
                        TWENTY_MS_ROUND_TRIP,
                        new AtOnce(1000, Duration.ofMillis(12)),
                        serverFirst ? ClientModel.waitsForServer(PATIENCE) : ClientModel.speaksFirst(PATIENCE))
                .withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, cookies))
                .withTimers(TimerModel.wheel(250));
    }

    /// Limit 5: five wait, then seven come at once; six places are there.
    private static SimulationPlan overflowAtAck(long cookies, long abort, Duration delay) {
        return SimulationPlan.of(
                        LINUX,
                        ListenerModel.of(5),
                        AcceptorModel.never(),
                        LinkModel.of(delay),
                        new AtOnce(12, Duration.ZERO),
                        ClientModel.speaksFirst(Duration.ofSeconds(3)).closing(Close.RESET))
                .withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, cookies, Setting.TCP_ABORT_ON_OVERFLOW, abort));
    }

    @Test
    void withCookiesAbortOnOverflowSparesTheSevenThatGotACookie() {
        SimulatedRun run = Simulation.run(overflowAtAck(1, 1, Duration.ofMillis(50)));

        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.PHANTOM, 12));
        assertThat(run.moved(Counter.SYNCOOKIES_SENT)).isEqualTo(6);
        assertThat(run.moved(Counter.EMBRYONIC_RSTS)).isZero();
    }

    @Test
    void aRequestWhoseAckMeetsAFullQueueIsResetWithAbortAndAPhantomWithout() {
        // The first two of 17 SYNs that come 10 ms apart make requests before the queue is full.
        SimulationPlan plan = SimulationPlan.of(
                LINUX,
                ListenerModel.of(3),
                AcceptorModel.never(),
                LinkModel.of(Duration.ofMillis(50)),
                new AtOnce(5, Duration.ofMillis(80)),
                ClientModel.speaksFirst(Duration.ofSeconds(2)));

        SimulatedRun silent = Simulation.run(
                plan.withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_ABORT_ON_OVERFLOW, 0L)));
        SimulatedRun abort = Simulation.run(
                plan.withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_ABORT_ON_OVERFLOW, 1L)));

        assertThat(silent.surge().outcomes())
                .containsOnly(Map.entry(Outcome.PHANTOM, 4), Map.entry(Outcome.CONNECT_TIMEOUT, 1));
        assertThat(abort.surge().outcomes()).isEqualTo(silent.surge().outcomes());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
