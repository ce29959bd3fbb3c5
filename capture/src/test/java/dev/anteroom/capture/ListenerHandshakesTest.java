package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.ListenerHandshakes;
import dev.anteroom.queue.LostSyns;
import dev.anteroom.queue.ResetPhase;
import dev.anteroom.queue.Sign;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What the packets of one listener show together.
class ListenerHandshakesTest {
    private static final int ACK = TcpSegment.ACK;
    private static final int RST = TcpSegment.RST;
    private static final int FIN = TcpSegment.FIN;
    private final Wire wire = new Wire();

    @Test
    void theClockOfTheSynsIsThatOfLinux() {
        wire.next()
                .syn(0)
                .next()
                .syn(0.5)
                .to(0)
                .syn(1.02)
                .to(1)
                .syn(1.53)
                .synAck(1.6)
                .ack(1.6);
        wire.server(1.7, ACK, 1, 1, 5).to(0).syn(2.05);
        ListenerHandshakes listener = only();
        assertThat(listener.listener()).hasToString("198.18.0.2:80");
        assertThat(listener.synRetransmissions()).isEqualTo(Map.of(1, 1L, 2, 1L));
        assertThat(listener.synClock().orElseThrow().schedule()).isEqualTo(LostSyns.Schedule.LINEAR_FIRST);
        assertThat(listener.signs())
                .containsKeys(
                        Sign.SYN_REPEATED_ON_SCHEDULE,
                        Sign.SYN_ANSWERED_LATE,
                        Sign.SYN_NEVER_ANSWERED,
                        Sign.OTHER_SYNS_ANSWERED)
                .doesNotContainKey(Sign.NO_SYN_ANSWERED);
    }

    @Test
    void aPortThatAnswersNobodyIsToldFromOneThatAnswersSome() {
        wire.syn(0).syn(1).next().syn(0.1).syn(1.1);
        assertThat(only().signs()).containsKey(Sign.NO_SYN_ANSWERED).doesNotContainKey(Sign.OTHER_SYNS_ANSWERED);
    }

    @Test
    void theResetOfTheSeedSynSynAckAckRstIsTakenForWhatItIs() {
        wire.syn(0).synAck(0.01).ack(0.02).server(0.03, RST, 1, 0, 0);
        ListenerHandshakes listener = only();
        assertThat(listener.fates()).isEqualTo(Map.of(HandshakeFate.RESET_AFTER_FINAL_ACK, 1L));
        assertThat(listener.resets()).isEqualTo(Map.of(ResetPhase.SERVER_AFTER_FINAL_ACK, 1L));
        assertThat(listener.signs())
                .containsKeys(Sign.RESET_RIGHT_AFTER_HANDSHAKE, Sign.RESET_WITHOUT_ACK_FLAG)
                .doesNotContainKeys(Sign.RESET_WITH_ACK_FLAG, Sign.RESET_FROM_ANOTHER_HOST);
    }

    @Test
    void aResetOverAnotherNumberOfHopsIsOfAnotherHost() {
        wire.syn(0).synAck(0.01).ack(0.02).fromFarther().server(0.03, RST | ACK, 1, 1, 0);
        assertThat(only().signs()).containsKeys(Sign.RESET_FROM_ANOTHER_HOST, Sign.RESET_WITH_ACK_FLAG);
    }

    @Test
    void anAnswerToAClientThatClosedIsTooLateIfTheClientResetsIt() {
        wire.syn(0).synAck(0.01).ack(0.02).request(0.02).server(0.03, ACK, 1, 21, 0);
        wire.client(0.72, ACK | FIN, 21, 1, 0).server(0.73, ACK, 1, 22, 0).server(1.5, ACK, 1, 22, 50);
        wire.client(1.51, RST, 22, 0, 0);
        assertThat(only().signs()).containsKeys(Sign.ANSWER_TOO_LATE, Sign.SLOW_FIRST_BYTE);
    }

