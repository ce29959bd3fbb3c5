package dev.anteroom.simulator;

/// By how much each further place lowers the loss, far out: exact for Poisson arrivals, any number of workers,
/// constant or gamma distributed service times (Tijms 2003, 9.6).
final class SizingDecay {
    private static final int HALVINGS = 200;

    private SizingDecay() {}

    /// P(N = n + 1) / P(N = n) for a large n.
    ///
    /// @param load of each worker, above 0 and below 1
    /// @param variation coefficient of variation of the service time, 0 or more
    static double ratio(double load, double variation) {
        double squared = variation * variation;
        // The positive root x of E exp(x S) = 1 + x / load with E S = 1. It lies where the left side exceeds the
        // right for the first time; for a gamma distribution the left side ends at 1 / squared.
        double low = 0;
        double high = squared == 0 ? 1 : 1 / squared;
        while (squared == 0 && Math.expm1(high) < high / load) {
            low = high;
            high *= 2;
        }
        for (int step = 0; step < HALVINGS; step++) {
            double middle = (low + high) / 2;
            boolean beyond = squared == 0 ? Math.expm1(middle) > middle / load : gamma(middle, squared) > middle / load;
            if (beyond) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return load / (load + high);
    }

    /// E exp(x S) - 1.
    private static double gamma(double x, double squared) {
        return Math.expm1(-Math.log1p(-x * squared) / squared);
    }
}
