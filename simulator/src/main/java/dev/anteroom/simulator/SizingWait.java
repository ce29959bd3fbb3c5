package dev.anteroom.simulator;

import java.time.Duration;
import java.util.OptionalLong;

/// How long the last place of a queue waits, and which place is the last that a patient client still gains from.
///
/// A place is worth one accept. Where the pause outlasts the burst, the last of the burst also waits for the rest of
/// the pause, while steady arrivals fill places behind it.
final class SizingWait {
    private final SizingRequest request;
    private final double stalled;
    private final double behind;

    SizingWait(SizingRequest request) {
        this.request = request;
        this.stalled =
                Math.max(0, request.server().pauseSeconds() - request.load().burstSeconds());
        this.behind = request.load().rate() * stalled;
    }

    /// How long the last place of a full queue of this limit waits.
    Duration longest(long limit) {
        double places = Math.max(0, limit + 1 - behind);
        return seconds(stalled + places / request.server().acceptRate());
    }

    /// The largest limit whose last place is served in time: accept rate times patience where nothing pauses. Empty
    /// without patience, or if not even one place is.
    OptionalLong largestThatHelps() {
        if (request.patience().isEmpty()) {
            return OptionalLong.empty();
        }
        double left = request.patience().get().toNanos() / 1e9 - stalled;
        double places = Math.floor(left * request.server().acceptRate() + behind);
        return left < 0 || places < 1
                ? OptionalLong.empty()
                : OptionalLong.of((long) Math.min(Sizing.MOST, places - 1));
    }

    /// Whether everybody in a queue of this limit is served in time.
    boolean isInTime(long limit) {
        OptionalLong largest = largestThatHelps();
        return request.patience().isEmpty() || (largest.isPresent() && limit <= largest.getAsLong());
    }

    static Duration seconds(double seconds) {
        return Duration.ofNanos((long) Math.min(Long.MAX_VALUE, seconds * 1e9));
    }
}