    @Test
    void anAnswerToAClientThatOnlyFinishedSendingIsNotTooLate() {
        wire.syn(0).synAck(0.01).ack(0.02).request(0.02).client(0.02, ACK | FIN, 21, 1, 0);
        wire.server(0.03, ACK, 1, 22, 0).server(0.5, ACK | FIN, 1, 22, 50).client(0.51, ACK, 22, 52, 0);
        assertThat(only().signs()).doesNotContainKey(Sign.ANSWER_TOO_LATE);
    }

    @Test
    void aCookieThatCostTheWindowItsScaleShowsWhenMoreThanAWindowWasSent() {
        wire.withoutTimestamps().syn(0).cookie(0.01).ack(0.02).request(0.02);
        for (int sent = 0; sent < 70_000; sent += 1400) {
            wire.server(0.03 + sent * 1e-6, ACK, 1 + sent, 21, 1400);
        }
        assertThat(only().signs()).containsKeys(Sign.SYN_COOKIE_OPTIONS, Sign.WINDOW_NOT_SCALED);
    }

    @Test
    void answersThatComeWhenOthersCloseWaitedForRoomAndNotForAPause() {
        answeredAtOnce(0).answeredAtOnce(0.1);
        ask(4);
        wire.to(0).client(3, ACK | FIN, 21, 10, 0);
        for (int i = 2; i < 6; i++) {
            wire.to(i).server(3.01, ACK, 1, 21, 9);
        }
        assertThat(only().signs())
                .containsKey(Sign.ANSWERS_FOLLOWED_CLOSES)
                .doesNotContainKey(Sign.ANSWERS_CAME_TOGETHER);
    }

    @Test
    void answersThatComeTogetherAfterASilenceTellOfAPause() {
        tenWaitAndThenGetAnswers(5);
        assertThat(only().signs()).containsKeys(Sign.ANSWERS_STOPPED, Sign.ANSWERS_CAME_TOGETHER);
    }

    @Test
    void answersThatComeOneByOneAfterASilenceTellOfNoPause() {
        tenWaitAndThenGetAnswers(4);
        assertThat(only().signs()).containsKey(Sign.ANSWERS_STOPPED).doesNotContainKey(Sign.ANSWERS_CAME_TOGETHER);
    }

    @Test
    void answersToThoseWhoDidNotWaitTellOfNoPause() {
        tenWaitAndThenGetAnswers(1);
        for (int i = 0; i < 10; i++) {
            double at = 3.02 + i / 100.0;
            wire.next().syn(at).synAck(at).ack(at).request(at).server(at, ACK, 1, 21, 9);
        }
        assertThat(only().signs()).doesNotContainKey(Sign.ANSWERS_CAME_TOGETHER);
    }

    /// So many ask, and wait.
    private void ask(int connections) {
        for (int i = 0; i < connections; i++) {
            wire.next().syn(0.2 + i / 100.0).synAck(0.3).ack(0.31).request(0.32).server(0.33, ACK, 1, 21, 0);
        }
    }

    /// So many of them at once.
    private void tenWaitAndThenGetAnswers(int together) {
        answeredAtOnce(0);
        ask(10);
        for (int i = 1; i <= together; i++) {
            wire.to(i).server(3 + i / 100.0, ACK, 1, 21, 9);
        }
        for (int i = together + 1; i <= 10; i++) {
            wire.to(i).server(3.5 + i * 0.3, ACK, 1, 21, 9);
        }
    }

    @Test
    void strangersThatFillTheSynQueueAreManyThoughMostGetNoAnswer() {
        for (int i = 0; i < 60; i++) {
            wire.next().from(i).syn(i / 100.0);
            if (i < 12) {
                wire.synAck(i / 100.0 + 0.001);
            }
        }
        wire.to(0).from(0).synAck(1.1).next().from(61).syn(9);
        assertThat(only().signs()).containsKey(Sign.MANY_STRANGERS_HALF_OPEN);
    }

