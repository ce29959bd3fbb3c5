package dev.anteroom.diagnosis;

import static dev.anteroom.queue.Certainty.PROVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The diagnosis as a whole, and what it says of a namespace.
class DiagnosisTest {

    @Test
    void aHealthyHostHasNoFindingAtAll() {
        Sample sample = new Sample()
                .count(Counter.PASSIVE_OPENS, 1_000_000, 500)
                .count(Counter.OUT_RSTS, 5000, 3)
                .count(Counter.TCP_TIMEOUTS, 900, 2)
                .count(Counter.ATTEMPT_FAILS, 80, 1);
        sample.listener(80).limit(4096).depth(3, 1).contents(3, 0, 1, 0).drops(12, 1);
        sample.listener(22).limit(128).process("sshd");
        sample.listener(9000).unix().depth(0, 1);

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void nothingSeenIsNothingFound() {
        assertThat(new Sample().findings()).isEmpty();
        assertThat(Diagnosis.of(new Evidence(KernelVersion.of(6, 1, 0), Duration.ZERO, List.of(), List.of())))
                .isEmpty();
    }

    @Test
    void whatTheListenersDoNotExplainBelongedToOneThatIsGone() {
        Sample sample = new Sample().count(Counter.LISTEN_DROPS, 0, 9).count(Counter.LISTEN_OVERFLOWS, 0, 9);
        sample.listener(80).drops(0, 2);

        Finding finding = sample.finding(Cause.DROPS_UNATTRIBUTED);
        assertThat(finding.summary()).startsWith("7 segments");
        assertThat(finding.listener()).isEmpty();
        assertThat(finding.when()).isEqualTo(Finding.When.NOW);
    }

    @Test
    void dropsOfThePastThatNobodyExplainsAreNotReported() {
        Sample sample = new Sample().count(Counter.LISTEN_DROPS, 9, 0).count(Counter.LISTEN_OVERFLOWS, 9, 0);
        sample.listener(80);

        assertThat(sample.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"100, 5, CRITICAL, NOW", "100, 0, WARNING, BEFORE"})
    void withoutDropEventsTheNamespaceIsNamedAndNoListener(
            long before, long moved, Severity severity, Finding.When when) {
        Sample sample = new Sample()
                .noSettings()
                .count(Counter.LISTEN_DROPS, before, moved)
                .count(Counter.LISTEN_OVERFLOWS, before, moved);
        sample.listener(80).noLimit().noDropEvents().depth(2, 1);
        sample.listener(81).noLimit().noDropEvents();

        assertThat(sample.causes()).containsExactly(Cause.DROPS_UNATTRIBUTED);
        Finding finding = sample.finding(Cause.DROPS_UNATTRIBUTED);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.when()).isEqualTo(when);
        assertThat(finding.listener()).isEmpty();
        assertThat(finding.certainty()).isEqualTo(PROVED);
        assertThat(finding.remedy().getFirst()).contains("root");
    }

    @Test
    void unreadableDropEventsAloneAreNoFinding() {
        Sample sample = new Sample().noSettings();
        sample.listener(80).noLimit().noDropEvents();

        assertThat(sample.findings()).isEmpty();
    }

    @Test
    void aTunedMaxSynBacklogThatDoesNothingIsTold() {
        Sample tuned = new Sample().set(Setting.TCP_MAX_SYN_BACKLOG, 65536);
        Sample untouched = new Sample();
        Sample cookies = new Sample().count(Counter.SYNCOOKIES_SENT, 5, 0);
        Sample off = new Sample().set(Setting.TCP_MAX_SYN_BACKLOG, 65536).set(Setting.TCP_SYNCOOKIES, 0);
        Sample old = new Sample().set(Setting.TCP_MAX_SYN_BACKLOG, 65536).kernel(4, 3, 0);

        assertThat(tuned.finding(Cause.SYSCTL_HAS_NO_EFFECT).severity()).isEqualTo(Severity.NOTE);
        assertThat(untouched.findings()).isEmpty();
        assertThat(cookies.causes()).contains(Cause.SYSCTL_HAS_NO_EFFECT);
        assertThat(off.findings()).isEmpty();
        assertThat(old.findings()).isEmpty();
    }

