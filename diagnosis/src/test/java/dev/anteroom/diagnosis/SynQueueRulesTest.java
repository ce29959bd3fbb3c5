package dev.anteroom.diagnosis;

import static dev.anteroom.queue.Certainty.LIKELY;
import static dev.anteroom.queue.Certainty.POSSIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import org.junit.jupiter.api.Test;

class SynQueueRulesTest {

    @Test
    void synsDroppedByAFullSynQueueNameTheListenerThatDroppedThem() {
        Sample sample = new Sample()
                .set(Setting.TCP_SYNCOOKIES, 0)
                .count(Counter.REQ_Q_FULL_DROP, 0, 4)
                .count(Counter.LISTEN_DROPS, 0, 4);
        Sample.One one = sample.listener(80).drops(0, 4).synQueue(129);
        sample.listener(81);

        Finding finding = sample.finding(Cause.SYN_QUEUE_OVERFLOW);
        assertThat(finding.listener()).contains(one.socket());
        assertThat(finding.certainty()).isEqualTo(LIKELY);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.evidence()).anyMatch(line -> line.contains("129 requests") && line.contains("room for 129"));
        assertThat(sample.causes()).doesNotContain(Cause.ACCEPT_QUEUE_OVERFLOW, Cause.SYN_REFUSED_BY_MAX_SYN_BACKLOG);
    }

    @Test
    void ofTwoListenersWithDropEventsNeitherIsProved() {
        Sample sample = new Sample().count(Counter.REQ_Q_FULL_DROP, 0, 4).count(Counter.LISTEN_DROPS, 0, 4);
        sample.listener(80).drops(0, 4);
        sample.listener(81).drops(0, 1);

        assertThat(sample.findings(Cause.SYN_QUEUE_OVERFLOW))
                .hasSize(2)
                .extracting(Finding::certainty)
                .containsOnly(POSSIBLE);
    }

    @Test
    void synsDroppedBeforeAreNotGoingOn() {
        Sample sample = new Sample().count(Counter.REQ_Q_FULL_DROP, 4, 0).count(Counter.LISTEN_DROPS, 4, 0);
        sample.listener(80).drops(4, 0);

        Finding finding = sample.finding(Cause.SYN_QUEUE_OVERFLOW);
        assertThat(finding.when()).isEqualTo(Finding.When.BEFORE);
        assertThat(finding.certainty()).isEqualTo(LIKELY);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void synsDroppedBeforeByListenersNowGoneAreNobodys() {
        Sample sample = new Sample().count(Counter.REQ_Q_FULL_DROP, 4, 0).count(Counter.LISTEN_DROPS, 4, 0);
        sample.listener(80);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void theRuleOfThreeQuartersIsFoundByWhatNoOtherCounterExplains() {
        Sample sample = new Sample()
                .set(Setting.TCP_SYNCOOKIES, 0)
                .set(Setting.TCP_MAX_SYN_BACKLOG, 128)
                .count(Counter.LISTEN_DROPS, 0, 5);
        Sample.One one = sample.listener(80).limit(1000).drops(0, 5).synQueue(97);

        Finding finding = sample.finding(Cause.SYN_REFUSED_BY_MAX_SYN_BACKLOG);
        assertThat(finding.listener()).contains(one.socket());
        assertThat(finding.summary()).contains("tcp_max_syn_backlog (128)");
        assertThat(finding.evidence()).anyMatch(line -> line.contains("room for 97, set by tcp_max_syn_backlog"));
        assertThat(sample.causes()).doesNotContain(Cause.SYN_QUEUE_OVERFLOW, Cause.ACCEPT_QUEUE_OVERFLOW);
    }

    @Test
    void withCookiesThatRuleDoesNotExist() {
        Sample sample = new Sample().set(Setting.TCP_MAX_SYN_BACKLOG, 128).count(Counter.LISTEN_DROPS, 0, 5);
        sample.listener(80).limit(1000).drops(0, 5);

        assertThat(sample.causes()).doesNotContain(Cause.SYN_REFUSED_BY_MAX_SYN_BACKLOG);
    }

    @Test
    void dropsThatOverflowsAndAFullSynQueueExplainAreNotBlamedOnIt() {
        Sample sample = new Sample()
                .set(Setting.TCP_SYNCOOKIES, 0)
                .count(Counter.LISTEN_DROPS, 0, 5)
                .count(Counter.LISTEN_OVERFLOWS, 0, 2)
                .count(Counter.REQ_Q_FULL_DROP, 0, 3);
        sample.listener(80).drops(0, 5);

        assertThat(sample.causes())
                .contains(Cause.SYN_QUEUE_OVERFLOW, Cause.ACCEPT_QUEUE_OVERFLOW)
                .doesNotContain(Cause.SYN_REFUSED_BY_MAX_SYN_BACKLOG);
    }

    @Test
    void cookiesNameTheListenerWhoseSynQueueIsAtItsCapacity() {
        Sample sample = new Sample().count(Counter.SYNCOOKIES_SENT, 0, 50);
        Sample.One full = sample.listener(80).synQueue(129);
        sample.listener(81).synQueue(128);

        Finding finding = sample.finding(Cause.SYN_COOKIES_SENT);
        assertThat(finding.listener()).contains(full.socket());
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.when()).isEqualTo(Finding.When.NOW);
    }

    @Test
    void theCapacityOfTheSynQueueIsThatOfTheKernel() {
        Sample old = new Sample().kernel(5, 15, 0).count(Counter.SYNCOOKIES_SENT, 0, 50);
        Sample.One full = old.listener(80).synQueue(128);

        assertThat(old.finding(Cause.SYN_COOKIES_SENT).listener()).contains(full.socket());
    }

    @Test
    void cookiesOfThePastAreANoteOnTheNamespace() {
        Sample sample = new Sample().count(Counter.SYNCOOKIES_SENT, 50, 0);
        sample.listener(80);

        Finding finding = sample.finding(Cause.SYN_COOKIES_SENT);
        assertThat(finding.listener()).isEmpty();
        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.when()).isEqualTo(Finding.When.BEFORE);
    }

    @Test
    void cookiesForEverySynAreASettingAndNoSurge() {
        Sample sample = new Sample().set(Setting.TCP_SYNCOOKIES, 2).count(Counter.SYNCOOKIES_SENT, 100, 50);
        sample.listener(80);

        Finding finding = sample.finding(Cause.SYN_COOKIES_SENT);
        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.summary()).contains("tcp_syncookies is 2").doesNotContain("full");
        assertThat(finding.listener()).isEmpty();
    }

    /// ListenDrops counts an unreachable client as well, and a queue of 11 never reaches three quarters of 2048.
    @Test
    void aListenerTooSmallForTheRuleOfThreeQuartersIsNotBlamedOnIt() {
        Sample sample = new Sample().set(Setting.TCP_SYNCOOKIES, 0).count(Counter.LISTEN_DROPS, 0, 1);
        sample.listener(80).limit(10).drops(0, 1);

        assertThat(sample.causes()).doesNotContain(Cause.SYN_REFUSED_BY_MAX_SYN_BACKLOG);
    }

    @Test
    void synsDroppedByNobodySeenAreTheNamespacesAndOfNoListener() {
        Sample sample = new Sample()
                .set(Setting.TCP_SYNCOOKIES, 0)
                .count(Counter.REQ_Q_FULL_DROP, 0, 4)
                .count(Counter.LISTEN_DROPS, 0, 4);
        sample.listener(80);

        Finding finding = sample.finding(Cause.SYN_QUEUE_OVERFLOW);
        assertThat(finding.listener()).isEmpty();
        assertThat(finding.summary()).contains("which one cannot be told");
        assertThat(sample.causes()).contains(Cause.DROPS_UNATTRIBUTED);
    }
}
