package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.QueueLimits.Bound;
import dev.anteroom.queue.QueueLimits.SomaxconnHistory;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QueueLimitsTest {
    private static final KernelVersion NOW = KernelVersion.of(6, 18, 44);

    /// Measured on 6.18.44.
    @ParameterizedTest
    @CsvSource({
        "-1, 4096, 4096",
        "-2, 4096, 4096",
        "-2147483648, 4096, 4096",
        "2147483647, 4096, 4096",
        "65535, 4096, 4096",
        "4097, 4096, 4096",
        "65535, 100000, 65535",
        "65536, 100000, 65536",
        "70000, 100000, 70000",
        "200000, 100000, 100000",
        "-1, 100000, 100000",
        "50, 0, 0",
        "100, 4096, 100",
        "100, 5, 5",
        "60, 4096, 60",
        "0, 4096, 0"
    })
    void listenMakesTheLimitThatWasMeasured(int backlog, long somaxconn, long limit) {
        assertThat(QueueLimits.ofListen(NOW, backlog, somaxconn).limit()).isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 4096, BACKLOG",
        "4095, 4096, BACKLOG",
        "4096, 4096, BACKLOG",
        "4097, 4096, SOMAXCONN",
        "-1, 4096, SOMAXCONN",
        "1, 0, SOMAXCONN"
    })
    void theSmallerInputBindsAndAtATieALargerSomaxconnWouldGainNothing(int backlog, long somaxconn, Bound bound) {
        QueueLimits limits = QueueLimits.ofListen(NOW, backlog, somaxconn);

        assertThat(limits.boundBy()).isEqualTo(bound);
        assertThat(limits.certainty()).isEqualTo(Certainty.PROVED);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 1, 65536, 65536",
        "4, 0, 65536, 0",
        "3, 13, 65535, 65535",
        "3, 13, 65537, 1",
        "2, 6, 131072, 0",
        "2, 6, 70000, 4464"
    })
    void theLimitWrapsAt16BitsBeforeLinux41(int major, int minor, int backlog, long limit) {
        assertThat(QueueLimits.ofListen(KernelVersion.of(major, minor, 0), backlog, 1_000_000)
                        .limit())
                .isEqualTo(limit);
    }

    @Test
    void aNegativeSomaxconnOfAnOldKernelCapsNothing() {
        QueueLimits limits = QueueLimits.ofListen(KernelVersion.of(2, 6, 24), 50, -1);

        assertThat(limits.limit()).isEqualTo(50);
        assertThat(limits.boundBy()).isEqualTo(Bound.BACKLOG);
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 1", "2, 4, 0"})
    void aBacklogOfZeroBecomesOneOnLinux22Only(int major, int minor, long limit) {
        assertThat(QueueLimits.ofListen(KernelVersion.of(major, minor, 20), 0, 128)
                        .limit())
                .isEqualTo(limit);
    }

    /// Measured on 6.18.44: listen(0) holds 1, and so on.
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3", "5, 6", "10, 11", "50, 51", "128, 129"})
    void aQueueHoldsOneMoreThanItsLimit(int backlog, long fits) {
        QueueLimits limits = QueueLimits.ofListen(NOW, backlog, 4096);

        assertThat(limits.capacity()).isEqualTo(fits);
        assertThat(limits.isFull(fits - 1)).isFalse();
        assertThat(limits.isFull(fits)).isTrue();
    }

    @Property
    void theLimitNeverExceedsSomaxconnNorTheBacklog(
            @ForAll int backlog, @ForAll @LongRange(min = 0, max = Integer.MAX_VALUE) long somaxconn) {
        QueueLimits limits = QueueLimits.ofListen(NOW, backlog, somaxconn);

        assertThat(limits.limit())
                .isBetween(0L, somaxconn)
                .isLessThanOrEqualTo(Integer.toUnsignedLong(backlog))
                .isIn(somaxconn, Integer.toUnsignedLong(backlog));
        assertThat(limits.capacity()).isEqualTo(limits.limit() + 1);
    }

    @Property
    void aQueueIsFullExactlyWhenItsDepthIsAboveItsLimit(
            @ForAll @LongRange(min = 0, max = 0xffffffffL) long limit,
            @ForAll @LongRange(min = 0, max = 0xffffffffL) long depth) {
        QueueLimits limits = QueueLimits.observed(limit, OptionalLong.empty(), SomaxconnHistory.NOT_SEEN_REWRITTEN);

        assertThat(limits.isFull(depth)).isEqualTo(depth > limit);
        assertThat(limits.isFull(limits.capacity())).isTrue();
        assertThat(limits.isFull(limits.limit())).isFalse();
    }

    @Property
    void anOldKernelKeepsTheLow16BitsOfWhatANewOneKeeps(
            @ForAll int backlog, @ForAll @LongRange(min = 0, max = Integer.MAX_VALUE) long somaxconn) {
        assertThat(QueueLimits.ofListen(KernelVersion.of(3, 2, 0), backlog, somaxconn)
                        .limit())
                .isEqualTo(QueueLimits.ofListen(NOW, backlog, somaxconn).limit() % 65536);
    }

    @ParameterizedTest
    @EnumSource
    void aLimitAboveSomaxconnProvesOnlyThatSomaxconnWasLarger(SomaxconnHistory history) {
        QueueLimits limits = QueueLimits.observed(511, OptionalLong.of(128), history);

        assertThat(limits).isEqualTo(new QueueLimits(511, Bound.UNKNOWN, Certainty.PROVED));
    }

    @ParameterizedTest
    @EnumSource
    void aLimitEqualToSomaxconnIsLikelyBoundByIt(SomaxconnHistory history) {
        QueueLimits limits = QueueLimits.observed(128, OptionalLong.of(128), history);

        assertThat(limits).isEqualTo(new QueueLimits(128, Bound.SOMAXCONN, Certainty.LIKELY));
    }

    @Test
    void aLimitBelowSomaxconnIsTheBacklogUnlessSomaxconnWasWrittenSince() {
        assertThat(QueueLimits.observed(50, OptionalLong.of(4096), SomaxconnHistory.NOT_SEEN_REWRITTEN))
                .isEqualTo(new QueueLimits(50, Bound.BACKLOG, Certainty.LIKELY));
        assertThat(QueueLimits.observed(50, OptionalLong.of(4096), SomaxconnHistory.REWRITTEN_SINCE_START))
                .isEqualTo(new QueueLimits(50, Bound.BACKLOG, Certainty.POSSIBLE));
    }

    @ParameterizedTest
    @EnumSource
    void withoutSomaxconnNobodyKnowsWhatBinds(SomaxconnHistory history) {
        assertThat(QueueLimits.observed(50, OptionalLong.empty(), history))
                .isEqualTo(new QueueLimits(50, Bound.UNKNOWN, Certainty.POSSIBLE));
    }

    @Test
    void aSampleWithoutALimitIsNeverCalledFull() {
        assertThat(new QueueSample(1_000_000, OptionalLong.empty(), OptionalLong.empty()).isFull())
                .isFalse();
        assertThat(new QueueSample(6, OptionalLong.of(5), OptionalLong.empty()).isFull())
                .isTrue();
        assertThat(new QueueSample(5, OptionalLong.of(5), OptionalLong.empty()).isFull())
                .isFalse();
    }
}
