package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Latency;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;

class TimesTest {
    @Property(tries = 500)
    void inGroupsAQuantileIsNeverTooShortAndAtMostOnePartIn128TooLong(
            @ForAll @NotEmpty List<@LongRange(min = 0, max = 1L << 50) Long> nanos) {
        Times each = new Times.Each();
        Times grouped = new Times.Grouped();
        nanos.forEach(each::add);
        nanos.forEach(grouped::add);

        Latency exact = each.latency();
        Latency coarse = grouped.latency();

        assertThat(coarse.count()).isEqualTo(exact.count());
        assertThat(coarse.min()).isEqualTo(exact.min());
        assertThat(coarse.max()).isEqualTo(exact.max());
        assertClose(coarse.p50(), exact.p50());
        assertClose(coarse.p90(), exact.p90());
        assertClose(coarse.p99(), exact.p99());
    }

    private static void assertClose(Duration coarse, Duration exact) {
        assertThat(coarse.toNanos()).isBetween(exact.toNanos(), exact.toNanos() + exact.toNanos() / 128);
    }
}
