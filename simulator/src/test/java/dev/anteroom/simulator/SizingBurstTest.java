package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingBurstTest {

    /// Peaks of 3000 simulated bursts, worked out elsewhere.
    @ParameterizedTest
    @CsvSource({
        "500, 1000, 0.2, 0, 0.99, 924",
        "500, 1000, 0.2, 1, 0.99, 941",
        "900, 1000, 0.5, 1, 0.99, 1033",
        "800, 200, 0.1, 1, 0.99, 219",
        "800, 200, 0.1, 1, 0.999, 237"
    })
    void thePeakIsWhatWasSimulated(
            double rate, int burst, double width, double variation, double part, double simulated) {
        SizingBurst model = burst(burst, width, rate, new SizingServer(1000, 1, variation, Duration.ZERO));

        assertThat((double) quantile(model, part)).isCloseTo(simulated, within(0.03 * simulated));
    }

    @Test
    void itsMeanIsThatOfTheFluid() {
        assertThat(burst(1000, 0.2, 500, new SizingServer(1000, 1, 0, Duration.ZERO))
                        .meanPeak())
                .isCloseTo(900.75, within(1e-9));
    }

    /// The tolerance that is promised: 2 % or 3 places, whichever is more.
    @ParameterizedTest
    @CsvSource({
        // rate, accept rate, burst, width, pause, variation
        "0, 100, 1000, 1, 0, 1",
        "0, 1000, 1200, 1, 0, 1",
        "500, 1000, 700, 1, 0, 0",
        "500, 1000, 300, 0.5, 0.2, 0",
        "600, 1000, 0, 0, 0.25, 1",
        "200, 1000, 100, 0.05, 0.3, 2"
    })
    void aFastBurstPeaksAsSimulated(
            double rate, double acceptRate, int burst, double width, double pause, double variation) {
        SizingServer server = new SizingServer(acceptRate, 1, variation, SizingWait.seconds(pause));
        long[] peaks = simulatedPeaks(burst, width, rate, server);

        for (double part : new double[] {0.9, 0.99}) {
            double simulated = peaks[(int) (part * peaks.length)];
            assertThat((double) quantile(burst(burst, width, rate, server), part))
                    .describedAs("%s of the peaks", part)
                    .isCloseTo(simulated, within(Math.max(3, 0.02 * simulated)));
        }
    }

    /// A burst that the server nearly keeps up with: never sized much too small, and not more than twice too large.
    @ParameterizedTest
    @CsvSource({
        // rate, accept rate, burst, width, pause, variation
        "0, 1000, 500, 1, 0, 1",
        "0, 500, 500, 1, 0, 0",
        "0, 1000, 1090, 1, 0, 1",
        "300, 1000, 600, 1, 0, 1",
        "300, 1000, 600, 1, 0.1, 1",
        "20, 100, 10, 1, 0, 0.5"
    })
    void aSlowBurstPeaksAtMostAsFollowed(
            double rate, double acceptRate, int burst, double width, double pause, double variation) {
        SizingServer server = new SizingServer(acceptRate, 1, variation, SizingWait.seconds(pause));
        long[] peaks = simulatedPeaks(burst, width, rate, server);

        for (double part : new double[] {0.9, 0.99}) {
            double simulated = peaks[(int) (part * peaks.length)];
            assertThat((double) quantile(burst(burst, width, rate, server), part))
                    .describedAs("%s of the peaks", part)
                    .isBetween(simulated - Math.max(3, 0.02 * simulated), Math.max(10, 2 * simulated));
        }
    }

    private static long[] simulatedPeaks(int burst, double width, double rate, SizingServer server) {
        return new Random(7)
                .longs(2000)
                .map(seed -> simulatedPeak(burst, width, rate, server, new Random(seed)))
                .sorted()
                .toArray();
    }

    /// The highest number in the system from the start of the burst, which comes at random moments of its width, until
    /// burst and pause are over; before it the server has run for a while.
    private static long simulatedPeak(int burst, double width, double rate, SizingServer server, Random random) {
        double warmUp = rate == 0 ? 0 : 300 / rate;
        double end = warmUp + Math.max(width, server.pauseSeconds());
        double[] arrivals = new double[burst + (int) (4 * rate * end) + 100];
        int count = 0;
        for (; count < burst; count++) {
            arrivals[count] = warmUp + width * random.nextDouble();
        }
        double next = rate == 0 ? end + 1 : exponential(random) / rate;
        while (next <= end) {
            arrivals[count++] = next;
            next += exponential(random) / rate;
        }
        Arrays.sort(arrivals, 0, count);
        double resume = warmUp + server.pauseSeconds();
        double free = Double.POSITIVE_INFINITY;
        long present = 0;
        long peak = 0;
        for (int i = 0; i < count; i++) {
            while (free <= arrivals[i]) {
                present--;
                free = present == 0 ? Double.POSITIVE_INFINITY : nextFree(free, server, random, warmUp, resume);
            }
            present++;
            if (present == 1) {
                free = nextFree(arrivals[i], server, random, warmUp, resume);
            }
            if (arrivals[i] >= warmUp) {
                peak = Math.max(peak, present);
            }
        }
        return peak;
    }

    /// When a service that begins now ends; the pause stands still.
    private static double nextFree(double now, SizingServer server, Random random, double pausedFrom, double resume) {
        double begin = now >= pausedFrom && now < resume ? resume : now;
        double end = begin + serviceTime(server.variation(), random) / server.acceptRate();
        return begin < pausedFrom && end > pausedFrom ? end + (resume - pausedFrom) : end;
    }

    /// Of mean 1: constant, a sum of exponentials, or a mix of two of them.
    private static double serviceTime(double variation, Random random) {
        if (variation == 0) {
            return 1;
        }
        if (variation <= 1) {
            int stages = (int) Math.round(1 / (variation * variation));
            double sum = 0;
            for (int stage = 0; stage < stages; stage++) {
                sum += exponential(random) / stages;
            }
            return sum;
        }
        double squared = variation * variation;
        double often = (1 + Math.sqrt((squared - 1) / (squared + 1))) / 2;
        double share = random.nextDouble() < often ? often : 1 - often;
        return exponential(random) / (2 * share);
    }

    private static double exponential(Random random) {
        return -Math.log(1 - random.nextDouble());
    }

    @Test
    void aPauseAloneFillsTheQueueWithWhatArrivesMeanwhile() {
        SizingBurst pause = burst(0, 0, 10, new SizingServer(1e9, 1, 0, Duration.ofMillis(100)));

        // Poisson with mean 1, and next to nobody there before.
        assertThat(pause.above(0)).isCloseTo(1 - Math.exp(-1), within(1e-6));
        assertThat(pause.above(3)).isCloseTo(0.0189882, within(1e-6));
    }

    @Test
    void aQueueThatIsMuchTooShortIsSureToLose() {
        // Of 742 arrivals in the pause the chance of none is less than a double holds.
        SizingBurst pause = burst(1, 0, 790, new SizingServer(1000, 1, 0, Duration.ofMillis(940)));

        assertThat(pause.lossAt(1)).isCloseTo(1, within(1e-12));
        assertThat(pause.lossAt(2)).isCloseTo(1, within(1e-12));
        assertThat(pause.lossAt(742)).isCloseTo(0.5, within(0.05));
    }

    @Property(tries = 200)
    void theLossFallsWithEveryPlaceAndIsAProbability(
            @ForAll @IntRange(min = 0, max = 20_000) int burst,
            @ForAll @DoubleRange(min = 0, max = 10) double width,
            @ForAll @DoubleRange(min = 0, max = 0.99) double load,
            @ForAll @DoubleRange(min = 0, max = 3) double variation,
            @ForAll @DoubleRange(min = 0, max = 2) double pause,
            @ForAll @IntRange(min = 0, max = 30_000) int limit) {
        SizingServer server = new SizingServer(1000, 1, variation, SizingWait.seconds(pause));
        SizingBurst model = burst(Math.max(1, burst), width, 1000 * load, server);
        double loss = model.lossAt(limit);

        assertThat(loss).isBetween(0.0, 1.0);
        assertThat(model.lossAt(limit + 1)).isBetween(0.0, loss * (1 + 1e-6) + 1e-300);
    }

    /// Where the way of following it changes, a slow burst is sized for more, not for less.
    @Property(tries = 100)
    void aLargerFastBurstNeedsNoLess(
            @ForAll @IntRange(min = 500, max = 5000) int burst,
            @ForAll @DoubleRange(min = 0, max = 0.2) double width,
            @ForAll @DoubleRange(min = 0, max = 0.9) double load) {
        SizingServer server = new SizingServer(1000, 1, 1, Duration.ZERO);

        assertThat(quantile(burst(burst + 10, width, 1000 * load, server), 0.999))
                .isGreaterThanOrEqualTo(quantile(burst(burst, width, 1000 * load, server), 0.999));
    }

    private static SizingBurst burst(int size, double width, double rate, SizingServer server) {
        return new SizingBurst(
                new SizingLoad(size, SizingWait.seconds(width), false, rate, Optional.empty(), Optional.empty()),
                server);
    }

    private static long quantile(SizingBurst model, double part) {
        return SizingSearch.smallest(0, 1 << 30, number -> model.above(number) <= 1 - part)
                .orElseThrow();
    }
}
