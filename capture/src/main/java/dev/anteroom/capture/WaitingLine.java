package dev.anteroom.capture;

import dev.anteroom.queue.Waiting;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// How many wait, over time, in a fixed number of stretches: when the time grows past them, each two become one.
final class WaitingLine {
    private static final int STRETCHES = 128;

    private final int[] highest = new int[STRETCHES];
    private final long origin;
    private final long from;
    private long stretch = Duration.ofMillis(1).toNanos();
    private int last;
    private int now;

    /// @param nanos when the first comes
    /// @param recordingStart when the first packet came
    WaitingLine(long nanos, long recordingStart) {
        origin = nanos;
        from = nanos - recordingStart;
    }

    int now() {
        return now;
    }

    /// One more waits, or one less.
    void change(long nanos, int by) {
        int place = place(nanos);
        for (int i = last + 1; i <= place; i++) {
            highest[i] = now;
        }
        last = Math.max(last, place);
        now += by;
        highest[last] = Math.max(highest[last], now);
    }

    private int place(long nanos) {
        while ((nanos - origin) / STRETCHES >= stretch) {
            for (int i = 0; i < STRETCHES / 2; i++) {
                highest[i] = Math.max(highest[2 * i], highest[2 * i + 1]);
            }
            Arrays.fill(highest, STRETCHES / 2, STRETCHES, 0);
            last /= 2;
            stretch *= 2;
        }
        return (int) Math.max(0, (nanos - origin) / stretch);
    }

    Waiting told() {
        List<Integer> seen = Arrays.stream(highest, 0, last + 1).boxed().toList();
        return new Waiting(Duration.ofNanos(from), Duration.ofNanos(stretch), seen);
    }
}
