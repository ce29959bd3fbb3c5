package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.SynQueueCapacity.Bound;
import dev.anteroom.queue.SynQueueCapacity.WhenFull;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SynQueueCapacityTest {
    private static final KernelVersion NOW = KernelVersion.of(6, 18, 44);
    private static final long HUGE = 1 << 30;

    @ParameterizedTest
    @CsvSource({
        "2,2,26, ABOVE_SYSCTL",
        "2,4,0, SYSCTL_ROUNDED_UP",
        "2,4,37, SYSCTL_ROUNDED_UP",
        "2,6,11, SYSCTL_ROUNDED_UP",
        "2,6,20, BOTH_ROUNDED_UP",
        "2,6,32, BOTH_ROUNDED_UP",
        "3,10,0, BOTH_ROUNDED_UP",
        "4,3,6, BOTH_ROUNDED_UP",
        "4,4,0, FULL_AT_LIMIT",
        "4,19,325, FULL_AT_LIMIT",
        "5,15,135, FULL_AT_LIMIT",
        "6,1,124, FULL_AT_LIMIT",
        "6,1,125, FULL_ABOVE_LIMIT",
        "6,1,192, FULL_ABOVE_LIMIT",
        "6,2,200, FULL_AT_LIMIT",
        "6,8,1, FULL_AT_LIMIT",
        "6,12,9, FULL_AT_LIMIT",
        "6,12,10, FULL_ABOVE_LIMIT",
        "6,12,117, FULL_ABOVE_LIMIT",
        "6,14,0, FULL_ABOVE_LIMIT",
        "6,18,44, FULL_ABOVE_LIMIT",
        "7,0,0, FULL_ABOVE_LIMIT"
    })
    void everyVersionHasItsRule(int major, int minor, int patch, SynQueueRule rule) {
        assertThat(SynQueueRule.of(KernelVersion.of(major, minor, patch))).isEqualTo(rule);
    }

    /// The SYN queues of 2.6.20 to 4.3: rows are the limit, columns tcp_max_syn_backlog.
    @ParameterizedTest
    @CsvSource({
        "0, 16, 16, 16, 16, 16, 16",
        "1, 16, 16, 16, 16, 16, 16",
        "7, 16, 16, 16, 16, 16, 16",
        "10, 16, 16, 16, 16, 16, 16",
        "16, 32, 32, 32, 32, 32, 32",
        "50, 64, 64, 64, 64, 64, 64",
        "100, 128, 128, 128, 128, 128, 128",
        "128, 256, 256, 256, 256, 256, 256",
        "511, 256, 512, 512, 512, 512, 512",
        "512, 256, 512, 1024, 1024, 1024, 1024",
        "1024, 256, 512, 1024, 2048, 2048, 2048",
        "4096, 256, 512, 1024, 2048, 4096, 8192"
    })
    void theRoundedTableHoldsWhatTheSourceSays(
            long limit, long at128, long at256, long at512, long at1024, long at2048, long at65536) {
        SynQueueRule rule = SynQueueRule.BOTH_ROUNDED_UP;

        assertThat(LongStream.of(128, 256, 512, 1024, 2048, 65536)
                        .map(maxSynBacklog -> rule.capacity(limit, maxSynBacklog)))
                .containsExactly(at128, at256, at512, at1024, at2048, at65536);
    }

    /// The same table at any size, against a formulation that counts up bit by bit.
    @Property
    void theRoundedTableIsTheNextPowerOfTwoAboveBoth(
            @ForAll @LongRange(min = 0, max = HUGE) long limit,
            @ForAll @LongRange(min = 0, max = HUGE) long maxSynBacklog) {
        long wanted = limit < maxSynBacklog ? limit : maxSynBacklog;
        if (wanted < 8) {
            wanted = 8;
        }
        long table = 1;
        while (table < wanted + 1) {
            table += table;
        }

        assertThat(SynQueueRule.BOTH_ROUNDED_UP.capacity(limit, maxSynBacklog)).isEqualTo(table);
    }

    @Property
    void theTableOf24IsAPowerOfTwoOfAtLeast64WhateverTheLimit(
            @ForAll @LongRange(min = 0, max = HUGE) long limit,
            @ForAll @LongRange(min = 0, max = HUGE) long maxSynBacklog) {
        long table = 64;
        while (table < maxSynBacklog) {
            table += table;
        }

        assertThat(SynQueueRule.SYSCTL_ROUNDED_UP.capacity(limit, maxSynBacklog))
                .isEqualTo(table);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 50, 128, 4096})
    void linux22HoldsOneMoreThanTheSysctlWhateverTheLimit(long limit) {
        assertThat(SynQueueRule.ABOVE_SYSCTL.capacity(limit, 128)).isEqualTo(129);
    }

    /// Measured on 6.18.44 with cookies off and a large tcp_max_syn_backlog.
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3", "3, 4", "7, 8", "8, 9", "10, 11", "16, 17", "100, 101"})
    void aCurrentKernelHoldsOneRequestMoreThanTheLimit(long limit, long requests) {
        assertThat(SynQueueCapacity.of(NOW, limit, 0, HUGE))
                .isEqualTo(new SynQueueCapacity(requests, Bound.LISTENER_LIMIT, WhenFull.DROP));
        assertThat(SynQueueCapacity.of(NOW, limit, 1, HUGE))
                .isEqualTo(new SynQueueCapacity(requests, Bound.LISTENER_LIMIT, WhenFull.COOKIE));
    }

    @Test
    void before614AListenerOfLimitZeroTakesNoRequestAtAll() {
        KernelVersion old = KernelVersion.of(5, 15, 135);

        assertThat(SynQueueCapacity.of(old, 0, 0, HUGE).requests()).isZero();
        assertThat(SynQueueCapacity.of(old, 0, 1, HUGE))
                .isEqualTo(new SynQueueCapacity(0, Bound.LISTENER_LIMIT, WhenFull.COOKIE));
    }

    /// Measured on 6.18.44 with a limit of 1000 and cookies off.
    @ParameterizedTest
    @CsvSource({"1, 2", "2, 3", "3, 4", "4, 4", "5, 5", "8, 7", "16, 13", "64, 49", "100, 76", "128, 97", "256, 193"})
    void unprovenPeersFillThreeQuartersOfTheSysctl(long maxSynBacklog, long accepted) {
        assertThat(SynQueueCapacity.of(NOW, 1000, 0, maxSynBacklog))
                .isEqualTo(new SynQueueCapacity(accepted, Bound.MAX_SYN_BACKLOG, WhenFull.DROP));
    }

    /// The kernel's own loop: take requests until the test refuses one.
    @Property
    void unprovenPeersFillWhatTheKernelsTestLetsThrough(@ForAll @LongRange(min = 0, max = 5000) long maxSynBacklog) {
        long queue = 0;
        while (maxSynBacklog - queue >= maxSynBacklog >> 2) {
            queue++;
        }

        assertThat(SynQueueRule.unprovenPeersCapacity(maxSynBacklog)).isEqualTo(queue);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, -1})
    void withCookiesMaxSynBacklogHasNoEffect(long syncookies) {
        assertThat(SynQueueCapacity.of(NOW, 100, syncookies, 1))
                .isEqualTo(new SynQueueCapacity(101, Bound.LISTENER_LIMIT, WhenFull.COOKIE));
    }

    @ParameterizedTest
    @CsvSource({"3,13", "4,3", "5,15", "6,18"})
    void withCookiesForEverySynNoRequestIsKept(int major, int minor) {
        assertThat(SynQueueCapacity.of(KernelVersion.of(major, minor, 0), 100, 2, 4096))
                .isEqualTo(new SynQueueCapacity(0, Bound.ALWAYS_COOKIES, WhenFull.COOKIE));
    }

    @Test
    void onOldKernelsTheSysctlBindsWhenItIsTheSmaller() {
        KernelVersion old = KernelVersion.of(3, 13, 0);

        assertThat(SynQueueCapacity.of(old, 511, 1, 128))
                .isEqualTo(new SynQueueCapacity(256, Bound.MAX_SYN_BACKLOG, WhenFull.COOKIE));
        assertThat(SynQueueCapacity.of(old, 128, 1, 511))
                .isEqualTo(new SynQueueCapacity(256, Bound.LISTENER_LIMIT, WhenFull.COOKIE));
    }

    @ParameterizedTest
    @CsvSource({"2,2", "2,4"})
    void whereTheBacklogPlaysNoPartTheSysctlAlwaysBinds(int major, int minor) {
        assertThat(SynQueueCapacity.of(KernelVersion.of(major, minor, 0), 10, 1, 1024)
                        .boundBy())
                .isEqualTo(Bound.MAX_SYN_BACKLOG);
    }

    @Test
    void linux22HasNoRuleOfThreeQuarters() {
        assertThat(SynQueueCapacity.of(KernelVersion.of(2, 2, 1), 128, 0, 128).requests())
                .isEqualTo(129);
    }

    @Property
    void nothingOffersMoreRoomWithoutCookiesThanWithThem(
            @ForAll @LongRange(min = 0, max = 100_000) long limit,
            @ForAll @LongRange(min = 0, max = 100_000) long maxSynBacklog) {
        assertThat(SynQueueCapacity.of(NOW, limit, 0, maxSynBacklog).requests())
                .isLessThanOrEqualTo(
                        SynQueueCapacity.of(NOW, limit, 1, maxSynBacklog).requests());
    }
}
