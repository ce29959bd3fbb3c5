package dev.anteroom.simulator;

/// M/M/c/K: Poisson arrivals, c workers with exponential service times, K places with those in service.
/// Exact, by a recursion that neither overflows nor needs a factorial (Erlang; Tijms 2003, 9.8).
///
/// @param erlangs arrival rate times mean service time, above 0
/// @param workers c, at least 1
/// @param places K, at least c
public record ErlangQueue(double erlangs, int workers, long places) {

    public ErlangQueue {
        if (!(erlangs > 0) || workers < 1 || places < workers) {
            throw new IllegalArgumentException(erlangs + " erlangs, " + workers + " workers, " + places + " places");
        }
    }

    /// Erlang's B: the probability that all of so many lines are taken, with nowhere to wait.
    public static double erlangB(double erlangs, int lines) {
        return 1 / inverseErlangB(erlangs, lines);
    }

    /// The probability that an arrival finds all places taken.
    public double loss() {
        double perWorker = erlangs / workers;
        double grow = 1 / perWorker;
        long waiting = places - workers;
        double inverse = inverseErlangB(erlangs, workers);
        // y = 1 + y/rho, so many times over, in closed form.
        double powers = waiting * Math.log(grow);
        double sum = grow == 1 ? waiting : Math.expm1(powers) / (grow - 1);
        return 1 / (inverse * Math.exp(powers) + sum);
    }

    /// The probability that nobody is there.
    public double empty() {
        return numbers()[0];
    }

    /// How many are there on average, those in service included.
    public double mean() {
        double[] numbers = numbers();
        double sum = 0;
        for (int n = 1; n < numbers.length; n++) {
            sum += n * numbers[n];
        }
        return sum;
    }

    /// How many wait on average.
    public double meanWaiting() {
        double[] numbers = numbers();
        double sum = 0;
        for (int n = workers + 1; n < numbers.length; n++) {
            sum += (n - workers) * numbers[n];
        }
        return sum;
    }

    /// How long one that is not refused is there on average, in mean service times (Little).
    public double response() {
        return mean() / (erlangs * (1 - loss()));
    }

    /// How many are in a queue of this kind that has no limit; for service times that are not exponential an
    /// approximation that is exact far out.
    ///
    /// @param ratio by which the probabilities fall beyond the number of workers
    static StationaryNumber unlimited(double erlangs, int workers, double ratio) {
        double[] head = new ErlangQueue(erlangs, workers, workers).numbers();
        double above = head[workers] * ratio / (1 - ratio);
        for (int n = 0; n < head.length; n++) {
            head[n] /= 1 + above;
        }
        return new StationaryNumber(head, ratio);
    }

    private double[] numbers() {
        double[] numbers = new double[Math.toIntExact(places + 1)];
        // From the most likely number outwards: what underflows there is nothing beside it.
        int peak = (int) Math.min(places, erlangs >= workers ? places : (long) erlangs);
        numbers[peak] = 1;
        double sum = 1;
        for (int n = peak; n < places; n++) {
            numbers[n + 1] = numbers[n] * erlangs / Math.min(n + 1, workers);
            sum += numbers[n + 1];
        }
        for (int n = peak; n > 0; n--) {
            numbers[n - 1] = numbers[n] * Math.min(n, workers) / erlangs;
            sum += numbers[n - 1];
        }
        for (int n = 0; n < numbers.length; n++) {
            numbers[n] /= sum;
        }
        return numbers;
    }

    private static double inverseErlangB(double erlangs, int lines) {
        double inverse = 1;
        for (int line = 1; line <= lines; line++) {
            inverse = 1 + line / erlangs * inverse;
        }
        return inverse;
    }
}
