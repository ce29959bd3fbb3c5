package dev.anteroom.simulator;

import static dev.anteroom.queue.Counter.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.ServerRules.ResetOfRequest;
import dev.anteroom.simulator.ServerRules.SynWhenAcceptQueueFull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the stacks differ.
class StackTest {
    private static final Map<Setting, Long> NO_COOKIES =
            Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, 4096L);

    @Test
    void everyNameIsAStackWhoseRulesNameTheirSource() {
        for (String name : Stack.names()) {
            Stack stack = Stack.named(name);
            assertThat(stack.name()).isEqualTo(name);
            assertThat(stack.rules()).hasSize(12).allSatisfy(rule -> {
                assertThat(rule.says()).isNotBlank();
                assertThat(rule.source()).isNotBlank();
            });
        }
        assertThat(Stack.of(KernelVersion.of(6, 18, 44)).name()).isEqualTo("linux-6.18.44");
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> Stack.named("solaris"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'solaris'")
                .hasMessageContaining("freebsd-13");
        for (String name :
                List.of("linux-new", "linux-", "linux-6", "linux-99999999999.1", "linux-6.1x", "linux-NaN")) {
            assertThatThrownBy(() -> Stack.named(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("no TCP stack is called '" + name + "'; known are linux-2.2, ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linux-99.9, 'linux-6.18, the newest known'",
        "linux-6.19, 'linux-6.18, the newest known'",
        "linux-2.0.40, 'linux-2.2, the oldest known'",
        "linux-6.18.44, ",
        "linux-2.2, ",
        "freebsd-13, "
    })
    void aVersionThatNobodyReadSaysWhoseRulesItGets(String name, String whose) {
        assertThat(Stack.named(name).rulesOf()).isEqualTo(Optional.ofNullable(whose));
    }

    /// LISTEN_QUEUES 4: listen(128) holds 193 on FreeBSD and 128 on XNU.
    @ParameterizedTest
    @CsvSource({
        "linux-6.14, 128, 129",
        "linux-6.14, 0, 1",
        "linux-2.2, 5, 6",
        "freebsd-13, 128, 193",
        "freebsd-13, 1, 2",
        "freebsd-13, 0, 1",
        "xnu, 128, 128",
        "windows, 200, 200",
        "gvisor, 5, 6"
    })
    void howManyALimitHoldsDependsOnTheStack(String name, long limit, long capacity) {
        assertThat(Stack.named(name).capacity(limit)).isEqualTo(capacity);
    }

    @ParameterizedTest
    @CsvSource({
        "windows, TCP_SYNCOOKIES, false",
        "windows, SOMAXCONN, false",
        "freebsd-13, SOMAXCONN, true",
        "freebsd-13, TCP_ABORT_ON_OVERFLOW, false",
        "xnu, TCP_SYNCOOKIES, false",
        "gvisor, SOMAXCONN, false",
        "linux-2.2, SOMAXCONN, false",
        "linux-2.4.25, SOMAXCONN, true",
        "linux-6.1, TCP_SYN_LINEAR_TIMEOUTS, false",
        "linux-6.5, TCP_SYN_LINEAR_TIMEOUTS, true",
        "linux-6.14, TCP_SYNCOOKIES, true"
    })
    void aStackHasOnlyItsOwnSettings(String name, Setting setting, boolean has) {
        assertThat(Stack.named(name).has(setting)).isEqualTo(has);
    }

    @ParameterizedTest
    @CsvSource({
        "2.4.37, DROPPED_IF_TWO_ARE_YOUNG",
        "3.16.80, DROPPED_IF_TWO_ARE_YOUNG",
        "3.16.81, DROPPED",
        "4.4.155, DROPPED_IF_TWO_ARE_YOUNG",
        "4.4.178, DROPPED",
        "4.9.80, DROPPED_IF_TWO_ARE_YOUNG",
        "4.9.337, DROPPED",
        "4.10, DROPPED",
        "2.2.26, ANSWERED"
    })
    void stableReleasesCarryTheChangeToDroppingSyns(String version, SynWhenAcceptQueueFull rule) {
        assertThat(Stack.named("linux-" + version).server().synWhenAcceptQueueFull())
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({
        "5.10.260, IN_WINDOW",
        "6.1.190, IN_WINDOW",
        "6.1.191, EXPECTED_NEXT",
        "6.12.104, IN_WINDOW",
        "6.12.105, EXPECTED_NEXT",
        "6.18.19, IN_WINDOW",
        "6.18.44, EXPECTED_NEXT"
    })
    void stableReleasesCarryTheChangeToResets(String version, ResetOfRequest rule) {
        assertThat(Stack.named("linux-" + version).server().reset()).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({
        // stack, backlog, largest limit, limit, connections that fit
        "linux-6.14, 50, 4096, 50, 51",
        "linux-6.14, -1, 4096, 4096, 4097",
        "linux-3.10, 65536, 100000, 0, 1",
        "linux-2.2, 0, 128, 1, 2",
        "freebsd-13, 128, 128, 128, 193",
        "freebsd-13, 1, 128, 1, 2",
        "freebsd-13, 0, 128, 0, 1",
        "freebsd-13, -1, 128, 128, 193",
        "xnu, 0, 128, 128, 128",
        "xnu, 10, 128, 10, 10",
        "xnu, 500, 128, 128, 128",
        "gvisor, 5000, 4096, 1024, 1025",
        "gvisor, 10, 4096, 10, 11",
        "windows, 5, 200, 5, 5"
    })
    void listenMakesALimitAndTheLimitACapacity(String name, int backlog, long largest, long limit, long fits) {
        Stack stack = Stack.named(name);

        assertThat(stack.limit(backlog, largest)).isEqualTo(limit);
        assertThat(stack.server().acceptRoom().capacity(limit)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "linux-2.2, 129",
        "linux-2.4, 128",
        "linux-2.6.32, 16",
        "linux-3.10, 16",
        "linux-4.3, 16",
        "linux-4.4, 5",
        "linux-6.1, 5",
        "linux-6.1.125, 6",
        "linux-6.12.9, 5",
        "linux-6.12.10, 6",
        "linux-6.14, 6"
    })
    void theSynQueueOfAListenerOfLimitFiveHoldsWhatItsVersionSays(String name, int fits) {
        ScriptedClient server = new ScriptedClient(
                Stack.named(name),
                ListenerModel.of(5, AcceptorModel.never()),
                Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, 128L));

        server.send(Event.SYN, 0, 500);

        // 2.4 keeps a quarter of its 128 back.
        assertThat(server.requests()).isEqualTo(name.equals("linux-2.4") ? 97 : fits);
    }

    /// Two SYNs are answered although the accept queue is full, more only when these have timed out.
    @ParameterizedTest
    @CsvSource({"linux-2.6.32, 3, 0", "linux-3.10, 1, 3", "linux-4.3, 1, 3", "linux-4.4, 1, 3"})
    void oldKernelsAnswerWhileFewerThanTwoRequestsAreYoung(String name, int firstTimeout, long drops) {
        ScriptedClient server =
                new ScriptedClient(Stack.named(name), ListenerModel.of(5, AcceptorModel.never()), NO_COOKIES);
        server.connect(0, 6).send(Event.SYN, 10, 15);

        assertThat(server.requests()).isEqualTo(2);
        assertThat(server.moved().getOrDefault(LISTEN_DROPS, 0L)).isEqualTo(drops);
        assertThat(server.moved().getOrDefault(LISTEN_OVERFLOWS, 0L)).isEqualTo(drops);

        server.waitUntil(Duration.ofMillis(firstTimeout * 1000L + 300)).send(Event.SYN, 20, 25);
        assertThat(server.requests()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"linux-4.10, 4", "linux-4.4.178, 0"})
    void newKernelsDropTheSynAndCountDropEventsOnlySince47(String name, long dropEvents) {
        ScriptedClient server =
                new ScriptedClient(Stack.named(name), ListenerModel.of(5, AcceptorModel.never()), NO_COOKIES);
        server.connect(0, 6).send(Event.SYN, 10, 14);

        assertThat(server.requests()).isZero();
        assertThat(server.moved()).containsEntry(LISTEN_DROPS, 4L).containsEntry(LISTEN_OVERFLOWS, 4L);
        assertThat(server.dropEvents()).isEqualTo(dropEvents);
    }

    @Test
    void aDroppedSynOf22Or24CountsAttemptFails() {
        for (String name : List.of("linux-2.2", "linux-2.4")) {
            ScriptedClient server = new ScriptedClient(
                    Stack.named(name),
                    ListenerModel.of(5, AcceptorModel.never()),
                    Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, 64L));
            server.send(Event.SYN, 0, 200);

            assertThat(server.moved()).containsOnly(Map.entry(ATTEMPT_FAILS, 200L - server.requests()));
        }
    }

    @Test
    void withALimitOfZeroKernelsFrom44To613TakeNobodyWithoutCookies() {
        ListenerModel model = ListenerModel.of(0, AcceptorModel.never());

        assertThat(new ScriptedClient(Stack.named("linux-6.5"), model, NO_COOKIES)
                        .connect(0, 3)
                        .depth())
                .isZero();
        assertThat(new ScriptedClient(Stack.named("linux-6.5"), model, Map.of(Setting.TCP_SYNCOOKIES, 1L))
                        .connect(0, 3)
                        .depth())
                .isEqualTo(1);
        assertThat(new ScriptedClient(Stack.named("linux-6.14"), model, NO_COOKIES)
                        .connect(0, 3)
                        .depth())
                .isEqualTo(1);
    }

    /// What the Korean article saw on its Mac: SYN, SYN-ACK, ACK, then RST.
    @Test
    void xnuForgetsTheOldestRequestAndResetsItsAck() {
        ScriptedClient server =
                new ScriptedClient(Stack.named("xnu"), ListenerModel.of(4, AcceptorModel.never()), Map.of());

        server.send(Event.SYN, 0, 5);
        assertThat(server.count(Event.SYN_ACK)).isEqualTo(5);
        assertThat(server.count(Event.SERVER_RESET)).isZero();
        assertThat(server.requests()).isEqualTo(4);

        server.send(Event.ACK, 0, 5);
        assertThat(server.depth()).isEqualTo(4);
        assertThat(server.times(Event.SERVER_RESET, 0)).hasSize(1);

        // Four connections wait and no request is left to go: now the SYN is dropped in silence.
        server.send(Event.SYN, 9, 10);
        assertThat(server.count(Event.SYN_ACK)).isEqualTo(5);
        assertThat(server.count(Event.SERVER_RESET)).isEqualTo(1);
    }

    @Test
    void freebsdAnswersEverySynAndResetsTheAckThatFindsTheQueueFull() {
        ScriptedClient server =
                new ScriptedClient(Stack.named("freebsd-13"), ListenerModel.of(4, AcceptorModel.never()), Map.of());

        server.send(Event.SYN, 0, 10).send(Event.ACK, 0, 10);

        assertThat(server.count(Event.SYN_ACK)).isEqualTo(10);
        assertThat(server.depth()).isEqualTo(7);
        assertThat(server.count(Event.SERVER_RESET)).isEqualTo(3);
        assertThat(server.requests()).isZero();
    }

    /// 512 buckets of 30 hold 15 360 entries at most.
    @Test
    void anEntryThatTheSyncacheHadToForgetLivesOnAsACookie() {
        ScriptedClient server = new ScriptedClient(
                Stack.named("freebsd-13"),
                ListenerModel.of(20_000, AcceptorModel.never()),
                Map.of(Setting.SOMAXCONN, 20_000L));

        server.send(Event.SYN, 0, 19_000);
        assertThat(server.requests()).isLessThanOrEqualTo(15_360).isGreaterThan(13_000);
        server.send(Event.ACK, 0, 19_000);

        assertThat(server.depth()).isEqualTo(19_000);
        assertThat(server.requests()).isZero();
    }

    @Test
    void windowsRefusesTheSynAndItsClientsTryAgain() {
        SimulationPlan plan = SimulationPlan.of(
                Stack.named("windows"),
                ListenerModel.of(5, AcceptorModel.never()),
                LinkModel.of(Duration.ofMillis(1)),
                new ArrivalModel.Paced(8, 100),
                ClientModel.waitsForServer(Duration.ofSeconds(3)));

        SimulatedRun windows = Simulation.run(plan);
        SimulatedRun linux = Simulation.run(plan.withClientHost(HostModel.of(Stack.named("linux-6.14"))));

        assertThat(windows.surge().outcomes())
                .containsOnly(Map.entry(Outcome.PHANTOM, 5), Map.entry(Outcome.REFUSED, 3));
        assertThat(windows.surge().fates().get(7).ended()).isEqualTo(Duration.ofMillis(1508));
        assertThat(linux.surge().fates().get(7).ended()).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void gvisorAnswersWithCookiesWhateverTheSettingAndDropsInSilence() {
        ScriptedClient server = new ScriptedClient(
                Stack.named("gvisor"), ListenerModel.of(3, AcceptorModel.never()), Map.of(Setting.TCP_SYNCOOKIES, 0L));

        server.send(Event.SYN, 0, 6);
        assertThat(server.requests()).isEqualTo(3);
        assertThat(server.count(Event.SYN_ACK_COOKIE)).isEqualTo(3);
        server.send(Event.ACK, 0, 6);
        assertThat(server.depth()).isEqualTo(4);
        assertThat(server.moved()).containsEntry(LISTEN_OVERFLOWS, 2L);
        server.send(Event.SYN, 7, 8);
        assertThat(server.moved()).containsEntry(LISTEN_OVERFLOWS, 3L).doesNotContainKey(OUT_RSTS);
    }

    @Test
    void deferAcceptOf2624HoldsBareAcksForEver() {
        ScriptedClient server = new ScriptedClient(
                Stack.named("linux-2.6.24"),
                ListenerModel.of(10, AcceptorModel.never()).deferring(Duration.ofSeconds(5)),
                Map.of());

        server.send(Event.SYN, 0, 2).send(Event.ACK, 0, 1);
        server.waitUntil(Duration.ofSeconds(30)).send(Event.ACK, 0, 1);
        assertThat(server.depth()).isZero();
        server.send(Event.DATA, 0, 1);
        assertThat(server.depth()).isEqualTo(1);
    }
}
