package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeEvent;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandshakesTest {
    private static final int ACK = TcpSegment.ACK;
    private static final int RST = TcpSegment.RST;
    private static final int FIN = TcpSegment.FIN;
    private final Wire wire = new Wire();

    @Test
    void anAnswerMakesItAnsweredAndItsLadderGoesOnToTheEnd() {
        wire.syn(0).synAck(0.1).ack(0.1).request(0.1).server(0.2, ACK, 1, 21, 0).server(0.3, ACK | FIN, 1, 21, 50);
        Handshake handshake = only(wire.client(0.3, ACK | FIN, 21, 52, 0).server(0.4, ACK, 52, 22, 0));
        assertThat(handshake.fate()).isEqualTo(HandshakeFate.ANSWERED);
        assertThat(handshake.client()).hasToString("198.18.0.1:40000");
        assertThat(handshake.server()).hasToString("198.18.0.2:80");
        assertThat(handshake.start()).isEqualTo(Instant.parse("2025-11-25T12:00:00Z"));
        assertThat(handshake.events())
                .extracting(HandshakeEvent::flags)
                .startsWith("SYN", "SYN ACK", "ACK", "PSH ACK", "ACK", "FIN ACK", "FIN ACK");
        assertThat(handshake.events()).extracting(HandshakeEvent::sequence).startsWith(0L, 0L, 1L, 1L, 1L, 1L, 21L);
        assertThat(handshake.events().get(5).kernel()).contains("a program has accepted it");
        assertThat(handshake.events().get(2).kernel()).isEqualTo("into the accept queue");
    }

    @Test
    void aSynSentAgainMakesTheAnswerLate() {
        Handshake handshake = only(wire.syn(0).syn(1.02).synAck(1.03).ack(1.03).server(1.1, ACK, 1, 1, 5));
        assertThat(handshake.fate()).isEqualTo(HandshakeFate.ANSWERED_LATE);
        assertThat(handshake.synRetransmissions()).isEqualTo(1);
        assertThat(handshake.events().get(1).at()).isEqualTo(Duration.ofMillis(1020));
        assertThat(handshake.events().get(1).again()).isTrue();
        assertThat(handshake.events().getFirst().kernel()).contains("queue is full, or filtered or lost");
    }

    /// A sum of the halves of an address and of the port is the same for all of these.
    @Test
    void endsThatSomebodyChoseToMeetAreFollowedAsAnyOthers() {
        Handshakes handshakes = new Handshakes();
        TcpSegment syn = new TcpSegment().numbers(TcpSegment.SYN, 1, 0);
        ByteBuffer packet = ByteBuffer.allocate(100);
        long network = 0x2001_0db8_0000_0000L;
        for (int k = 1; k < 5200; k++) {
            syn.fromIpv6(network, ((0xffffL - k) << 48) | 1, k).toIpv6(network, 2, 80);
            syn.write(packet.clear(), ByteBuffer.allocate(0));
            handshakes.packet(k, false, packet.flip());
        }
        assertThat(handshakes.open()).isEqualTo(5199);
    }

    @Test
    void silenceToASynNamesTheQueuesAndTheFirewallAlike() {
        Handshake handshake = only(wire.syn(0).syn(1).syn(2));
        assertThat(handshake.fate()).isEqualTo(HandshakeFate.SYN_UNANSWERED);
        assertThat(handshake.fate().meaning()).contains("accept queue", "SYN queue", "filtered");
    }

    @Test
    void aResetToTheSynIsARefusalAlsoIfTheClientTriesAgain() {
        wire.syn(0).server(0.1, RST | ACK, 0, 1, 0).syn(0.6).server(0.7, RST | ACK, 0, 1, 0);
        assertThat(only(wire).fate()).isEqualTo(HandshakeFate.REFUSED);
    }

    @Test
    void aSynAckThatComesAgainAfterTheFinalAckShowsThatItWasIgnored() {
        Handshake handshake = only(wire.syn(0)
                .synAck(0.1)
                .ack(0.1)
                .synAck(1.1)
                .ack(1.1)
                .synAck(3.1)
                .ack(3.1));
        assertThat(handshake.fate()).isEqualTo(HandshakeFate.FINAL_ACK_IGNORED);
        assertThat(handshake.synAckRetransmissions()).isEqualTo(2);
        assertThat(handshake.events().get(2).kernel())
                .isEqualTo("accept queue full: dropped, the request stays in the SYN queue");
        assertThat(handshake.events().get(3).kernel()).contains("the ACK did not count");
        assertThat(handshake.events().get(4).kernel()).isEqualTo("dropped again");
    }

    @Test
    void dataSentAgainMayFindRoomAtLast() {
        wire.syn(0).synAck(0.1).ack(0.1).request(0.1).request(0.3).request(0.7);
        Handshake handshake = only(wire.server(0.8, ACK, 1, 21, 0).server(0.9, ACK, 1, 21, 9));
        assertThat(handshake.fate()).isEqualTo(HandshakeFate.ANSWERED_LATE);
        assertThat(handshake.dataRetransmissions()).isEqualTo(2);
        assertThat(handshake.events().get(2).kernel()).contains("accept queue full");
        assertThat(handshake.events().get(5).kernel()).isEqualTo("room at last: into the accept queue");
        assertThat(handshake.events().get(6).kernel()).contains("no program need have accepted it");
    }

    @Test
    void aFinalAckThatTheLinkLostWasNotIgnored() {
        Handshake handshake = only(wire.syn(0).synAck(0.1).lost().ack(0.1).synAck(1.1));
        assertThat(handshake.fate()).isNotEqualTo(HandshakeFate.FINAL_ACK_IGNORED);
        assertThat(handshake.events().get(2).lost()).isTrue();
        assertThat(handshake.events().get(2).kernel()).contains("lost on the link");
        assertThat(handshake.events().get(3).kernel()).contains("no final ACK has come");
    }

    @Test
    void dataThatNobodyAcknowledgesIsAPhantomAndTheMissingOptionsBetrayTheCookie() {
        wire.withoutTimestamps()
                .syn(0)
                .cookie(0.1)
                .ack(0.1)
                .request(0.1)
                .request(0.3)
                .request(0.7);
        Handshake handshake = only(wire);
        assertThat(handshake.fate()).isEqualTo(HandshakeFate.DATA_IGNORED);
        assertThat(handshake.cookieSuspected()).isTrue();
        assertThat(handshake.events().getFirst().kernel()).contains("nothing is kept");
        assertThat(handshake.events().get(1).kernel()).contains("SYN cookie");
        assertThat(handshake.events().get(2).kernel()).contains("nothing is kept");
    }

    @Test
    void onlyWithTimestampsMayAnAnswerBeACookieThatDoesNotShow() {
        Handshake stamped = only(wire.syn(0).synAck(0.1).ack(0.1));
        Handshake plain = only(new Wire().withoutTimestamps().syn(0).synAck(0.1).ack(0.1));
        Handshake kept = only(new Wire().syn(0).synAck(0.1).synAck(1.1));
        assertThat(stamped.events().getFirst().kernel()).isEqualTo("into the SYN queue, or answered with a SYN cookie");
        assertThat(plain.events().getFirst().kernel()).isEqualTo("into the SYN queue");
        assertThat(kept.events().getFirst().kernel()).isEqualTo("into the SYN queue");
    }

    @Test
    void anAnswerWithTheOptionsOfTheClientIsNotTakenForACookie() {
        assertThat(only(wire.withoutTimestamps().syn(0).synAck(0.1)).cookieSuspected())
                .isFalse();
    }

    @Test
    void resetsAreToldApartByTheStateThatTheyHit() {
        wire.syn(0).synAck(0.1).ack(0.1).request(0.1).server(0.2, RST, 1, 0, 0);
        wire.next().syn(0).synAck(0.1).server(0.15, RST, 1, 0, 0);
        wire.next().syn(0).synAck(0.1).client(0.2, RST, 1, 0, 0);
        wire.next()
                .syn(0)
                .synAck(0.1)
                .ack(0.1)
                .request(0.1)
                .server(0.2, ACK, 1, 21, 0)
                .server(0.3, RST, 1, 0, 0);
        assertThat(wire.finish().fates())
                .isEqualTo(Map.of(
                        HandshakeFate.RESET_AFTER_FINAL_ACK, 1L,
                        HandshakeFate.RESET_IN_HANDSHAKE, 1L,
                        HandshakeFate.ABORTED, 1L,
                        HandshakeFate.RESET_LATER, 1L));
    }

    @Test
    void silencesAreToldApartByWhoSpokeLast() {
        wire.syn(0).synAck(0.1).ack(0.1);
        wire.next().syn(0).synAck(0.1).ack(0.1).request(0.1).server(0.2, ACK, 1, 21, 0);
        wire.next().syn(0).synAck(0.1).ack(0.1).server(0.2, FIN | ACK, 1, 1, 0);
        wire.next().syn(0).synAck(0.1).synAck(1.1);
        wire.next().syn(5);
        assertThat(wire.finish().fates())
                .isEqualTo(Map.of(
                        HandshakeFate.SILENT, 1L,
                        HandshakeFate.NO_ANSWER, 1L,
                        HandshakeFate.CLOSED, 1L,
                        HandshakeFate.HALF_OPEN, 1L,
                        HandshakeFate.UNDECIDED, 1L));
    }

    @Test
    void anotherSynOfTheSamePortIsAnotherConnection() {
        wire.syn(0).syn(1).samePort().syn(2).synAck(2.1).ack(2.1).server(2.2, ACK, 1, 1, 3);
        HandshakeTally tally = wire.finish();
        assertThat(tally.fates()).isEqualTo(Map.of(HandshakeFate.SYN_UNANSWERED, 1L, HandshakeFate.ANSWERED, 1L));
        assertThat(tally.examples().getFirst().portReused()).isTrue();
        assertThat(tally.examples().getLast().portReused()).isFalse();
    }

    @Test
    void whatIsRememberedIsBoundedByTheHandshakesThatAreOpen() {
        for (int i = 0; i < 10_000; i++) {
            double at = i * 0.1;
            wire.next().syn(at).synAck(at + 0.01).ack(at + 0.02).server(at + 0.03, ACK, 1, 1, 9);
        }
        assertThat(wire.handshakes.open())
                .as("the answered ones are followed until they have gone idle")
                .isLessThanOrEqualTo((int) Handshakes.IDLE.toSeconds() * 10 * 9 / 8 + 2);
        for (int i = 0; i < 3_000; i++) {
            wire.next().syn(1000 + i * 0.1);
        }
        assertThat(wire.handshakes.open()).isLessThanOrEqualTo((int) Handshakes.IDLE.toSeconds() * 10 * 9 / 8 + 2);
        HandshakeTally tally = wire.finish();
        assertThat(tally.connections()).isEqualTo(13_000);
        assertThat(tally.fates()).containsEntry(HandshakeFate.ANSWERED, 10_000L);
        assertThat(tally.syns()).isEqualTo(13_000);
        assertThat(tally.synAcks()).isEqualTo(10_000);
    }

    @Test
    void aLadderHasAnEndAndSaysWhatItLeavesOut() {
        wire.syn(0).synAck(0.1).ack(0.1);
        for (int i = 0; i < 100; i++) {
            wire.request(0.2 + i);
        }
        Handshake handshake = only(wire);
        assertThat(handshake.events()).hasSize(SegmentLog.MOST);
        assertThat(handshake.eventsLeftOut()).isEqualTo(103 - SegmentLog.MOST);
        assertThat(handshake.dataRetransmissions()).isEqualTo(99);
    }

    private static Handshake only(Wire wire) {
        HandshakeTally tally = wire.finish();
        assertThat(tally.connections()).isEqualTo(1);
        return tally.examples().getFirst();
    }
}
