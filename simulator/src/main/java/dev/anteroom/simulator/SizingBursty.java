package dev.anteroom.simulator;

/// The share of connections that arrivals with peaks lose, all workers taken as one fast one with a constant service
/// time.
final class SizingBursty implements SizingModel {
    /// Beyond so many places the loss goes on by its decay, which has set in long before.
    private static final int EXACT_PLACES = 256;

    private final double meanRate;
    private final BurstyQueue queue;
    private final double decay;

    SizingBursty(double calmRate, SizingPeaks peaks, SizingServer server) {
        this.meanRate = peaks.meanRate(calmRate);
        this.queue = BurstyQueue.ofPeaks(
                calmRate, peaks.calmSeconds(), peaks.rate(), peaks.lengthSeconds(), 1 / server.acceptRate());
        // Under overload nothing decays: what exceeds the accept rate is lost at any limit.
        this.decay = meanRate < server.acceptRate() ? queue.decay() : 0;
    }

    @Override
    public double lossAt(long limit) {
        long places = limit + 2;
        long beyond = Math.max(0, places - EXACT_PLACES);
        return queue.loss((int) (places - beyond)) * Math.exp(-decay * beyond);
    }

    @Override
    public double lostAt(long limit) {
        return meanRate * lossAt(limit);
    }

    @Override
    public SizingMethod method() {
        return SizingMethod.PEAKS;
    }
}
