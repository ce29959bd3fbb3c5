package dev.anteroom.simulator;

/// The upper tail of the standard normal distribution, exact to 1e-14 relative as far out as a double reaches.
final class SizingNormal {
    private static final double ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);

    /// From here on the continued fraction needs few terms, below it the series does.
    private static final double FAR = 3;

    private SizingNormal() {}

    /// P(Z > x).
    static double tail(double x) {
        if (x < 0) {
            return 1 - tail(-x);
        }
        return x < FAR ? 0.5 - density(x) * series(x) : density(x) * millsRatio(x);
    }

    /// ln P(Z > x), which stays finite where the tail itself would be zero.
    static double logTail(double x) {
        return x < FAR ? Math.log(tail(x)) : -x * x / 2 - Math.log(ROOT_OF_TWO_PI) + Math.log(millsRatio(x));
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / ROOT_OF_TWO_PI;
    }

    /// x + x^3/3 + x^5/(3 5) + ..., all terms positive (Abramowitz and Stegun 26.2.11).
    private static double series(double x) {
        double sum = x;
        double term = x;
        for (int odd = 3; term > sum * 1e-17; odd += 2) {
            term *= x * x / odd;
            sum += term;
        }
        return sum;
    }

    /// Tail over density as the continued fraction 1/(x + 1/(x + 2/(x + ...))) (Abramowitz and Stegun 26.2.14).
    private static double millsRatio(double x) {
        double fraction = x;
        for (int term = 100; term > 0; term--) {
            fraction = x + term / fraction;
        }
        return 1 / fraction;
    }
}
