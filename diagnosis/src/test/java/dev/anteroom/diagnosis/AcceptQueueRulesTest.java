package dev.anteroom.diagnosis;

import static dev.anteroom.queue.Certainty.LIKELY;
import static dev.anteroom.queue.Certainty.POSSIBLE;
import static dev.anteroom.queue.Certainty.PROVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptQueueRulesTest {

    @Test
    void aQueueAboveItsLimitIsFull() {
        Sample sample = new Sample();
        Sample.One one = sample.listener(80).depth(0, 129);

        Finding finding = sample.finding(Cause.ACCEPT_QUEUE_FULL);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.certainty()).isEqualTo(PROVED);
        assertThat(finding.when()).isEqualTo(Finding.When.NOW);
        assertThat(finding.listener()).contains(one.socket());
        assertThat(finding.summary()).contains("129 connections wait", "the limit is 128", "connect time-out");
        assertThat(finding.evidence()).anyMatch(line -> line.contains("all 129 places"));
    }

    @Test
    void whatAClosedListenerMayHaveDroppedIsProvedOfNobody() {
        Sample sample = new Sample()
                .closedInWindow(1)
                .count(Counter.LISTEN_OVERFLOWS, 0, 4)
                .count(Counter.LISTEN_DROPS, 0, 4);
        sample.listener(80).drops(0, 4);

        assertThat(sample.finding(Cause.ACCEPT_QUEUE_OVERFLOW).certainty()).isEqualTo(LIKELY);
    }

    @Test
    void aQueueAtItsLimitHasRoomForOneMore() {
        Sample sample = new Sample();
        sample.listener(80).depth(0, 128);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void aQueueThatWasFullAndIsNoMoreIsNotCalledFull() {
        Sample sample = new Sample();
        sample.listener(80).depth(129, 3).contents(129, 0, 3, 0);

        assertThat(sample.causes()).doesNotContain(Cause.ACCEPT_QUEUE_FULL);
    }

    @Test
    void onlyAQueueFullAtBothEndsWasFullThroughout() {
        Sample throughout = new Sample();
        throughout.listener(80).depth(129, 129);
        Sample once = new Sample();
        once.listener(80).depth(128, 129);
        Sample single = new Sample().window(0);
        single.listener(80).depth(129, 129);

        assertThat(throughout.finding(Cause.ACCEPT_QUEUE_FULL).evidence().get(1))
                .contains("at the start");
        assertThat(once.finding(Cause.ACCEPT_QUEUE_FULL).evidence().get(1)).contains("seen full once");
        assertThat(single.finding(Cause.ACCEPT_QUEUE_FULL).evidence().get(1)).contains("seen full once");
    }

    @Test
    void resetsAreForetoldOnlyWhereTheKernelSendsThem() {
        Sample abort = new Sample().set(Setting.TCP_ABORT_ON_OVERFLOW, 1);
        abort.listener(80).depth(0, 129);
        Sample silent = new Sample();
        silent.listener(80).depth(0, 129);

        assertThat(abort.finding(Cause.ACCEPT_QUEUE_FULL).summary()).contains("reset by peer");
        assertThat(silent.finding(Cause.ACCEPT_QUEUE_FULL).summary()).doesNotContain("reset");
    }

    @Test
    void aFullUnixListenerBlocksItsClients() {
        Sample sample = new Sample();
        sample.listener(80).unix().limit(5).depth(0, 6);

        assertThat(sample.finding(Cause.ACCEPT_QUEUE_FULL).summary())
                .contains("/run/80.sock", "EAGAIN")
                .doesNotContain("time-out");
        assertThat(sample.causes()).doesNotContain(Cause.ACCEPT_QUEUE_OVERFLOW);
    }

    @Test
    void theOnlyListenerWithDropEventsOwnsTheOverflowsOfTheWindow() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 10, 4).count(Counter.LISTEN_DROPS, 10, 4);
        Sample.One guilty = sample.listener(80).drops(10, 4).depth(129, 100);
        sample.listener(81);

        Finding finding = sample.finding(Cause.ACCEPT_QUEUE_OVERFLOW);
        assertThat(finding.listener()).contains(guilty.socket());
        assertThat(finding.certainty()).isEqualTo(PROVED);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.when()).isEqualTo(Finding.When.NOW);
        assertThat(finding.summary()).contains("4 segments in the last 1.0 s");
    }

    @Test
    void ofTwoListenersThatMayHaveOverflowedNeitherIsBlamedButTheLossIsTold() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 0, 4).count(Counter.LISTEN_DROPS, 0, 4);
        sample.listener(80).drops(0, 4);
        sample.listener(81).drops(0, 4);

        assertThat(sample.findings(Cause.ACCEPT_QUEUE_OVERFLOW)).hasSize(3).allSatisfy(finding -> {
            boolean ofNobody = finding.listener().isEmpty();
            assertThat(finding.certainty()).isEqualTo(ofNobody ? PROVED : POSSIBLE);
            assertThat(finding.severity()).isEqualTo(ofNobody ? Severity.CRITICAL : Severity.NOTE);
        });
    }

    @Test
    void anIdleListenerWithOneDuplicateIsNotBlamedForTheOverflowsOfAnother() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 0, 598).count(Counter.LISTEN_DROPS, 0, 598);
        Sample.One guilty = sample.listener(80).limit(0).drops(0, 598).depth(1, 1);
        Sample.One idle = sample.listener(81).drops(0, 1);

        assertThat(sample.findings())
                .filteredOn(finding -> finding.listener().equals(Optional.of(idle.socket())))
                .allMatch(finding -> finding.severity() == Severity.NOTE);
        assertThat(sample.findings(Cause.ACCEPT_QUEUE_OVERFLOW))
                .filteredOn(finding -> finding.listener().equals(Optional.of(guilty.socket())))
                .allMatch(finding -> finding.severity() == Severity.CRITICAL);
    }

    @Test
    void fewerDropEventsThanOverflowsLeaveTheRestToAClosedSocket() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 29, 0).count(Counter.LISTEN_DROPS, 29, 0);
        sample.listener(80).drops(1, 0);

        assertThat(sample.finding(Cause.ACCEPT_QUEUE_OVERFLOW).severity()).isEqualTo(Severity.NOTE);
        assertThat(sample.causes()).doesNotContain(Cause.LIMIT_BOUND_BY_BACKLOG);
    }

    @Test
    void theListenerThatMustOwnPartOfTheOverflowsIsProvedBesideOneThatNeedNot() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 0, 6).count(Counter.LISTEN_DROPS, 0, 6);
        Sample.One must = sample.listener(80).drops(0, 6).depth(0, 129);
        Sample.One may = sample.listener(81).drops(0, 2);

        assertThat(sample.findings(Cause.ACCEPT_QUEUE_OVERFLOW))
                .allSatisfy(finding -> assertThat(finding.certainty())
                        .isEqualTo(finding.listener().equals(Optional.of(must.socket())) ? PROVED : POSSIBLE));
        assertThat(sample.findings(Cause.ACCEPT_QUEUE_OVERFLOW))
                .extracting(Finding::listener)
                .containsExactlyInAnyOrder(Optional.of(must.socket()), Optional.of(may.socket()));
    }

    @Test
    void harmlessDuplicatesAreNoOverflow() {
        Sample sample = new Sample();
        sample.listener(80).drops(1000, 50);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void anOverflowWithoutDropEventsIsNotThisListeners() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 500, 0).count(Counter.LISTEN_DROPS, 500, 0);
        sample.listener(80);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void anOverflowOfThePastIsLikelyTheOnlyListenersThatHasDropEvents() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 7, 0).count(Counter.LISTEN_DROPS, 7, 0);
        Sample.One one = sample.listener(80).drops(7, 0);
        sample.listener(81);

        Finding finding = sample.finding(Cause.ACCEPT_QUEUE_OVERFLOW);
        assertThat(finding.listener()).contains(one.socket());
        assertThat(finding.certainty()).isEqualTo(LIKELY);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.when()).isEqualTo(Finding.When.BEFORE);
    }

    @Test
    void ofSeveralThatMayHaveOverflowedInThePastEachIsANote() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 7, 0).count(Counter.LISTEN_DROPS, 7, 0);
        sample.listener(80).drops(7, 0);
        sample.listener(81).drops(7, 0);

        assertThat(sample.findings(Cause.ACCEPT_QUEUE_OVERFLOW)).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.certainty()).isEqualTo(POSSIBLE);
            assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        });
        assertThat(sample.causes()).doesNotContain(Cause.LIMIT_BOUND_BY_BACKLOG);
    }

    @Test
    void theFullOneOfSeveralIsLikelyTheOneThatOverflowed() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 7, 0).count(Counter.LISTEN_DROPS, 7, 0);
        Sample.One full = sample.listener(80).drops(7, 0).depth(0, 129);
        sample.listener(81).drops(7, 0);

        assertThat(sample.findings(Cause.ACCEPT_QUEUE_OVERFLOW))
                .allSatisfy(finding -> assertThat(finding.certainty())
                        .isEqualTo(finding.listener().equals(Optional.of(full.socket())) ? LIKELY : POSSIBLE));
    }

    @Test
    void aFullMemberBesideAnEmptyOneIsAnImbalance() {
        Sample sample = new Sample();
        Sample.One full = sample.listener(80).limit(10).depth(0, 11);
        sample.listener(80).limit(10).depth(0, 5);

        Finding finding = sample.finding(Cause.REUSEPORT_IMBALANCE);
        assertThat(finding.listener()).contains(full.socket());
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.summary()).contains("1 of 2 sockets", "1 has room");
        assertThat(finding.evidence()).hasSize(3);
    }

    @Test
    void noImbalanceWithoutAFullAndARoomyMemberOfTheSamePort() {
        Sample nearlyFull = new Sample();
        nearlyFull.listener(80).limit(10).depth(0, 11);
        nearlyFull.listener(80).limit(10).depth(0, 6);
        Sample otherPort = new Sample();
        otherPort.listener(80).limit(10).depth(0, 11);
        otherPort.listener(81).limit(10);
        Sample noneFull = new Sample();
        noneFull.listener(80).limit(10).depth(0, 10);
        noneFull.listener(80).limit(10);

        assertThat(nearlyFull.causes()).doesNotContain(Cause.REUSEPORT_IMBALANCE);
        assertThat(otherPort.causes()).doesNotContain(Cause.REUSEPORT_IMBALANCE);
        assertThat(noneFull.findings()).isEmpty();
    }

    @Test
    void membersOfAGroupAreJudgedEachByItsOwnDropEvents() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 0, 9).count(Counter.LISTEN_DROPS, 0, 9);
        Sample.One full = sample.listener(80).limit(10).depth(0, 11).drops(0, 9);
        sample.listener(80).limit(10);

        assertThat(sample.finding(Cause.ACCEPT_QUEUE_OVERFLOW).listener()).contains(full.socket());
        assertThat(sample.finding(Cause.ACCEPT_QUEUE_OVERFLOW).certainty()).isEqualTo(PROVED);
    }
}