    @Test
    void largeSegmentsThatNeverArriveAreNoOrdinaryLoss() {
        wire.syn(0).synAck(0.01).ack(0.02).request(0.02).server(0.03, ACK, 1, 21, 0);
        wire.server(0.04, ACK, 1, 21, 1448).server(0.3, ACK, 1, 21, 1448).server(0.9, ACK, 1, 21, 1448);
        assertThat(only().signs()).containsKey(Sign.LARGE_SEGMENTS_REPEATED);
    }

    @Test
    void largeSegmentsOfWhichSomeArriveAreOrdinaryLoss() {
        wire.syn(0).synAck(0.01).ack(0.02).request(0.02).server(0.03, ACK, 1, 21, 1448);
        wire.client(0.04, ACK, 21, 1449, 0).server(0.05, ACK, 1449, 21, 1448);
        wire.server(0.3, ACK, 1449, 21, 1448).server(0.9, ACK, 1449, 21, 1448);
        assertThat(only().signs())
                .containsKey(Sign.SEGMENTS_REPEATED_AFTER_HANDSHAKE)
                .doesNotContainKey(Sign.LARGE_SEGMENTS_REPEATED);
    }

    private ListenerHandshakesTest answeredAtOnce(double at) {
        wire.next().syn(at).synAck(at + 0.01).ack(at + 0.02).request(at + 0.02).server(at + 0.03, ACK, 1, 21, 9);
        return this;
    }

    @Test
    void anIdleConnectionThatIsResetAtItsNextRequestIsNoOverflow() {
        wire.syn(0).synAck(0.1).ack(0.1).request(0.1).server(0.2, ACK, 1, 21, 9);
        wire.server(60.2, ACK | FIN, 10, 21, 0).client(60.21, ACK, 21, 10, 20).server(60.22, RST, 10, 0, 0);
        ListenerHandshakes listener = only();
        assertThat(listener.fates()).containsOnlyKeys(HandshakeFate.ANSWERED);
        assertThat(listener.signs()).containsKeys(Sign.RESET_OF_IDLE_CONNECTION, Sign.RESET_AFTER_ANSWER);
        assertThat(listener.resets()).containsOnlyKeys(ResetPhase.SERVER_AFTER_ANSWER);
    }

    @Test
    void resetsOfManyConnectionsInOneMomentStandOut() {
        for (int i = 0; i < 10; i++) {
            wire.next().syn(0).synAck(0.01).ack(0.02);
        }
        for (int i = 0; i < 10; i++) {
            wire.to(i).server(5 + i * 0.001, RST | ACK, 1, 1, 0);
        }
        assertThat(seen(only(), Sign.RESETS_AT_ONE_MOMENT).count()).isEqualTo(10);
    }

    @Test
    void aPacketOnTwoInterfacesCountsOnce() {
        wire.syn(0).recordedAgain().synAck(0.1).recordedAgain().ack(0.2);
        wire.request(0.2).recordedAgain().server(0.3, ACK, 1, 21, 5).recordedAgain();
        HandshakeTally tally = wire.finish();
        assertThat(tally.duplicates()).isEqualTo(4);
        assertThat(tally.fates()).isEqualTo(Map.of(HandshakeFate.ANSWERED, 1L));
        assertThat(tally.listeners().getFirst().signs()).doesNotContainKey(Sign.SYN_REPEATED_ON_SCHEDULE);
    }

    @Test
    void anIcmpErrorIsARejectionAndNoSilence() {
        wire.syn(0).unreachable(0.1);
        HandshakeTally tally = wire.finish();
        assertThat(tally.fates()).isEqualTo(Map.of(HandshakeFate.REJECTED, 1L));
        assertThat(tally.listeners().getFirst().signs()).containsKey(Sign.SYN_ANSWERED_BY_ICMP);
        assertThat(tally.examples().getFirst().events().getLast().flags()).isEqualTo("ICMP unreachable");
    }

    @Test
    void ofOneDirectionAloneNothingIsConcluded() {
        wire.syn(0).ack(0.1).request(0.1).request(0.3);
        wire.next().synAck(0.1).synAck(1.1);
        ListenerHandshakes listener = only();
        assertThat(listener.fates()).isEqualTo(Map.of(HandshakeFate.ONE_SIDED, 2L));
        assertThat(listener.signs()).containsKey(Sign.ONE_DIRECTION_ONLY).doesNotContainKey(Sign.SYN_NEVER_ANSWERED);
    }

