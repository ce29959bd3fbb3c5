package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client does against a black hole: its SYNs are written down and nothing comes back.
class ClientsTest {
    private final List<Double> syns = new ArrayList<>();
    private Fates fates = new Fates(1, true);
    private Tally tally = new Tally();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            linux-6.14   | 6 | 4 | 0 1 2 3 4 5 7 11 19 35 67 | 131
            linux-6.5    | 6 | 0 | 0 1 3 7 15 31 63          | 127
            linux-6.14   | 1 | 4 | 0 1 2                     | 3
            linux-6.14   | 2 | 4 | 0 1 2 3 4 5               | 7
            linux-6.14   | 2 | 0 | 0 1 3                     | 7
            linux-6.14   | 3 | 4 | 0 1 2 3 4 5 7 11          | 19
            linux-6.1    | 6 | 9 | 0 1 3 7 15 31 63          | 127
            linux-3.10   | 6 | 0 | 0 1 3 7 15 31 63          | 127
            linux-2.6.32 | 5 | 0 | 0 3 9 21 45 93            | 189
            """)
    void aBlackHoleGetsTheSynsOfTheStack(String stack, long retries, long linear, String times, long gaveUp) {
        lookAt(
                Stack.named(stack),
                ClientModel.connectsOnly(),
                TimerModel.EXACT,
                Map.of(Setting.TCP_SYN_RETRIES, retries, Setting.TCP_SYN_LINEAR_TIMEOUTS, linear));

        assertThat(syns)
                .containsExactlyElementsOf(
                        Arrays.stream(times.split(" ")).map(Double::valueOf).toList());
        var fate = fates.result("nowhere", 0, 0).fates().getFirst();
        assertThat(fate.outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
        assertThat(fate.phase()).isEqualTo(Phase.CONNECT);
        assertThat(fate.ended()).isEqualTo(Duration.ofSeconds(gaveUp));
        assertThat(fate.synRetransmissions()).hasValue(syns.size() - 1);
        assertThat(tally.moved())
                .containsOnly(
                        Map.entry(Counter.TCP_TIMEOUTS, (long) syns.size()),
                        Map.entry(Counter.TCP_SYN_RETRANS, syns.size() - 1L),
                        Map.entry(Counter.ATTEMPT_FAILS, 1L));
    }

    @Test
    void theDefaultsOfTheStackAreItsSchedule() {
        lookAt(Stack.named("linux-6.18.44"), ClientModel.connectsOnly(), TimerModel.EXACT, Map.of());

        assertThat(syns).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 11.0, 19.0, 35.0, 67.0);
    }

    @Test
    void patienceEndsBeforeTheKernelGivesUp() {
        lookAt(Stack.named("linux-6.14"), ClientModel.speaksFirst(Duration.ofMillis(2500)), TimerModel.EXACT, Map.of());

        assertThat(syns).containsExactly(0.0, 1.0, 2.0);
        var result = fates.result("nowhere", 0, 0);
        assertThat(result.fates().getFirst().ended()).isEqualTo(Duration.ofMillis(2500));
        assertThat(result.exceptions().getFirst().message()).isEqualTo("Connect timed out");
        assertThat(tally.moved()).doesNotContainKey(Counter.ATTEMPT_FAILS);
    }

    /// Measured on 6.18 with 250 ticks in a second: 1.03 2.05 3.07 4.10 5.12 7.14 11.36 19.55 35.68 68.45.
    @Test
    void theTimerWheelIsAsLateAsMeasured() {
        lookAt(Stack.named("linux-6.14"), ClientModel.connectsOnly(), TimerModel.wheel(250), Map.of());

        List<Double> measured = List.of(0.0, 1.03, 2.05, 3.07, 4.10, 5.12, 7.14, 11.36, 19.55, 35.68, 68.45);
        assertThat(syns).hasSameSizeAs(measured);
        for (int i = 0; i < measured.size(); i++) {
            assertThat(syns.get(i)).isCloseTo(measured.get(i), within(i < 7 ? 0.05 : i < 10 ? 0.35 : 1.8));
        }
    }

    private void lookAt(Stack stack, ClientModel model, TimerModel timers, Map<Setting, Long> settings) {
        SimulationPlan plan = SimulationPlan.of(
                        stack,
                        ListenerModel.of(1, AcceptorModel.never()),
                        LinkModel.of(Duration.ofNanos(1)),
                        new ArrivalModel.AtOnce(1, Duration.ZERO),
                        model)
                .withClientSettings(settings)
                .withTimers(timers);
        InFlight inFlight = new InFlight();
        Agenda agenda = new Agenda(inFlight);
        fates = new Fates(1, true);
        tally = new Tally();
        Wire wire = new Wire(plan.link(), agenda, new SplitMix64(1));
        Clients clients = new Clients(plan, agenda, wire, tally, fates);
        Connection connection = inFlight.take(0, 0);
        clients.connect(connection);
        long patience = model.patience().map(Duration::toNanos).orElse(Agenda.NEVER);
        while (fates.undecided() > 0) {
            if (agenda.find() > patience) {
                agenda.goTo(patience);
                clients.patienceEnds(connection);
                break;
            }
            int event = agenda.next();
            switch (Agenda.kind(event)) {
                case Event.SYN -> syns.add((agenda.now() - 1) / 1e9);
                case Event.CLIENT_TIMER -> clients.timer(connection);
                default -> throw new AssertionError("a black hole was sent " + event);
            }
        }
    }
}
