package dev.anteroom.simulator;

import static dev.anteroom.queue.Counter.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What was measured on Linux 6.18, segment by segment.
class HandshakesTest {
    private static final long HUGE = 1 << 20;
    private static final Map<Setting, Long> COOKIES_OFF =
            Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, HUGE);
    private static final Map<Setting, Long> COOKIES_ON = Map.of(Setting.TCP_SYNCOOKIES, 1L);
    private static final Map<Setting, Long> ALWAYS_COOKIES = Map.of(Setting.TCP_SYNCOOKIES, 2L);
    private static final Map<Setting, Long> ABORT =
            Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, HUGE, Setting.TCP_ABORT_ON_OVERFLOW, 1L);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 10, 50, 128})
    void theAcceptQueueHoldsOneMoreThanItsLimitAndTheRestIsDropped(int backlog) {
        ScriptedClient server = ScriptedClient.of(backlog, COOKIES_ON).connect(0, backlog + 1);

        server.connect(backlog + 1, backlog + 2);
        assertThat(server.depth()).isEqualTo(backlog + 1);
        assertThat(server.moved())
                .containsOnly(
                        Map.entry(PASSIVE_OPENS, backlog + 1L),
                        Map.entry(LISTEN_OVERFLOWS, 1L),
                        Map.entry(LISTEN_DROPS, 1L),
                        // The ACK of a client that was never answered.
                        Map.entry(OUT_RSTS, 1L));
        assertThat(server.dropEvents()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,2", "2,3", "3,4", "7,8", "8,9", "10,11", "16,17", "100,101"})
    void withoutCookiesTheSynQueueDropsWhatDoesNotFit(int backlog, int fits) {
        ScriptedClient server = ScriptedClient.of(backlog, COOKIES_OFF).send(Event.SYN, 0, fits + 4);

        assertThat(server.requests()).isEqualTo(fits);
        assertThat(server.count(Event.SYN_ACK)).isEqualTo(fits);
        assertThat(server.moved()).containsOnly(Map.entry(REQ_Q_FULL_DROP, 4L), Map.entry(LISTEN_DROPS, 4L));
        assertThat(server.dropEvents()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,3", "3,4", "4,4", "5,5", "8,7", "16,13", "64,49", "100,76", "128,97", "256,193"})
    void aQuarterOfMaxSynBacklogIsKeptFromUnprovenPeers(long maxSynBacklog, int fits) {
        ScriptedClient server = ScriptedClient.of(
                        1000, Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, maxSynBacklog))
                .send(Event.SYN, 0, 300);

        assertThat(server.requests()).isEqualTo(fits);
        assertThat(server.moved()).containsOnly(Map.entry(LISTEN_DROPS, 300L - fits));
    }

    @Test
    void withCookiesMaxSynBacklogPlaysNoPart() {
        ScriptedClient server = ScriptedClient.of(
                        100, Map.of(Setting.TCP_SYNCOOKIES, 1L, Setting.TCP_MAX_SYN_BACKLOG, 1L))
                .send(Event.SYN, 0, 120);

        assertThat(server.requests()).isEqualTo(101);
        assertThat(server.count(Event.SYN_ACK_COOKIE)).isEqualTo(19);
        assertThat(server.moved()).containsOnly(Map.entry(REQ_Q_FULL_DO_COOKIES, 19L), Map.entry(SYNCOOKIES_SENT, 19L));
    }

    @Test
    void withCookiesForEverySynNoneIsKept() {
        ScriptedClient server = ScriptedClient.of(10, ALWAYS_COOKIES).send(Event.SYN, 0, 20);

        assertThat(server.requests()).isZero();
        assertThat(server.count(Event.SYN_ACK_COOKIE)).isEqualTo(20);
        assertThat(server.moved()).containsOnly(Map.entry(REQ_Q_FULL_DO_COOKIES, 20L), Map.entry(SYNCOOKIES_SENT, 20L));
    }

    @Test
    void aSynThatMeetsAFullAcceptQueueIsDroppedEvenWhereACookieIsDue() {
        ScriptedClient server = ScriptedClient.of(5, ALWAYS_COOKIES).connect(0, 6);
        assertThat(server.depth()).isEqualTo(6);

        server.send(Event.SYN, 10, 15);

        assertThat(server.count(Event.SYN_ACK_COOKIE)).isEqualTo(6);
        assertThat(server.moved())
                .containsEntry(LISTEN_OVERFLOWS, 5L)
                .containsEntry(LISTEN_DROPS, 5L)
                .containsEntry(REQ_Q_FULL_DO_COOKIES, 6L + 5);
        assertThat(server.dropEvents()).isEqualTo(5);
    }

    @Test
    void aFinalAckThatMeetsAFullQueueIsDroppedAndTheSynAckRepeated() {
        ScriptedClient server = overflowAtAck(COOKIES_OFF);

        assertThat(server.moved())
                .containsOnly(
                        Map.entry(PASSIVE_OPENS, 9L), Map.entry(LISTEN_OVERFLOWS, 3L), Map.entry(LISTEN_DROPS, 3L));
        assertThat(server.dropEvents()).isEqualTo(6);
        server.waitUntil(Duration.ofSeconds(62));
        assertThat(server.requests()).isEqualTo(3);
        server.waitUntil(Duration.ofSeconds(64));
        assertThat(server.requests()).isZero();
        assertThat(server.times(Event.SYN_ACK, 9)).containsExactly(0.0, 1.0, 3.0, 7.0, 15.0, 31.0);
        assertThat(server.moved())
                .containsOnly(
                        Map.entry(PASSIVE_OPENS, 9L),
                        Map.entry(LISTEN_OVERFLOWS, 3L),
                        Map.entry(LISTEN_DROPS, 3L),
                        Map.entry(TCP_TIMEOUTS, 18L),
                        Map.entry(TCP_SYN_RETRANS, 15L));
    }

    @Test
    void withAbortOnOverflowItIsResetInstead() {
        ScriptedClient server = overflowAtAck(ABORT);

        assertThat(server.count(Event.SERVER_RESET)).isEqualTo(3);
        assertThat(server.requests()).isZero();
        assertThat(server.moved())
                .containsOnly(
                        Map.entry(PASSIVE_OPENS, 9L),
                        Map.entry(LISTEN_OVERFLOWS, 3L),
                        Map.entry(LISTEN_DROPS, 3L),
                        Map.entry(EMBRYONIC_RSTS, 3L),
                        Map.entry(OUT_RSTS, 3L));
        assertThat(server.dropEvents()).isEqualTo(6);
    }

    /// Limit 8: three requests first, then nine connections that fill the queue, then the ACKs of the three.
    private static ScriptedClient overflowAtAck(Map<Setting, Long> settings) {
        return ScriptedClient.of(8, settings)
                .send(Event.SYN, 9, 12)
                .connect(0, 9)
                .send(Event.ACK, 9, 12);
    }

    @Test
    void aSlotThatFreesLetsTheNextSegmentOfTheClientIn() {
        ScriptedClient server = overflowAtAck(COOKIES_OFF);

        assertThat(server.accept()).isZero();
        server.send(Event.DATA, 9, 11);

        assertThat(server.depth()).isEqualTo(9);
        assertThat(server.requests()).isEqualTo(2);
        assertThat(server.count(Event.DATA_ACKED)).isEqualTo(1);
        assertThat(server.moved()).containsEntry(PASSIVE_OPENS, 10L).containsEntry(LISTEN_OVERFLOWS, 4L);
    }

    @Test
    void requestsWhoseAckCameKeepTheirPlaceAfterTheAcceptQueueDrained() {
        ScriptedClient server = ScriptedClient.of(4, COOKIES_OFF)
                .send(Event.SYN, 10, 14)
                .connect(0, 5)
                .send(Event.ACK, 10, 14);
        for (int i = 0; i < 5; i++) {
            server.accept();
        }

        server.send(Event.SYN, 20, 23);

        assertThat(server.count(Event.SYN_ACK)).isEqualTo(4 + 5 + 1);
        assertThat(server.moved()).containsEntry(REQ_Q_FULL_DROP, 2L);
    }

    @Test
    void aCookieThatMeetsAFullQueueIsDroppedInSilenceWhateverAbortOnOverflowSays() {
        ScriptedClient server = ScriptedClient.of(
                        3, Map.of(Setting.TCP_SYNCOOKIES, 2L, Setting.TCP_ABORT_ON_OVERFLOW, 1L))
                .send(Event.SYN, 0, 7)
                .send(Event.ACK, 0, 7);

        assertThat(server.depth()).isEqualTo(4);
        assertThat(server.count(Event.SERVER_RESET)).isZero();
        assertThat(server.moved())
                .containsOnly(
                        Map.entry(REQ_Q_FULL_DO_COOKIES, 7L),
                        Map.entry(SYNCOOKIES_SENT, 7L),
                        Map.entry(SYNCOOKIES_RECV, 7L),
                        Map.entry(PASSIVE_OPENS, 4L),
                        Map.entry(LISTEN_OVERFLOWS, 3L),
                        Map.entry(LISTEN_DROPS, 3L));
        assertThat(server.dropEvents()).isEqualTo(3);
        server.waitUntil(Duration.ofSeconds(70));
        assertThat(server.count(Event.SYN_ACK_COOKIE)).isEqualTo(7);
    }

    @Test
    void aDroppedCookieIsSavedByDataOrFinButNotByAnAckBehindThem() {
        ScriptedClient server =
                ScriptedClient.of(0, ALWAYS_COOKIES).send(Event.SYN, 0, 4).send(Event.ACK, 0, 4);
        assertThat(server.accept()).isZero();

        server.send(Event.ACK_PAST_DATA, 1, 2);
        assertThat(server.depth()).isZero();
        assertThat(server.moved()).containsEntry(SYNCOOKIES_FAILED, 1L).containsEntry(OUT_RSTS, 1L);

        server.send(Event.DATA, 2, 3);
        assertThat(server.depth()).isEqualTo(1);
        assertThat(server.accept()).isEqualTo(2);
        server.send(Event.FIN, 3, 4);
        assertThat(server.accept()).isEqualTo(3);
    }

    @Test
    void aCookieIsGoodForItsMinuteAndTheNext() {
        ScriptedClient server = ScriptedClient.of(5, ALWAYS_COOKIES).send(Event.SYN, 0, 2);

        server.waitUntil(Duration.ofSeconds(119)).send(Event.ACK, 0, 1);
        assertThat(server.depth()).isEqualTo(1);
        server.waitUntil(Duration.ofMinutes(2)).send(Event.ACK, 1, 2);
        assertThat(server.moved()).containsEntry(SYNCOOKIES_FAILED, 1L).containsEntry(OUT_RSTS, 1L);
    }

    @Test
    void anAckWithoutRequestIsResetAndCountsNoCookieUnlessOneWasSent() {
        ScriptedClient server = ScriptedClient.of(5, COOKIES_ON).send(Event.ACK, 0, 1);

        assertThat(server.moved()).containsOnly(Map.entry(OUT_RSTS, 1L));
        assertThat(server.dropEvents()).isZero();
    }

    @Test
    void aDuplicateSynIsAnsweredOnceInHalfASecondAndIsADropEventEachTime() {
        ScriptedClient server = ScriptedClient.of(5, COOKIES_ON).send(Event.SYN, 0, 1);

        server.waitUntil(Duration.ofMillis(200)).send(Event.SYN, 0, 1);
        server.waitUntil(Duration.ofMillis(300)).send(Event.SYN, 0, 1);
        server.waitUntil(Duration.ofMillis(750)).send(Event.SYN, 0, 1);

        assertThat(server.times(Event.SYN_ACK, 0)).containsExactly(0.0, 0.2, 0.75);
        assertThat(server.dropEvents()).isEqualTo(3);
        assertThat(server.moved()).containsOnly(Map.entry(TCP_SYN_RETRANS, 2L));
        server.waitUntil(Duration.ofSeconds(2));
        assertThat(server.times(Event.SYN_ACK, 0)).containsExactly(0.0, 0.2, 0.75, 1.75);
    }

    @Test
    void aResetEndsARequest() {
        ScriptedClient server =
                ScriptedClient.of(5, COOKIES_ON).send(Event.SYN, 0, 1).send(Event.CLIENT_RESET, 0, 1);

        assertThat(server.requests()).isZero();
        assertThat(server.dropEvents()).isEqualTo(1);
        assertThat(server.moved()).containsOnly(Map.entry(ATTEMPT_FAILS, 1L), Map.entry(EMBRYONIC_RSTS, 1L));
        server.waitUntil(Duration.ofSeconds(70));
        assertThat(server.count(Event.SYN_ACK)).isEqualTo(1);
    }

    /// docs/proofs/reset-past-data.py on 6.18.44: the client that is gone resets the ACK that it gets, and that counts.
    @Test
    void aResetPastDataEndsARequestOnlyWhenItComesAgainWithTheNumberExpected() {
        ScriptedClient server = ScriptedClient.on("linux-6.18.44", 5, COOKIES_ON)
                .send(Event.SYN, 0, 1)
                .send(Event.CLIENT_ABORT_PAST_DATA, 0, 1);

        assertThat(server.requests()).isEqualTo(1);
        assertThat(server.count(Event.CHALLENGE_ACK)).isEqualTo(1);
        assertThat(server.dropEvents()).isEqualTo(1);
        assertThat(server.moved()).isEmpty();

        server.send(Event.CLIENT_ABORT_PAST_DATA, 0, 1);
        assertThat(server.count(Event.CHALLENGE_ACK)).isEqualTo(1);
        assertThat(server.dropEvents()).isEqualTo(2);

        server.send(Event.CLIENT_RESET, 0, 1);
        assertThat(server.requests()).isZero();
        assertThat(server.dropEvents()).isEqualTo(3);
        assertThat(server.moved()).containsOnly(Map.entry(ATTEMPT_FAILS, 1L), Map.entry(EMBRYONIC_RSTS, 1L));
    }

    @Test
    void upTo6_18_19AResetPastDataEndsARequest() {
        ScriptedClient server = ScriptedClient.on("linux-6.18.19", 5, COOKIES_ON)
                .send(Event.SYN, 0, 1)
                .send(Event.CLIENT_ABORT_PAST_DATA, 0, 1);

        assertThat(server.requests()).isZero();
        assertThat(server.dropEvents()).isEqualTo(1);
        assertThat(server.moved()).containsOnly(Map.entry(ATTEMPT_FAILS, 1L), Map.entry(EMBRYONIC_RSTS, 1L));
    }

    @Test
    void aDuplicateSynAndAResetPastDataAreAnsweredTwiceASecondTogether() {
        ScriptedClient server = ScriptedClient.on("linux-6.18.44", 5, COOKIES_ON)
                .send(Event.SYN, 0, 1)
                .send(Event.SYN, 0, 1)
                .send(Event.CLIENT_ABORT_PAST_DATA, 0, 1);

        assertThat(server.count(Event.SYN_ACK)).isEqualTo(2);
        assertThat(server.count(Event.CHALLENGE_ACK)).isZero();
        assertThat(server.dropEvents()).isEqualTo(2);
    }

    /// A reset with an ACK, as of SO_LINGER 0, and one without, as in answer to a segment; measured on 6.18.44.
    @Test
    void onlyAResetWithoutAckIsADropEventWhereItMeetsNoConnection() {
        assertThat(ScriptedClient.of(5, COOKIES_ON)
                        .send(Event.CLIENT_ABORT, 0, 1)
                        .dropEvents())
                .isZero();
        assertThat(ScriptedClient.of(5, COOKIES_ON)
                        .send(Event.CLIENT_RESET, 0, 1)
                        .dropEvents())
                .isEqualTo(1);
    }

    @Test
    void aConnectionThatItsClientResetKeepsItsPlaceInTheQueue() {
        ScriptedClient server = ScriptedClient.of(2, COOKIES_ON).connect(0, 3).send(Event.CLIENT_RESET, 1, 2);

        assertThat(server.depth()).isEqualTo(3);
        assertThat(server.moved()).containsOnly(Map.entry(PASSIVE_OPENS, 3L), Map.entry(ESTAB_RESETS, 1L));
        assertThat(server.dropEvents()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 3", "2, 7", "3, 15", "5, 63"})
    void aRequestIsGivenUpAfterItsRetries(long retries, int goneAfter) {
        ScriptedClient server = ScriptedClient.of(100, Map.of(Setting.TCP_SYNACK_RETRIES, retries));

        server.send(Event.SYN, 0, 1).waitUntil(Duration.ofMillis(goneAfter * 1000L - 1));
        assertThat(server.requests()).isEqualTo(1);
        server.waitUntil(Duration.ofMillis(goneAfter * 1000L));
        assertThat(server.requests()).isZero();
        assertThat(server.count(Event.SYN_ACK)).isEqualTo(1 + retries);
        assertThat(server.count(Event.SERVER_RESET)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"16, 17, 8", "16, 9, 8", "16, 8, 8", "8, 5, 4", "100, 101, 50", "3, 4, 4", "0, 1, 1"})
    void oldRequestsArePrunedToHalfOfTheLimit(int backlog, int syns, int survive) {
        ScriptedClient server = ScriptedClient.of(backlog, COOKIES_OFF).send(Event.SYN, 0, syns);

        server.waitUntil(Duration.ofSeconds(8));
        assertThat(server.requests()).isEqualTo(survive);
        server.waitUntil(Duration.ofSeconds(64));
        assertThat(server.requests()).isZero();
        assertThat(server.count(Event.SYN_ACK)).isEqualTo((syns - survive) * 3L + survive * 6L);
    }

    @Test
    void deferAcceptHoldsBareAcksBackUntilItsPeriodsAreOver() {
        ScriptedClient server = new ScriptedClient(
                Stack.named("linux-6.14"),
                ListenerModel.of(10, AcceptorModel.never()).deferring(Duration.ofSeconds(5)),
                COOKIES_ON);

        server.send(Event.SYN, 0, 3).send(Event.ACK, 0, 2);
        assertThat(server.moved()).containsOnly(Map.entry(TCP_DEFER_ACCEPT_DROP, 2L));
        assertThat(server.dropEvents()).isEqualTo(2);
        assertThat(server.requests()).isEqualTo(3);

        // Data goes through at once.
        server.send(Event.DATA, 1, 2);
        assertThat(server.depth()).isEqualTo(1);

        // The third period ends at 7 s, and only then is the SYN-ACK sent again.
        server.waitUntil(Duration.ofMillis(7100));
        assertThat(server.times(Event.SYN_ACK, 0)).containsExactly(0.0, 7.0);
        assertThat(server.times(Event.SYN_ACK, 2)).containsExactly(0.0, 1.0, 3.0, 7.0);
        server.send(Event.ACK, 0, 1);
        assertThat(server.depth()).isEqualTo(2);
    }

    /// TCP_FASTOPEN 2: the data of two SYNs is taken, the other three fall back to an ordinary handshake.
    @Test
    void fastOpenTakesAsManySynsAsItsQueueHoldsAndFallsBackForTheRest() {
        ScriptedClient server = new ScriptedClient(
                Stack.named("linux-6.14"),
                ListenerModel.of(10, AcceptorModel.never()).openingFast(2),
                Map.of(Setting.TCP_FASTOPEN, 3L));

        server.send(Event.SYN_WITH_DATA, 0, 5);

        assertThat(server.count(Event.SYN_ACK_OF_DATA)).isEqualTo(2);
        assertThat(server.count(Event.SYN_ACK)).isEqualTo(3);
        assertThat(server.depth()).isEqualTo(2);
        assertThat(server.requests()).isEqualTo(3);
        assertThat(server.moved())
                .containsOnly(Map.entry(PASSIVE_OPENS, 2L), Map.entry(TCP_FAST_OPEN_LISTEN_OVERFLOW, 3L));

        server.send(Event.ACK, 0, 1).send(Event.SYN_WITH_DATA, 5, 6);
        assertThat(server.count(Event.SYN_ACK_OF_DATA)).isEqualTo(3);
    }

    @Test
    void withoutTheSettingFastOpenIsAnOrdinaryHandshake() {
        ScriptedClient server = new ScriptedClient(
                Stack.named("linux-6.14"),
                ListenerModel.of(10, AcceptorModel.never()).openingFast(2),
                Map.of(Setting.TCP_FASTOPEN, 1L));

        server.send(Event.SYN_WITH_DATA, 0, 1);

        assertThat(server.count(Event.SYN_ACK)).isEqualTo(1);
        assertThat(server.moved()).isEmpty();
    }

    @Test
    void aListenerOfItsOwnRetriesDoesNotReadTheSysctl() {
        ListenerModel model = new ListenerModel(5, Duration.ZERO, OptionalInt.of(2), 0, AcceptorModel.never());
        ScriptedClient server = new ScriptedClient(Stack.named("linux-6.14"), model, COOKIES_ON);

        server.send(Event.SYN, 0, 1).waitUntil(Duration.ofSeconds(70));

        assertThat(server.times(Event.SYN_ACK, 0)).containsExactly(0.0, 1.0, 3.0);
    }

    @Property(tries = 200)
    void noQueueEverHoldsMoreThanItsCapacityAndEveryDropIsCounted(
            @ForAll @IntRange(max = 40) int backlog,
            @ForAll @IntRange(max = 2) int cookies,
            @ForAll @IntRange(max = 1) int abort,
            @ForAll List<@IntRange(max = 799) Integer> script) {
        ScriptedClient server = ScriptedClient.of(
                backlog, Map.of(Setting.TCP_SYNCOOKIES, (long) cookies, Setting.TCP_ABORT_ON_OVERFLOW, (long) abort));
        int[] kinds = {Event.SYN, Event.SYN, Event.ACK, Event.ACK, Event.DATA, Event.FIN, Event.CLIENT_RESET};
        long time = 0;
        for (int step : script) {
            time += step * 3_000_000L;
            server.waitUntil(Duration.ofNanos(time)).send(kinds[step % kinds.length], step % 97, step % 97 + 1);

            assertThat(server.depth()).isBetween(0, backlog + 1);
            assertThat(server.requests()).isBetween(0, backlog + 1);
        }
        Map<Counter, Long> moved = server.moved();
        long overflows = moved.getOrDefault(LISTEN_OVERFLOWS, 0L);
        long drops = moved.getOrDefault(LISTEN_DROPS, 0L);
        assertThat(drops).isGreaterThanOrEqualTo(overflows + moved.getOrDefault(REQ_Q_FULL_DROP, 0L));
        assertThat(server.dropEvents()).isGreaterThanOrEqualTo(drops);
        assertThat(moved.getOrDefault(OUT_RSTS, 0L)).isEqualTo(server.count(Event.SERVER_RESET));
        assertThat(moved.getOrDefault(SYNCOOKIES_SENT, 0L)).isEqualTo(server.count(Event.SYN_ACK_COOKIE));
    }
}
