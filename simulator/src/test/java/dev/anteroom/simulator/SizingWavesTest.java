package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.SizingToday.Wave;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingWavesTest {
    private static final SizingRequest THOUSAND =
            SizingRequest.of(SizingLoad.ofBurst(1000, Duration.ofMillis(60)), SizingServer.accepting(100));

    /// The SYN schedule with the lateness that the timers of the run below had.
    private static final List<Duration> MEASURED_TIMES = DoubleStream.of(
                    0, 1.024, 2.048, 3.072, 4.096, 5.12, 7.2, 11.3, 19.5)
            .mapToObj(SizingWait::seconds)
            .toList();

    private static SizingPresent present(boolean cookies, boolean serverFirst) {
        SizingPresent usual = SizingPresent.listening(128, 4096);
        return new SizingPresent(
                usual.limits(), usual.somaxconn(), cookies, serverFirst, Optional.empty(), MEASURED_TIMES);
    }

    /// A kernel with cookies off, a round trip of 20 ms and 1000 clients took 129, 129, 104, 104, 102, 103, 129, 129
    /// and 71 of them: the second wave fills the SYN queue, too, whose rest gets in with the third.
    @Test
    void withoutCookiesEachWaveFillsTheQueueAgain() {
        SizingToday today = SizingWaves.of(THOUSAND, present(false, true));

        assertThat(today.waves().stream().map(Wave::admitted))
                .usingElementComparator((one, other) -> Math.abs(one - other) <= 2 ? 0 : 1)
                .containsExactly(135L, 102L, 102L, 102L, 102L, 103L, 135L, 135L, 84L);
        assertThat(today.firstTry()).isEqualTo(135);
        assertThat(today.dropped()).isEqualTo(865);
        assertThat(today.phantoms()).isZero();
        assertThat(today.neverIn()).isZero();
        // 10 s of work, spread over twice the time: the gaps of the schedule grow and the server idles.
        assertThat(today.lastServed().orElseThrow().toMillis() / 1e3).isCloseTo(20.3, within(0.2));
    }

    @Test
    void withCookiesAndAServerThatSpeaksFirstTheRestAreLostForEver() {
        SizingToday today = SizingWaves.of(THOUSAND, present(true, true));

        assertThat(today.dropped()).isZero();
        assertThat(today.phantoms()).isEqualTo(865);
        assertThat(today.neverIn()).isEqualTo(865);
        assertThat(today.waves()).hasSize(1);
    }

    @Test
    void withCookiesAndAClientThatSpeaksFirstTheyGetInWithTheirDataWhileTheCookieIsValid() {
        SizingToday today = SizingWaves.of(THOUSAND, present(true, false));

        assertThat(today.phantoms()).isEqualTo(865);
        assertThat(today.waves().stream().skip(1)).noneMatch(Wave::bySyn);
        assertThat(today.waves().stream().map(Wave::at))
                .startsWith(Duration.ZERO, Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800));
        assertThat(today.waves().getLast().at()).isLessThan(Duration.ofSeconds(60));
    }

    /// The waves beside the same burst under the kernel's own rules, 20 ms of round trip away.
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void theWavesAreThoseOfTheSimulatedKernel(boolean cookies, boolean serverFirst) {
        Duration patience = Duration.ofSeconds(100);
        SimulatedRun run = Simulation.run(SimulationPlan.of(
                        Stack.named("linux-6.14"),
                        ListenerModel.of(
                                128,
                                AcceptorModel.onePer(Duration.ofMillis(10))
                                        .replying(
                                                serverFirst
                                                        ? AcceptorModel.Reply.GREETING
                                                        : AcceptorModel.Reply.ANSWER)),
                        LinkModel.of(Duration.ofMillis(10)),
                        new ArrivalModel.AtOnce(1000, Duration.ZERO),
                        serverFirst ? ClientModel.waitsForServer(patience) : ClientModel.speaksFirst(patience))
                .withServerSettings(Map.of(
                        Setting.SOMAXCONN, 4096L,
                        Setting.TCP_MAX_SYN_BACKLOG, 65_536L,
                        Setting.TCP_SYNCOOKIES, cookies ? 1L : 0L)));
        SizingPresent usual = present(cookies, serverFirst);
        SizingToday today = SizingWaves.of(
                SizingRequest.of(SizingLoad.ofBurst(1000, Duration.ZERO), SizingServer.accepting(100))
                        .withPatience(patience),
                new SizingPresent(
                        usual.limits(),
                        usual.somaxconn(),
                        cookies,
                        serverFirst,
                        Optional.of(Duration.ofMillis(20)),
                        SizingPresent.SYN_TIMES));

        double served = run.surge().outcomes().getOrDefault(Outcome.SERVED, 0);
        double lastServed = run.surge().fates().stream()
                .filter(fate -> fate.outcome() == Outcome.SERVED)
                .mapToDouble(fate -> fate.firstByte().orElseThrow().toNanos() / 1e6)
                .max()
                .orElseThrow();
        assertThat((double) (1000 - today.neverIn())).isCloseTo(served, within(0.05 * served));
        assertThat((double) today.lastServed().orElseThrow().toMillis())
                .isCloseTo(lastServed, within((cookies ? 0.2 : 0.03) * lastServed));
        assertThat(run.surge().synRetransmissions()).containsEntry(0, (int) (1000 - today.dropped()));
    }

    /// With a round trip much shorter than the burst is wide the queue is seen to be full before most SYNs arrive.
    @Test
    void aShortRoundTripLeavesFewPhantoms() {
        SizingPresent far = present(true, true);
        SizingPresent near = new SizingPresent(
                far.limits(), far.somaxconn(), true, true, Optional.of(Duration.ofMillis(1)), MEASURED_TIMES);

        SizingToday today = SizingWaves.of(THOUSAND, near);

        assertThat(today.waves().getFirst().phantoms()).isBetween(15L, 17L);
        assertThat(today.dropped()).isGreaterThan(800);
    }

    @Test
    void theImpatientNeverGetIn() {
        SizingRequest impatient = THOUSAND.withPatience(Duration.ofMillis(2500));

        SizingToday today = SizingWaves.of(impatient, present(false, false));

        assertThat(today.neverIn()).isEqualTo(1000 - 135 - 102 - 102);
        // Of the third wave those that would be accepted more than 0.45 s later.
        assertThat(today.late()).isBetween(89L, 91L);
    }

    @Test
    void duringAPauseNothingDrains() {
        SizingRequest paused = SizingRequest.of(
                SizingLoad.ofBurst(400, Duration.ZERO),
                SizingServer.accepting(100).withPause(Duration.ofMillis(1500)));

        assertThat(SizingWaves.of(paused, present(false, false)).waves().stream()
                        .map(Wave::admitted))
                .startsWith(129L, 0L, 54L);
    }

    @Property
    void everyConnectionGetsInOrNever(
            @ForAll @IntRange(min = 1, max = 100_000) int burst,
            @ForAll @IntRange(min = 0, max = 3000) int limit,
            @ForAll @IntRange(min = 0, max = 3000) int widthMillis,
            @ForAll @IntRange(min = 1, max = 5000) int roundTripMillis,
            @ForAll boolean cookies,
            @ForAll boolean serverFirst) {
        SizingPresent usual = SizingPresent.listening(limit, 4096);
        SizingPresent present = new SizingPresent(
                usual.limits(),
                usual.somaxconn(),
                cookies,
                serverFirst,
                Optional.of(Duration.ofMillis(roundTripMillis)),
                SizingPresent.SYN_TIMES);
        SizingToday today = SizingWaves.of(
                SizingRequest.of(
                        SizingLoad.ofBurst(burst, Duration.ofMillis(widthMillis)), SizingServer.accepting(100)),
                present);

        long admitted = today.waves().stream().mapToLong(Wave::admitted).sum();
        assertThat(admitted + today.neverIn()).isEqualTo(burst);
        assertThat(today.firstTry() + today.dropped() + today.waves().getFirst().phantoms())
                .isEqualTo(burst);
        assertThat(today.waves().stream().map(Wave::at)).isSorted();
        if (!cookies) {
            assertThat(today.phantoms()).isZero();
        }
    }
}
