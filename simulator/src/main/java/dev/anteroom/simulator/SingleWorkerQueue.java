package dev.anteroom.simulator;

import java.util.Arrays;

/// M/G/1/K: Poisson arrivals, one worker, K places with the one in service, service times that are constant or
/// gamma distributed (exponential among them). Exact, by the recursion over the number that a departure leaves
/// behind, all of whose terms are positive (Tijms, A First Course in Stochastic Models, 2003, 9.8).
///
/// Holds to 1e-10 relative for a load up to 100 and any number of places; a loss below the smallest double is 0.
public final class SingleWorkerQueue {
    /// The largest coefficient of variation of the service time.
    public static final double MOST_VARIATION = 3;

    private static final int MOST_TERMS = 200_000;
    private static final int STEPS_TO_SETTLE = 8;
    private static final double SETTLED = 4e-15;
    private static final double HUGE = 1e250;

    private final double load;

    /// `weights[j]`: how often a departure leaves j behind, relative to leaving none, as far as no limit is met.
    private final double[] weights;

    /// `sums[j]`: of the weights below j.
    private final double[] sums;

    /// How much the weights grow with each further place once they do so evenly.
    private final double ratio;

    /// @param load arrival rate times mean service time, above 0
    /// @param variation standard deviation of the service time over its mean, 0 to 3: 0 constant, 1 exponential
    public SingleWorkerQueue(double load, double variation) {
        if (!(load > 0) || !(variation >= 0 && variation <= MOST_VARIATION)) {
            throw new IllegalArgumentException("load " + load + ", variation " + variation);
        }
        this.load = load;
        double[] above = arrivalsAbove(load, variation * variation);
        double none = noArrival(load, variation * variation);
        double[] found = new double[256];
        found[0] = 1;
        int known = 1;
        double total = 1;
        double last = 0;
        int settled = 0;
        while (settled < STEPS_TO_SETTLE && total < HUGE && known < MOST_TERMS && found[known - 1] > 0) {
            double sum = at(above, known - 1);
            for (int k = Math.max(1, known - above.length + 1); k < known; k++) {
                sum += above[known - k] * found[k];
            }
            if (known == found.length) {
                found = Arrays.copyOf(found, 2 * known);
            }
            found[known] = sum / none;
            double now = found[known] / found[known - 1];
            settled = Math.abs(now - last) <= SETTLED * now ? settled + 1 : 0;
            last = now;
            total += found[known];
            known++;
        }
        this.weights = Arrays.copyOf(found, known);
        this.ratio = Double.isFinite(last) ? last : Double.MAX_VALUE;
        this.sums = new double[known + 1];
        for (int j = 0; j < known; j++) {
            sums[j + 1] = sums[j] + weights[j];
        }
    }

    /// The probability that an arrival finds all places taken.
    ///
    /// @param places in the whole system, the one in service included: capacity + 1, at least 1
    public double loss(long places) {
        double sum = sumBelow(places);
        if (sum > HUGE) {
            return (load - 1) / load;
        }
        double direct = 1 - (1 - load) * sum;
        if (load >= 1 || direct > 0.5) {
            return direct / (1 + load * sum);
        }
        // The same from the other end: near 0 the difference above would have no correct digit left.
        return (1 - load) * sumFrom(places) / (1 + load * sum);
    }

    /// How many are in a queue of this kind that has no limit, the one in service included.
    ///
    /// @throws IllegalStateException if the load is 1 or more: it would grow for ever
    StationaryNumber unlimited() {
        if (load >= 1) {
            throw new IllegalStateException("a load of " + load + " has no stationary state");
        }
        double[] head = new double[weights.length];
        for (int j = 0; j < head.length; j++) {
            head[j] = (1 - load) * weights[j];
        }
        return new StationaryNumber(head, ratio);
    }

    private double sumBelow(long places) {
        if (places < sums.length) {
            return sums[(int) places];
        }
        long more = places - weights.length;
        double last = weights[weights.length - 1];
        double steps = ratio == 1 ? more : Math.expm1(more * Math.log(ratio)) / (ratio - 1);
        return sums[weights.length] + last * ratio * steps;
    }

    private double sumFrom(long places) {
        double last = weights[weights.length - 1];
        if (places >= weights.length) {
            return last * Math.pow(ratio, (double) (places - weights.length + 1)) / (1 - ratio);
        }
        double sum = last * ratio / (1 - ratio);
        for (int j = weights.length - 1; j >= places; j--) {
            sum += weights[j];
        }
        return sum;
    }

    /// P(more than n arrive during one service), for every n until it is nothing. The number is Poisson for a
    /// constant service time and negative binomial for a gamma distributed one.
    private static double[] arrivalsAbove(double load, double squared) {
        double shrink = load * squared / (1 + load * squared);
        double[] exactly = new double[256];
        exactly[0] = noArrival(load, squared);
        int count = 1;
        for (double term = exactly[0]; count <= load || (term > 1e-300 && count < MOST_TERMS); count++) {
            term *= squared == 0 ? load / count : shrink * (1 / squared + count - 1) / count;
            if (count == exactly.length) {
                exactly = Arrays.copyOf(exactly, 2 * count);
            }
            exactly[count] = term;
        }
        double[] above = new double[count];
        double sum = 0;
        for (int n = count - 1; n >= 0; n--) {
            above[n] = sum;
            sum += exactly[n];
        }
        return above;
    }

    private static double noArrival(double load, double squared) {
        return squared == 0 ? Math.exp(-load) : Math.exp(-Math.log1p(load * squared) / squared);
    }

    private static double at(double[] values, int index) {
        return index < values.length ? values[index] : 0;
    }
}
