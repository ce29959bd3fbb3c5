package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatencyTest {
    @Test
    void quantilesOfAThousandDifferentTimesAreTheTimesThemselves() {
        Latency latency =
                Latency.of(LongStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray());

        assertThat(latency)
                .isEqualTo(new Latency(
                        1000,
                        Duration.ofNanos(1),
                        Duration.ofNanos(500),
                        Duration.ofNanos(900),
                        Duration.ofNanos(990),
                        Duration.ofNanos(1000)));
    }

    @Test
    void ofOneConnectionAllTimesAreThatOfIt() {
        assertThat(Latency.of(new long[] {7}).p99()).isEqualTo(Duration.ofNanos(7));
        assertThat(Latency.of(new long[] {7}).min()).isEqualTo(Duration.ofNanos(7));
    }

    @Test
    void withoutTimesThereIsNone() {
        assertThat(Latency.of(new long[0])).isSameAs(Latency.NONE);
    }

    @Property
    void atLeastSoManyInAHundredTookAtMostAQuantileAndFewerTookLess(
            @ForAll @Size(min = 1, max = 300) List<@LongRange(min = 0, max = 50) Long> times) {
        long[] nanos = times.stream().mapToLong(Long::longValue).toArray();
        Latency latency = Latency.of(nanos);

        for (int percent : new int[] {50, 90, 99}) {
            long quantile = (percent == 50 ? latency.p50() : percent == 90 ? latency.p90() : latency.p99()).toNanos();
            assertThat(100 * Arrays.stream(nanos).filter(n -> n <= quantile).count())
                    .isGreaterThanOrEqualTo((long) percent * nanos.length);
            assertThat(100 * Arrays.stream(nanos).filter(n -> n < quantile).count())
                    .isLessThan((long) percent * nanos.length);
        }
    }
}