    @Test
    void aSynAckBeforeWhichTheRecordingBeganOpensTheConnectionToo() {
        wire.synAck(0.1).ack(0.2).request(0.2).server(0.3, ACK, 1, 21, 5);
        ListenerHandshakes listener = only();
        assertThat(listener.listener()).hasToString("198.18.0.2:80");
        assertThat(listener.fates()).isEqualTo(Map.of(HandshakeFate.ANSWERED, 1L));
    }

    @Test
    void whereBothSidesOpenAtOnceThereIsOneConnection() {
        wire.syn(0).server(0.01, TcpSegment.SYN, 0, 0, 0);
        wire.client(0.1, TcpSegment.SYN | ACK, 0, 1, 0).server(0.11, TcpSegment.SYN | ACK, 0, 1, 0);
        wire.client(0.2, ACK, 1, 1, 0).server(0.3, ACK, 1, 1, 7);
        HandshakeTally tally = wire.finish();
        assertThat(tally.connections()).isEqualTo(1);
        assertThat(tally.examples().getFirst().events().get(1).kernel()).contains("both sides open at once");
    }

    @Test
    void whoWaitsForAnAnswerIsCountedOverTime() {
        for (int i = 0; i < 5; i++) {
            wire.next().syn(i * 0.001).synAck(0.01 + i * 0.001).ack(0.1 + i * 0.001);
        }
        for (int i = 0; i < 5; i++) {
            wire.to(i).server(1 + i, ACK, 1, 1, 5);
        }
        ListenerHandshakes listener = only();
        assertThat(listener.waiting().most()).isEqualTo(5);
        assertThat(listener.waiting().highest()).endsWith(1);
        assertThat(listener.waiting().from()).isEqualTo(Duration.ofMillis(100));
        assertThat(listener.firstByte().max()).isBetween(Duration.ofMillis(4800), Duration.ofMillis(5000));
        assertThat(seen(listener, Sign.SLOW_FIRST_BYTE).count()).isEqualTo(4);
    }

    @Test
    void theStackOfTheServerShowsInItsSynAck() {
        wire.syn(0).synAck(0.1);
        assertThat(only().signs()).containsKey(Sign.SERVER_IS_LINUX);
    }

    @Test
    void aFloodOfStrangersIsTakenForNoSurge() {
        for (int i = 0; i < 60; i++) {
            wire.next().from(i).syn(i * 0.01).synAck(0.01 + i * 0.01).synAck(1.01 + i * 0.01);
        }
        assertThat(seen(only(), Sign.MANY_STRANGERS_HALF_OPEN).detail()).isEqualTo("from 60 addresses");
    }

    @Test
    void aScanOfManyPortsFillsNoMemory() {
        Handshakes handshakes = new Handshakes();
        TcpSegment syn = new TcpSegment();
        ByteBuffer packet = ByteBuffer.allocate(100);
        for (int port = 1; port < 20_001; port++) {
            syn.fromIpv4(1, 2).toIpv4(3, port).numbers(TcpSegment.SYN, port, 0);
            syn.write(packet.clear(), ByteBuffer.allocate(0));
            handshakes.packet(port * 1000L, false, packet.flip());
        }
        HandshakeTally tally = handshakes.finish();
        assertThat(tally.listeners()).hasSize(Handshakes.MOST_LISTENERS);
        assertThat(tally.unlisted()).isEqualTo(10_000);
        assertThat(tally.connections()).isEqualTo(20_000);
    }

    private static ListenerHandshakes.Seen seen(ListenerHandshakes listener, Sign sign) {
        return Objects.requireNonNull(listener.signs().get(sign), sign::id);
    }

    private ListenerHandshakes only() {
        HandshakeTally tally = wire.finish();
        assertThat(tally.listeners()).hasSize(1);
        return tally.listeners().getFirst();
    }
}
