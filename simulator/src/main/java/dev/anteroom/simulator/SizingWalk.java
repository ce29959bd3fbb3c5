package dev.anteroom.simulator;

/// A queue as a random walk on a line that ends at 0: how likely it is to pass a level within a time, for every number
/// to start from. On up to [#MOST_LEVELS] levels it is the birth and death chain with the mean and variance of
/// arrivals and accepts, which for exponential service times is the queue itself; above, several places are one level.
final class SizingWalk {
    private static final int MOST_LEVELS = 300;
    private static final int STEPS = 400;

    /// `passed[i]`: from i levels.
    private final double[] passed;

    private final double height;

    /// @param drift mean change per second
    /// @param scatter variance of the change per second, above 0
    /// @param seconds to go, 0 or more
    /// @param number to pass, 0 or more
    SizingWalk(double drift, double scatter, double seconds, long number) {
        int levels = (int) Math.min(MOST_LEVELS, number + 1);
        this.height = (number + 1.0) / levels;
        double step = seconds / STEPS;
        double up = step * Math.max(0, (scatter / height + drift) / 2) / height;
        double down = step * Math.max(0, (scatter / height - drift) / 2) / height;
        // Backwards in time, implicitly: every coefficient keeps its sign, so that small chances stay exact.
        this.passed = new double[levels + 1];
        passed[levels] = 1;
        double[] onward = new double[levels];
        double[] known = new double[levels];
        for (int turn = 0; turn < STEPS; turn++) {
            for (int i = 0; i < levels; i++) {
                double below = i == 0 ? 0 : down;
                double pivot = 1 + up + below - (i == 0 ? 0 : below * onward[i - 1]);
                onward[i] = up / pivot;
                known[i] = (passed[i] + (i == 0 ? 0 : below * known[i - 1])) / pivot;
            }
            for (int i = levels - 1; i >= 0; i--) {
                passed[i] = known[i] + onward[i] * passed[i + 1];
            }
        }
    }

    /// P(the level is passed in time), starting from a number.
    double from(double start) {
        double level = start / height;
        int below = (int) Math.min(passed.length - 1, level);
        if (below == passed.length - 1) {
            return 1;
        }
        double share = level - below;
        return (1 - share) * passed[below] + share * passed[below + 1];
    }
}
