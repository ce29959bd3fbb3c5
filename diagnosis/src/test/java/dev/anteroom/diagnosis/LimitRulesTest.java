package dev.anteroom.diagnosis;

import static dev.anteroom.queue.Certainty.LIKELY;
import static dev.anteroom.queue.Certainty.POSSIBLE;
import static dev.anteroom.queue.Certainty.PROVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitRulesTest {

    @Test
    void aFullQueueBelowSomaxconnIsBoundByItsBacklog() {
        Sample sample = new Sample();
        sample.listener(80).limit(50).depth(0, 51).process("java");

        Finding finding = sample.finding(Cause.LIMIT_BOUND_BY_BACKLOG);
        assertThat(finding.certainty()).isEqualTo(LIKELY);
        assertThat(finding.summary()).contains("is 50", "somaxconn would allow 4096");
        assertThat(finding.remedy().getFirst()).startsWith("raise the backlog: Java:");
        assertThat(sample.causes()).doesNotContain(Cause.LIMIT_BOUND_BY_SOMAXCONN);
    }

    @Test
    void aFullQueueAtSomaxconnIsBoundByIt() {
        Sample sample = new Sample().set(Setting.SOMAXCONN, 128);
        sample.listener(80).limit(128).depth(0, 129);

        Finding finding = sample.finding(Cause.LIMIT_BOUND_BY_SOMAXCONN);
        assertThat(finding.certainty()).isEqualTo(LIKELY);
        assertThat(finding.remedy().getFirst()).contains("sysctl -w net.core.somaxconn=N");
        assertThat(sample.causes()).doesNotContain(Cause.LIMIT_BOUND_BY_BACKLOG);
    }

    @Test
    void aLimitAboveSomaxconnDatesFromALargerOneWhetherInTroubleOrNot() {
        Sample calm = new Sample().set(Setting.SOMAXCONN, 128);
        calm.listener(80).limit(511);
        Sample full = new Sample().set(Setting.SOMAXCONN, 128);
        full.listener(80).limit(511).depth(0, 512);

        assertThat(calm.causes()).containsExactly(Cause.SOMAXCONN_LOWERED_AFTER_LISTEN);
        Finding finding = calm.finding(Cause.SOMAXCONN_LOWERED_AFTER_LISTEN);
        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.certainty()).isEqualTo(PROVED);
        assertThat(finding.summary()).contains("from 511 to 128");
        assertThat(full.causes())
                .contains(Cause.SOMAXCONN_LOWERED_AFTER_LISTEN)
                .doesNotContain(Cause.LIMIT_BOUND_BY_BACKLOG, Cause.LIMIT_BOUND_BY_SOMAXCONN);
    }

    @ParameterizedTest
    @CsvSource({"50", "128", "4096"})
    void aListenerThatIsWellIsNotToldAboutItsLimit(long limit) {
        Sample sample = new Sample();
        sample.listener(80).limit(limit);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void anUnreadableSomaxconnBindsNothing() {
        Sample sample = new Sample().noSettings();
        sample.listener(80).limit(50).depth(0, 51);

        assertThat(sample.causes())
                .contains(Cause.ACCEPT_QUEUE_FULL)
                .doesNotContain(
                        Cause.LIMIT_BOUND_BY_BACKLOG,
                        Cause.LIMIT_BOUND_BY_SOMAXCONN,
                        Cause.SOMAXCONN_RAISED_AFTER_LISTEN,
                        Cause.SOMAXCONN_LOWERED_AFTER_LISTEN);
    }

    /// A write within the first seconds may have come before listen(2): start scripts do that.
    @ParameterizedTest
    @CsvSource({"3600, LIKELY", "11, LIKELY", "10, POSSIBLE", "3, POSSIBLE"})
    void aWriteOfSomaxconnAfterTheStartMayHaveComeTooLate(long seconds, Certainty certainty) {
        Sample sample = new Sample().somaxconnWritten(seconds);
        sample.listener(80).limit(128);

        Finding finding = sample.finding(Cause.SOMAXCONN_RAISED_AFTER_LISTEN);
        assertThat(finding.certainty()).isEqualTo(certainty);
        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.remedy().getFirst()).startsWith("restart the program");
    }

    @ParameterizedTest
    @CsvSource({"0", "-5"})
    void aWriteOfSomaxconnBeforeTheStartIsNone(long seconds) {
        Sample sample = new Sample().somaxconnWritten(seconds);
        sample.listener(80).limit(128);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void afterAWriteTheBacklogOnlyPossiblyBinds() {
        Sample sample = new Sample().somaxconnWritten(3600);
        sample.listener(80).limit(128).depth(0, 129);

        assertThat(sample.finding(Cause.LIMIT_BOUND_BY_BACKLOG).certainty()).isEqualTo(POSSIBLE);
        assertThat(sample.finding(Cause.SOMAXCONN_RAISED_AFTER_LISTEN).severity())
                .isEqualTo(Severity.WARNING);
    }

    @Test
    void aProgramKnownToAskForMoreThanItGotListenedUnderASmallerSomaxconn() {
        Sample sample = new Sample();
        sample.listener(80).limit(128).process("nginx");
        Sample content = new Sample();
        content.listener(80).limit(511).process("nginx");

        assertThat(sample.finding(Cause.SOMAXCONN_RAISED_AFTER_LISTEN).certainty())
                .isEqualTo(LIKELY);
        assertThat(sample.finding(Cause.SOMAXCONN_RAISED_AFTER_LISTEN).evidence())
                .anyMatch(line -> line.contains("asks for 511"));
        assertThat(content.findings()).isEmpty();
    }

    @Test
    void aLimitEqualToSomaxconnIsNotStaleWhateverWasWritten() {
        Sample sample = new Sample().somaxconnWritten(3600);
        sample.listener(80).limit(4096);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void theLimitOfAListenerThatOnlyPossiblyOverflowedIsNotBlamed() {
        Sample sample = new Sample().count(Counter.LISTEN_OVERFLOWS, 7, 0).count(Counter.LISTEN_DROPS, 7, 0);
        sample.listener(80).drops(7, 0);
        sample.listener(81).drops(7, 0);

        assertThat(sample.causes()).doesNotContain(Cause.LIMIT_BOUND_BY_BACKLOG, Cause.LIMIT_BOUND_BY_SOMAXCONN);
    }
}
