package dev.anteroom.diagnosis;

import static dev.anteroom.queue.Certainty.LIKELY;
import static dev.anteroom.queue.Certainty.POSSIBLE;
import static dev.anteroom.queue.Certainty.PROVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptorRulesTest {

    @Test
    void aQueueInWhichEverybodyStillWaitsIsStalled() {
        Sample sample = new Sample();
        sample.listener(80).depth(5, 7).contents(5, 5, 7, 0).stopped();

        Finding finding = sample.finding(Cause.ACCEPTOR_STALLED);
        assertThat(finding.certainty()).isEqualTo(PROVED);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.evidence()).anyMatch(line -> line.contains("is stopped (state T"));
        assertThat(finding.remedy().getFirst()).contains("kill -CONT 101");
        assertThat(finding.remedy()).anyMatch(step -> step.contains("jcmd 101"));
    }

    @Test
    void aFullAndStalledQueueIsCritical() {
        Sample sample = new Sample();
        sample.listener(80).depth(129, 129).contents(129, 129, 129, 0);

        assertThat(sample.finding(Cause.ACCEPTOR_STALLED).severity()).isEqualTo(Severity.CRITICAL);
    }

    @Test
    void oneConnectionThatWasAcceptedIsEnoughToBeAlive() {
        Sample sample = new Sample();
        sample.listener(80).depth(5, 7).contents(5, 4, 7, 0);

        assertThat(sample.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 9", "9, 8"})
    void aQueueThatWasEmptyOrFellIsNotStalled(long before, long after) {
        Sample sample = new Sample().count(Counter.PASSIVE_OPENS, 0, 9);
        sample.listener(80).depth(before, after);

        assertThat(sample.causes()).doesNotContain(Cause.ACCEPTOR_STALLED);
    }

    @Test
    void withoutALookIntoTheQueueTheCountersTellThatNothingWasAccepted() {
        Sample sample = new Sample().count(Counter.PASSIVE_OPENS, 100, 4);
        sample.listener(80).depth(5, 8);
        sample.listener(81).depth(0, 1);

        assertThat(sample.finding(Cause.ACCEPTOR_STALLED).certainty()).isEqualTo(LIKELY);
    }

    @Test
    void somethingAcceptedInTheNamespaceLeavesAnUnseenQueueAlone() {
        Sample sample = new Sample().count(Counter.PASSIVE_OPENS, 100, 5);
        sample.listener(80).depth(5, 8);
        sample.listener(81).depth(0, 1);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void countersThatNobodyCouldReadProveNoStall() {
        Sample sample = new Sample().noCounters();
        sample.listener(80).depth(5, 5);

        assertThat(sample.causes()).doesNotContain(Cause.ACCEPTOR_STALLED);
    }

    @Test
    void aUnixListenerIsPossiblyStalledOnlyWhenFull() {
        Sample full = new Sample();
        full.listener(80).unix().depth(129, 129);
        Sample waiting = new Sample();
        waiting.listener(80).unix().depth(5, 5);

        assertThat(full.finding(Cause.ACCEPTOR_STALLED).certainty()).isEqualTo(POSSIBLE);
        assertThat(waiting.findings()).isEmpty();
    }

    @Test
    void aSingleLookTellsNothingOfTheAcceptor() {
        Sample sample = new Sample().window(0);
        sample.listener(80).depth(5, 5).contents(5, 5, 5, 0);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void aQueueLongerThanClientsWaitIsTooLong() {
        Sample sample = new Sample();
        sample.listener(80).limit(1000).depth(100, 101).contents(100, 90, 101, 0);

        Finding finding = sample.finding(Cause.QUEUE_TOO_LONG_FOR_CLIENTS);
        assertThat(finding.certainty()).isEqualTo(LIKELY);
        assertThat(finding.summary()).contains("10.0 accepts per second", "101 waits 10 s");
        assertThat(finding.remedy().getFirst()).contains("about 100 ");
    }

    @Test
    void aQueueThatIsDoneWithinTheirPatienceIsNot() {
        Sample sample = new Sample();
        sample.listener(80).limit(1000).depth(100, 100).contents(100, 90, 100, 0);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void theLengthOfTheWindowIsAllowedFor() {
        Sample sample = new Sample().window(20);
        sample.listener(80).limit(1000).depth(100, 100).contents(100, 90, 100, 0);

        assertThat(sample.finding(Cause.QUEUE_TOO_LONG_FOR_CLIENTS).summary()).contains("waits 200 s");
    }

    @ParameterizedTest
    @CsvSource({"1, 10, NOTE", "2, 10, WARNING", "10, 10, WARNING"})
    void deadConnectionsAreAWarningFromAFifthOfTheQueueOn(long closed, long depth, Severity severity) {
        Sample sample = new Sample();
        sample.listener(80).depth(0, depth).contents(0, 0, depth, closed);

        Finding finding = sample.finding(Cause.DEAD_CONNECTIONS_IN_QUEUE);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.summary()).startsWith(closed + " of the " + depth);
    }

    @Test
    void connectionsThatWereResetAreDeadToo() {
        Sample sample = new Sample();
        sample.listener(80).depth(0, 10).contents(0, 0, 7, 1);

        assertThat(sample.finding(Cause.DEAD_CONNECTIONS_IN_QUEUE).summary()).startsWith("4 of the 10");
    }

    @Test
    void aQueueOfTheLivingHasNoDead() {
        Sample sample = new Sample();
        sample.listener(80).depth(0, 10).contents(0, 0, 10, 0);

        assertThat(sample.findings()).isEmpty();
    }
}
