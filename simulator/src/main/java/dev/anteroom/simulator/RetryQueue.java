package dev.anteroom.simulator;

import java.util.function.DoubleUnaryOperator;

/// What clients that try again add to a load.
public final class RetryQueue {
    /// Up to this load of a worker, tries may be taken as independent of the queue that they meet. Above it they
    /// come in waves that keep the queue full: with 17 places a load of 1.1 then loses 51 % of the tries, not 9 %.
    public static final double INDEPENDENT_UP_TO = 0.9;

    private static final int HALVINGS = 100;

    private RetryQueue() {}

    /// How many clients wait to try again on average, where nobody waits in a queue and everybody tries until served:
    /// the M/M/1/1 retrial queue, exact (Falin and Templeton, Retrial Queues, 1997).
    ///
    /// @param load arrival rate times mean service time, above 0 and below 1
    /// @param retryRate tries per client and mean service time, above 0
    /// @throws IllegalArgumentException if the load is 1 or more: there is no stationary state
    public static double meanOrbit(double load, double retryRate) {
        if (!(load > 0 && load < 1) || !(retryRate > 0)) {
            throw new IllegalArgumentException("load " + load + ", retry rate " + retryRate);
        }
        return load * load * (1 + retryRate) / (retryRate * (1 - load));
    }

    /// The probability that a try is turned away if all clients try again, taken as if each try met the queue at a
    /// random moment. Cheap and optimistic: good up to [#INDEPENDENT_UP_TO] only.
    ///
    /// @param load of the first tries, above 0
    /// @param tries again of one client at most, 0 or more
    /// @param loss the probability that a try is turned away at a given load of all tries
    public static double blocked(double load, int tries, DoubleUnaryOperator loss) {
        double low = 0;
        double high = 1;
        // The first fixed point from below: where the offered loss stops exceeding the assumed one.
        for (int step = 0; step < HALVINGS; step++) {
            double middle = (low + high) / 2;
            if (loss.applyAsDouble(load * attempts(middle, tries)) > middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /// How many tries a client makes on average.
    ///
    /// @param blocked the probability that a try is turned away, 0 to 1
    /// @param tries again at most
    public static double attempts(double blocked, int tries) {
        double sum = 1;
        double term = 1;
        for (int again = 1; again <= tries; again++) {
            term *= blocked;
            sum += term;
        }
        return sum;
    }
}
