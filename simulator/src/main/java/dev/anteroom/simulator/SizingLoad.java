package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Optional;

/// What arrives.
///
/// @param burst how many connections come together, 0 for none
/// @param burstWidth from the first SYN of the burst to the last, zero for all at once; they come at random moments
///     in between
/// @param burstVaries whether the size of the burst is only its mean (Poisson), and not the most that comes
/// @param rate connections per second that come all the time besides, as a Poisson process; 0 for none
/// @param peaks in which more than that come, again and again; empty for none, and never together with a burst
/// @param trace of all that arrives, instead of everything else; empty for none
public record SizingLoad(
        long burst,
        Duration burstWidth,
        boolean burstVaries,
        double rate,
        Optional<SizingPeaks> peaks,
        Optional<SizingTrace> trace) {

    public SizingLoad {
        if (burst < 0) {
            throw new IllegalArgumentException("a burst of " + burst + "; it cannot be negative");
        }
        if (burstWidth.isNegative()) {
            throw new IllegalArgumentException("a burst width of " + burstWidth + "; it cannot be negative");
        }
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a rate of " + rate + "/s; it cannot be negative");
        }
        if (burst > 0 && peaks.isPresent()) {
            throw new IllegalArgumentException("a burst together with peaks; size them one at a time");
        }
        if (burst == 0 && rate == 0 && peaks.isEmpty() && trace.isEmpty()) {
            throw new IllegalArgumentException("nothing arrives: neither a burst nor a rate");
        }
        if (trace.isPresent() && (burst > 0 || rate > 0 || peaks.isPresent())) {
            throw new IllegalArgumentException("a trace together with a burst or a rate; it has all that arrives");
        }
    }

    /// A burst alone.
    public static SizingLoad ofBurst(long burst, Duration burstWidth) {
        return new SizingLoad(burst, burstWidth, false, 0, Optional.empty(), Optional.empty());
    }

    /// Steady arrivals alone.
    public static SizingLoad ofRate(double perSecond) {
        return new SizingLoad(0, Duration.ZERO, false, perSecond, Optional.empty(), Optional.empty());
    }

    /// What was recorded, and nothing else.
    public static SizingLoad ofTrace(SizingTrace trace) {
        return new SizingLoad(0, Duration.ZERO, false, 0, Optional.empty(), Optional.of(trace));
    }

    /// The same with steady arrivals besides.
    public SizingLoad withRate(double perSecond) {
        return new SizingLoad(burst, burstWidth, burstVaries, perSecond, peaks, trace);
    }

    /// The same with peaks.
    public SizingLoad withPeaks(SizingPeaks other) {
        return new SizingLoad(burst, burstWidth, burstVaries, rate, Optional.of(other), trace);
    }

    /// Connections per second in the long run, bursts left out.
    public double meanRate() {
        return trace.map(SizingTrace::meanRate)
                .orElseGet(() -> peaks.map(known -> known.meanRate(rate)).orElse(rate));
    }

    double burstSeconds() {
        return burstWidth.toNanos() / 1e9;
    }
}
