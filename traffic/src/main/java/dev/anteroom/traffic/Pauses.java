package dev.anteroom.traffic;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Times at which a whole server stands still, at a fixed beat from its start. Threads that ask at the same moment
/// all wait for the same moment.
final class Pauses {
    private final long everyNanos;
    private final long lengthNanos;
    private final LongSupplier nanoTime;
    private final long start;

    Pauses(Duration every, Duration length, LongSupplier nanoTime) {
        this.everyNanos = every.toNanos();
        this.lengthNanos = length.toNanos();
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /// How long the pause of now still takes; zero if none is on.
    Duration left() {
        if (everyNanos == 0) {
            return Duration.ZERO;
        }
        long elapsed = nanoTime.getAsLong() - start;
        long intoPause = elapsed % everyNanos;
        return elapsed < everyNanos || intoPause >= lengthNanos
                ? Duration.ZERO
                : Duration.ofNanos(lengthNanos - intoPause);
    }

    /// Waits for the end of the pause of now, if one is on.
    void sitOut() throws InterruptedException {
        Duration left = left();
        if (!left.isZero()) {
            Thread.sleep(left);
        }
    }
}
