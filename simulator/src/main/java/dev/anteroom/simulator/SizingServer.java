package dev.anteroom.simulator;

import java.time.Duration;

/// Who accepts, and how fast.
///
/// @param acceptRate accepts per second while connections wait, of all workers together, above 0
/// @param workers how many accept at the same time, each busy with one connection until it accepts the next, 1 or more
/// @param variation standard deviation over mean of the time from one accept of a worker to its next, 0 to
///     [SingleWorkerQueue#MOST_VARIATION]: 0 for a constant time, 1 for an exponential one
/// @param pause the longest time in which nobody accepts (garbage collection, a lock, a reload), zero for none
public record SizingServer(double acceptRate, int workers, double variation, Duration pause) {

    public SizingServer {
        if (!(acceptRate > 0 && acceptRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("an accept rate of " + acceptRate + "/s; it has to be above 0");
        }
        if (workers < 1) {
            throw new IllegalArgumentException(workers + " workers; there has to be one at least");
        }
        if (!(variation >= 0 && variation <= SingleWorkerQueue.MOST_VARIATION)) {
            throw new IllegalArgumentException(
                    "a variation of " + variation + "; it goes from 0 to " + SingleWorkerQueue.MOST_VARIATION);
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("a pause of " + pause + "; it cannot be negative");
        }
    }

    /// One acceptor that takes so many connections per second and hands them on, with exponential times.
    public static SizingServer accepting(double perSecond) {
        return new SizingServer(perSecond, 1, 1, Duration.ZERO);
    }

    /// Workers that each accept a connection, serve it, and only then accept the next, with exponential times.
    ///
    /// @throws IllegalArgumentException if the service time is not above zero
    public static SizingServer working(int workers, Duration serviceTime) {
        if (serviceTime.isZero() || serviceTime.isNegative()) {
            throw new IllegalArgumentException("a service time of " + serviceTime + "; it has to be above 0");
        }
        return new SizingServer(workers * 1e9 / serviceTime.toNanos(), workers, 1, Duration.ZERO);
    }

    /// The same with another [#variation].
    public SizingServer withVariation(double other) {
        return new SizingServer(acceptRate, workers, other, pause);
    }

    /// The same with another [#pause].
    public SizingServer withPause(Duration other) {
        return new SizingServer(acceptRate, workers, variation, other);
    }

    /// The same, faster or slower by a factor.
    SizingServer times(double factor) {
        return new SizingServer(acceptRate * factor, workers, variation, pause);
    }

    double pauseSeconds() {
        return pause.toNanos() / 1e9;
    }

    double squaredVariation() {
        return variation * variation;
    }

    /// How many connections there are in the long run, in service or waiting, if nothing limits them.
    ///
    /// @param rate arrivals per second, below [#acceptRate]
    StationaryNumber inTheLongRun(double rate) {
        if (rate == 0) {
            return StationaryNumber.NONE;
        }
        double load = rate / acceptRate;
        return workers == 1
                ? new SingleWorkerQueue(load, variation).unlimited()
                : ErlangQueue.unlimited(load * workers, workers, SizingDecay.ratio(load, variation));
    }
}
