package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SingleWorkerQueueTest {
    private static final MathContext DIGITS = new MathContext(400, RoundingMode.HALF_EVEN);

    @ParameterizedTest
    @CsvSource({"0.8, 5, 0.03529039644", "0.8, 10, 0.00363923114", "1, 10, 0.05084745763", "0.5, 50, 6.05026882e-28"})
    void constantServiceTimesLoseWhatWasProvedTwoWays(double load, long places, double loss) {
        assertThat(new SingleWorkerQueue(load, 0).loss(places)).isCloseTo(loss, withinPercentage(1e-7));
    }

    /// The closed form of Brun and Garcia cancels hopelessly in doubles: it is evaluated here in 400 digits.
    @ParameterizedTest
    @CsvSource({"0.05, 4", "0.5, 20", "0.8, 100", "0.95, 60", "1.05, 40", "2, 30", "10, 12"})
    void constantServiceTimesLoseWhatTheClosedFormSays(double load, int places) {
        assertThat(new SingleWorkerQueue(load, 0).loss(places))
                .isCloseTo(brunGarcia(load, places).doubleValue(), withinPercentage(1e-8));
    }

    /// (1 + (rho - 1) b) / (1 + rho b), b the sum over k below K of (-rho (K-1-k))^k / k! e^((K-1-k) rho).
    private static BigDecimal brunGarcia(double load, int places) {
        BigDecimal rho = new BigDecimal(load);
        BigDecimal b = BigDecimal.ZERO;
        for (int k = 0; k < places; k++) {
            BigDecimal left = BigDecimal.valueOf(places - 1L - k).multiply(rho);
            BigDecimal term = left.signum() == 0 && k > 0
                    ? BigDecimal.ZERO
                    : left.negate().pow(k, DIGITS).divide(factorial(k), DIGITS).multiply(exp(left), DIGITS);
            b = b.add(term);
        }
        return BigDecimal.ONE
                .add(rho.subtract(BigDecimal.ONE).multiply(b))
                .divide(BigDecimal.ONE.add(rho.multiply(b)), DIGITS);
    }

    private static BigDecimal exp(BigDecimal x) {
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int n = 1; n < 3000 && term.signum() != 0; n++) {
            term = term.multiply(x).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    private static BigDecimal factorial(int n) {
        BigDecimal product = BigDecimal.ONE;
        for (int factor = 2; factor <= n; factor++) {
            product = product.multiply(BigDecimal.valueOf(factor));
        }
        return product;
    }

    @ParameterizedTest
    @CsvSource({"0.8, 13, 29", "0.9, 23, 57", "0.95, 40, 108"})
    void constantServiceTimesNeedThePlacesThatWereWorkedOut(double load, long forThousandth, long forMillionth) {
        SingleWorkerQueue queue = new SingleWorkerQueue(load, 0);

        assertThat(SizingSearch.smallest(1, 1000, places -> queue.loss(places) <= 1e-3))
                .hasValue(forThousandth);
        assertThat(SizingSearch.smallest(1, 1000, places -> queue.loss(places) <= 1e-6))
                .hasValue(forMillionth);
    }

    @Property
    void exponentialServiceTimesAreTheQueueOfErlang(
            @ForAll @DoubleRange(min = 0.01, max = 20) double load, @ForAll @IntRange(min = 1, max = 500) int places) {
        double erlang = new ErlangQueue(load, 1, places).loss();

        assertThat(new SingleWorkerQueue(load, 1).loss(places))
                .isCloseTo(erlang, within(Math.max(1e-8 * erlang, Double.MIN_NORMAL)));
    }

    @Property
    void theLossIsAProbabilityThatFallsWithEveryPlace(
            @ForAll @DoubleRange(min = 0.01, max = 100) double load,
            @ForAll @DoubleRange(min = 0, max = 3) double variation,
            @ForAll @IntRange(min = 1, max = 1_000_000) int places) {
        SingleWorkerQueue queue = new SingleWorkerQueue(load, variation);
        double loss = queue.loss(places);

        assertThat(loss).isBetween(0.0, 1.0);
        assertThat(queue.loss(places + 1)).isBetween(0.0, loss * (1 + 1e-9));
        assertThat(loss).isGreaterThanOrEqualTo((1 - 1 / load) * (1 - 1e-9));
    }

    @Property
    void moreVariationNeverLosesLess(
            @ForAll @DoubleRange(min = 0.1, max = 2) double load,
            @ForAll @DoubleRange(min = 0, max = 2.9) double variation,
            @ForAll @IntRange(min = 2, max = 100) int places) {
        double loss = new SingleWorkerQueue(load, variation).loss(places);

        assertThat(new SingleWorkerQueue(load, variation + 0.1).loss(places)).isGreaterThanOrEqualTo(loss * (1 - 1e-9));
    }

    /// Pollaczek and Khinchine.
    @Property
    void withoutALimitTheMeanIsAsTheFormulaSays(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double load,
            @ForAll @DoubleRange(min = 0, max = 3) double variation) {
        double mean = load + load * load * (1 + variation * variation) / (2 * (1 - load));

        assertThat(new SingleWorkerQueue(load, variation).unlimited().mean()).isCloseTo(mean, withinPercentage(1e-6));
    }

    @Property
    void farOutTheProbabilitiesFallByTheRatioOfTheTail(
            @ForAll @DoubleRange(min = 0.3, max = 0.99) double load,
            @ForAll @DoubleRange(min = 0, max = 2) double variation) {
        StationaryNumber number = new SingleWorkerQueue(load, variation).unlimited();

        assertThat(number.probability(61) / number.probability(60))
                .isCloseTo(SizingDecay.ratio(load, variation), withinPercentage(0.01));
    }

    @Test
    void onePlaceIsErlangsLossWhateverTheVariation() {
        for (double variation : new double[] {0, 0.3, 1, 3}) {
            assertThat(new SingleWorkerQueue(2, variation).loss(1)).isCloseTo(2.0 / 3, within(1e-12));
        }
    }
}
