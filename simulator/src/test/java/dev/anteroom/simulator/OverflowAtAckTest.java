package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Seven clients, an accept queue for six, a link of 50 ms: the look of the lab's scenario at 800 ms.
class OverflowAtAckTest {
    private static final ArrivalModel AT_ONCE = new ArrivalModel.AtOnce(7, Duration.ofNanos(100_000));
    private static final ArrivalModel THREE_THEN_FOUR = new ArrivalModel.Trace(Stream.concat(
                    IntStream.range(0, 3).mapToObj(i -> Duration.ofNanos(i * 20_000L)),
                    IntStream.range(0, 4).mapToObj(i -> Duration.ofNanos(300_000_000L + i * 20_000L)))
            .toList());

    @Test
    void withoutCookiesItsRequestIsKept() {
        SimulatedRun run = run(THREE_THEN_FOUR, 0, 0);
        SimulatedLook look = run.looks().getFirst();

        assertThat(look.clientSockets()).containsOnly(Map.entry(SocketState.ESTABLISHED, 7));
        assertThat(look.serverSockets())
                .containsOnly(Map.entry(SocketState.ESTABLISHED, 6), Map.entry(SocketState.SYN_RECV, 1));
        assertThat(look.serverMoved())
                .containsOnly(
                        Map.entry(Counter.PASSIVE_OPENS, 6L),
                        Map.entry(Counter.LISTEN_OVERFLOWS, 1L),
                        Map.entry(Counter.LISTEN_DROPS, 1L));
        assertThat(look.listeners().getFirst().acceptQueue().dropEvents()).hasValue(2);
        assertThat(look.listeners().getFirst().acceptQueue().depth()).isEqualTo(6);
        assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.PHANTOM, 7));
    }

    @Test
    void withAbortItIsReset() {
        SimulatedRun run = run(THREE_THEN_FOUR, 0, 1);
        SimulatedLook look = run.looks().getFirst();

        assertThat(look.clientSockets()).containsOnly(Map.entry(SocketState.ESTABLISHED, 6));
        assertThat(look.serverSockets()).containsOnly(Map.entry(SocketState.ESTABLISHED, 6));
        assertThat(look.serverMoved())
                .containsOnly(
                        Map.entry(Counter.PASSIVE_OPENS, 6L),
                        Map.entry(Counter.LISTEN_OVERFLOWS, 1L),
                        Map.entry(Counter.LISTEN_DROPS, 1L),
                        Map.entry(Counter.EMBRYONIC_RSTS, 1L),
                        Map.entry(Counter.OUT_RSTS, 1L));
        assertThat(run.surge().outcomes())
                .containsOnly(Map.entry(Outcome.PHANTOM, 6), Map.entry(Outcome.RESET_AFTER_CONNECT, 1));
    }

    @Test
    void withCookiesItIsForgottenWhateverAbortSays() {
        for (long abort = 0; abort <= 1; abort++) {
            SimulatedRun run = run(AT_ONCE, 1, abort);
            SimulatedLook look = run.looks().getFirst();

            assertThat(look.clientSockets()).containsOnly(Map.entry(SocketState.ESTABLISHED, 7));
            assertThat(look.serverSockets()).containsOnly(Map.entry(SocketState.ESTABLISHED, 6));
            assertThat(look.serverMoved())
                    .containsOnly(
                            Map.entry(Counter.PASSIVE_OPENS, 6L),
                            Map.entry(Counter.REQ_Q_FULL_DO_COOKIES, 1L),
                            Map.entry(Counter.SYNCOOKIES_SENT, 1L),
                            Map.entry(Counter.SYNCOOKIES_RECV, 1L),
                            Map.entry(Counter.LISTEN_OVERFLOWS, 1L),
                            Map.entry(Counter.LISTEN_DROPS, 1L));
            assertThat(look.listeners().getFirst().acceptQueue().dropEvents()).hasValue(1);
            assertThat(run.surge().outcomes()).containsOnly(Map.entry(Outcome.PHANTOM, 7));
        }
    }

    @Test
    void aSynQueueAsSmallAsTheBacklogDropsItsSyn() {
        SimulatedRun run = run(AT_ONCE, 0, 0);
        SimulatedLook look = run.looks().getFirst();

        assertThat(look.clientSockets())
                .containsOnly(Map.entry(SocketState.ESTABLISHED, 6), Map.entry(SocketState.SYN_SENT, 1));
        assertThat(look.serverMoved())
                .containsOnly(
                        Map.entry(Counter.PASSIVE_OPENS, 6L),
                        Map.entry(Counter.REQ_Q_FULL_DROP, 1L),
                        Map.entry(Counter.LISTEN_DROPS, 1L));
        assertThat(run.surge().outcomes())
                .containsOnly(Map.entry(Outcome.PHANTOM, 6), Map.entry(Outcome.CONNECT_TIMEOUT, 1));
    }

    private static SimulatedRun run(ArrivalModel arrivals, long cookies, long abort) {
        return Simulation.run(SimulationPlan.of(
                        Stack.named("linux-6.14"),
                        ListenerModel.of(5, AcceptorModel.never()),
                        LinkModel.of(Duration.ofMillis(50)),
                        arrivals,
                        ClientModel.waitsForServer(Duration.ofSeconds(2)))
                .withServerSettings(Map.of(Setting.TCP_SYNCOOKIES, cookies, Setting.TCP_ABORT_ON_OVERFLOW, abort))
                .observed(new Observation(Optional.empty(), Duration.ZERO, List.of(Duration.ofMillis(800)), true)));
    }
}