    @Test
    void theGravestComesFirst() {
        Sample sample = new Sample()
                .set(Setting.TCP_MAX_SYN_BACKLOG, 65536)
                .count(Counter.LISTEN_OVERFLOWS, 0, 4)
                .count(Counter.LISTEN_DROPS, 0, 4);
        sample.listener(80).limit(10).drops(0, 4).depth(11, 11).contents(11, 11, 11, 4);

        assertThat(sample.findings())
                .hasSizeGreaterThan(4)
                .isSortedAccordingTo(Comparator.comparing(Finding::severity));
        assertThat(sample.findings().getFirst().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(sample.findings().getLast().severity()).isEqualTo(Severity.NOTE);
    }

    /// What is said of others never spills over on a listener that nothing is known against.
    @Property
    void noFindingNamesAListenerWithoutDropEventsWithoutDepthAndWithAnOrdinaryLimit(
            @ForAll @LongRange(min = 0, max = 100) long overflows,
            @ForAll @LongRange(min = 0, max = 100) long others,
            @ForAll @LongRange(min = 0, max = 100) long reqFullDrops,
            @ForAll @LongRange(min = 0, max = 100) long cookiesSent,
            @ForAll @IntRange(max = 2) int syncookies,
            @ForAll boolean now,
            @ForAll @Size(max = 4) List<@LongRange(min = 0, max = 300) Long> neighbours) {
        Sample sample = new Sample().set(Setting.TCP_SYNCOOKIES, syncookies);
        count(sample, Counter.LISTEN_OVERFLOWS, overflows, now);
        count(sample, Counter.LISTEN_DROPS, overflows + others + reqFullDrops, now);
        count(sample, Counter.REQ_Q_FULL_DROP, reqFullDrops, now);
        count(sample, Counter.SYNCOOKIES_SENT, cookiesSent, now);
        Sample.One innocent = sample.listener(80);
        for (int i = 0; i < neighbours.size(); i++) {
            long value = neighbours.get(i);
            sample.listener(81 + i % 2)
                    .depth(value / 2, value)
                    .drops(now ? 0 : value, now ? value : 0)
                    .synQueue(value);
        }

        assertThat(sample.findings()).extracting(Finding::listener).doesNotContain(Optional.of(innocent.socket()));
        assertThat(new FindingsByListener(sample.findings()).verdict(innocent.socket()))
                .isEqualTo(Verdict.OK);
    }

    /// Whatever the evidence, every finding can be read and checked.
    @Property
    void everyFindingHasEvidenceARemedyAndSomethingThatWouldRefuteIt(
            @ForAll @LongRange(min = 0, max = 100) long moved,
            @ForAll @LongRange(min = 0, max = 100) long first,
            @ForAll @LongRange(min = 0, max = 300) long depth,
            @ForAll @LongRange(min = 0, max = 5000) long limit,
            @ForAll @IntRange(max = 2) int syncookies,
            @ForAll @IntRange(max = 3) int window,
            @ForAll boolean readable) {
        Sample sample = new Sample().set(Setting.TCP_SYNCOOKIES, syncookies).window(window);
        for (Counter counter : Counter.values()) {
            sample.count(counter, first, moved);
        }
        Sample.One one = sample.listener(80).limit(limit).depth(depth / 2, depth);
        if (readable) {
            one.drops(first, moved).contents(depth / 2, depth / 3, depth, depth / 4);
        } else {
            one.noDropEvents().noLimit();
        }

        assertThat(sample.findings()).allSatisfy(finding -> {
            assertThat(finding.summary()).endsWith(".").doesNotContain("\n");
            assertThat(finding.evidence()).isNotEmpty().doesNotContain("");
            assertThat(finding.refutedBy()).isNotEmpty();
            assertThat(finding.remedy()).isNotEmpty();
        });
    }

    @Test
    void theVerdictOnAListenerIsTheGravestOfItsFindings() {
        Sample full = new Sample();
        Sample.One fullOne = full.listener(80).depth(0, 129);
        Sample dropping = new Sample().count(Counter.LISTEN_OVERFLOWS, 0, 4).count(Counter.LISTEN_DROPS, 0, 4);
        Sample.One droppingOne = dropping.listener(80).drops(0, 4);
        Sample both = new Sample().count(Counter.LISTEN_OVERFLOWS, 0, 4).count(Counter.LISTEN_DROPS, 0, 4);
        Sample.One bothOne = both.listener(80).drops(0, 4).depth(0, 129);
        Sample before = new Sample().count(Counter.LISTEN_OVERFLOWS, 4, 0).count(Counter.LISTEN_DROPS, 4, 0);
        Sample.One beforeOne = before.listener(80).drops(4, 0);
        Sample stalled = new Sample();
        Sample.One stalledOne = stalled.listener(80).depth(4, 4).contents(4, 4, 4, 0);
        Sample lowered = new Sample().set(Setting.SOMAXCONN, 10);
        Sample.One loweredOne = lowered.listener(80);

        assertThat(new FindingsByListener(full.findings()).verdict(fullOne.socket()))
                .isEqualTo(Verdict.FULL);
        assertThat(new FindingsByListener(dropping.findings()).verdict(droppingOne.socket()))
                .isEqualTo(Verdict.DROPPING);
        assertThat(new FindingsByListener(both.findings()).verdict(bothOne.socket()))
                .isEqualTo(Verdict.FULL_AND_DROPPING);
        assertThat(new FindingsByListener(before.findings()).verdict(beforeOne.socket()))
                .isEqualTo(Verdict.DROPPED_BEFORE);
        assertThat(new FindingsByListener(stalled.findings()).verdict(stalledOne.socket()))
                .isEqualTo(Verdict.STALLED);
        assertThat(new FindingsByListener(lowered.findings()).verdict(loweredOne.socket()))
                .isEqualTo(Verdict.ATTENTION);
    }

    @Test
    void idsOfCausesAreStableWords() {
        assertThat(Arrays.stream(Cause.values()).map(Cause::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(-[a-z]+)+"));
        assertThat(Cause.ACCEPT_QUEUE_OVERFLOW.id()).isEqualTo("accept-queue-overflow");
    }

    private static void count(Sample sample, Counter counter, long value, boolean now) {
        sample.count(counter, now ? 0 : value, now ? value : 0);
    }
}
