package dev.anteroom.simulator;

import java.util.function.DoubleUnaryOperator;

/// The peak of the accept queue over a burst, a pause, or both, with the burst at the start of the pause: what was
/// there before (exact for one worker) plus what comes less what is accepted meanwhile.
///
/// If the pause outlasts the burst, nothing is accepted before the peak, and what comes is a fixed number plus a
/// Poisson one. If the burst comes much faster than it is accepted, the queue moves as a Brownian motion with the mean
/// and variance of arrivals and accepts, tied down at its end by the size of the burst where that is fixed; its highest
/// point is known in closed form. If not, the queue is empty time and again, and is followed as a [SizingWalk], whose
/// burst varies: on the safe side of one that does not.
final class SizingBurst implements SizingModel {
    /// Up to this mean a Poisson number is taken as one, above as a normal one.
    private static final double NEARLY_NORMAL = 2000;

    private static final double NEGLIGIBLE = 1e-18;
    private static final int MOST_BLOCKS = 4096;

    /// From so many standard deviations of growth on, the peak is at the end.
    private static final double FAST = 3;

    private final StationaryNumber before;
    private final boolean beforeIsExact;

    /// What comes while nothing is accepted.
    private final double paused;

    /// Mean of what is left at the end of the burst, and how far it scatters.
    private final double drift;

    private final double variance;

    /// How far the path scatters on its way there, 0 if there is none.
    private final double wandering;

    /// How long the queue moves in both directions, in seconds.
    private final double drained;

    /// More than this are never there: the burst, where nothing else comes and its size is fixed.
    private final long most;

    /// The part of [#paused] that varies, where nothing else does; NaN otherwise.
    private final double poisson;

    SizingBurst(SizingLoad load, SizingServer server) {
        double width = load.burstSeconds();
        double pause = server.pauseSeconds();
        double random = load.burstVaries() ? load.burst() : 0;
        this.most = load.rate() == 0 && !load.burstVaries() ? load.burst() : Long.MAX_VALUE;
        this.before = server.inTheLongRun(load.rate());
        this.beforeIsExact = load.rate() == 0 || server.workers() == 1 || server.variation() == 1;
        if (width <= pause) {
            this.paused = load.burst() + load.rate() * pause;
            this.drift = 0;
            this.variance = load.rate() * pause + random;
            this.wandering = 0;
            this.drained = 0;
            this.poisson = variance <= NEARLY_NORMAL ? variance : Double.NaN;
        } else {
            this.drained = width - pause;
            double inBurst = load.rate() + load.burst() / width;
            double scatter = server.acceptRate() * server.squaredVariation();
            this.paused = inBurst * pause;
            this.drift = (inBurst - server.acceptRate()) * drained;
            this.variance = load.rate() * width + random + scatter * drained;
            this.wandering = (inBurst + scatter) * drained;
            this.poisson = Double.NaN;
        }
    }

    @Override
    public double lossAt(long limit) {
        return limit + 1 >= most ? 0 : above(limit + 1);
    }

    @Override
    public double lostAt(long limit) {
        return Math.max(0, meanPeak() - (limit + 1));
    }

    @Override
    public SizingMethod method() {
        if (drained > 0) {
            return isFast() ? SizingMethod.DIFFUSION : SizingMethod.WALK;
        }
        if (Double.isNaN(poisson) || !beforeIsExact) {
            return SizingMethod.DIFFUSION;
        }
        return poisson == 0 && before == StationaryNumber.NONE ? SizingMethod.COUNTING : SizingMethod.EXACT;
    }

    /// The mean of the peak, up to what the path rises above its end.
    double meanPeak() {
        return before.mean() + paused + Math.max(0, drift);
    }

    /// P(peak > number): the chance that a queue of that capacity loses one connection or more.
    double above(long number) {
        DoubleUnaryOperator added = drained == 0 || isFast() ? this::added : walked(number);
        long most = number;
        while (most > 0 && before.above(most / 2) < NEGLIGIBLE) {
            most /= 2;
        }
        // What was there before, in blocks so fine that their width does not show.
        long step = Math.max(1, most / MOST_BLOCKS);
        double sum = before.above(number);
        for (long n = 0; n <= most; n += step) {
            double weight = step == 1 ? before.probability(n) : before.above(n - 1) - before.above(n + step - 1);
            sum += weight * added.applyAsDouble(number - n - (step - 1) / 2.0);
        }
        return Math.min(1, sum);
    }

    private boolean isFast() {
        return drift >= FAST * Math.sqrt(wandering);
    }

    /// P(what is added at the peak > what is left of the number).
    private DoubleUnaryOperator walked(long number) {
        SizingWalk walk = new SizingWalk(drift / drained, wandering / drained, drained, number);
        return left -> walk.from(number - left + paused);
    }

    /// P(what is added at the peak > number).
    private double added(double number) {
        if (!Double.isNaN(poisson)) {
            return poissonAbove(poisson, (long) Math.floor(number - (paused - poisson)));
        }
        double rise = number - paused;
        if (rise <= 0 && wandering > 0) {
            return 1;
        }
        double spread = Math.sqrt(variance);
        double atTheEnd = variance == 0 ? (rise < drift ? 1 : 0) : SizingNormal.tail((rise - drift) / spread);
        return wandering == 0 ? atTheEnd : Math.min(1, atTheEnd + onTheWay(rise, spread));
    }

    /// P(the path is above at some moment, and below at its end), of a Brownian bridge with a normal end.
    private double onTheWay(double rise, double spread) {
        if (variance == 0) {
            return rise < drift ? 0 : Math.exp(-2 * rise * (rise - drift) / wandering);
        }
        double pull = 2 * rise / wandering;
        double exponent = pull * (drift - rise + pull * variance / 2);
        return Math.exp(exponent + SizingNormal.logTail((drift + pull * variance - rise) / spread));
    }

    private static double poissonAbove(double mean, long number) {
        if (number < 0) {
            return 1;
        }
        if (mean == 0) {
            return 0;
        }
        return number < mean ? 1 - poissonUpTo(mean, number) : poissonFrom(mean, number + 1);
    }

    /// Summed from its largest term down, because the smallest may be less than a double holds.
    private static double poissonUpTo(double mean, long number) {
        double term = poissonAt(mean, number);
        double sum = term;
        for (long n = number; n > 0 && term > sum * 1e-17; n--) {
            term *= n / mean;
            sum += term;
        }
        return Math.min(1, sum);
    }

    /// Summed from its largest term up: of a number above the mean.
    private static double poissonFrom(double mean, long number) {
        double term = poissonAt(mean, number);
        double sum = term;
        for (long n = number + 1; term > sum * 1e-17; n++) {
            term *= mean / n;
            sum += term;
        }
        return Math.min(1, sum);
    }

    private static double poissonAt(double mean, long number) {
        return Math.exp(-mean + number * Math.log(mean) - logFactorial(number));
    }

    /// Stirling's series from 10 on, below it the product.
    private static double logFactorial(long number) {
        if (number < 10) {
            double product = 1;
            for (long n = 2; n <= number; n++) {
                product *= n;
            }
            return Math.log(product);
        }
        double n = number;
        return (n + 0.5) * Math.log(n)
                - n
                + Math.log(2 * Math.PI) / 2
                + 1 / (12 * n)
                - 1 / (360 * n * n * n)
                + 1 / (1260 * Math.pow(n, 5));
    }
}
