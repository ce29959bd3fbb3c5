package dev.anteroom.simulator;

import java.time.Duration;

/// Peaks that come again and again, at random moments: both they and the calm between them have exponential lengths.
///
/// @param rate connections per second during a peak, all together
/// @param length mean length of a peak
/// @param every mean time from the start of one to that of the next, longer than [#length]
public record SizingPeaks(double rate, Duration length, Duration every) {

    public SizingPeaks {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a peak rate of " + rate + "/s; it has to be above 0");
        }
        if (length.isZero() || length.isNegative() || every.compareTo(length) <= 0) {
            throw new IllegalArgumentException("peaks of " + length + " every " + every
                    + "; they need a length above 0 and more time from one to the next");
        }
    }

    double lengthSeconds() {
        return length.toNanos() / 1e9;
    }

    double calmSeconds() {
        return every.minus(length).toNanos() / 1e9;
    }

    /// Connections per second in the long run, with so many of them during the calm.
    double meanRate(double calmRate) {
        return (rate * lengthSeconds() + calmRate * calmSeconds()) / (lengthSeconds() + calmSeconds());
    }
}
