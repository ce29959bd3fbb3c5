package dev.anteroom.lab;

import dev.anteroom.kernel.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Notices when this process does not get to run: a thread that does nothing but sleep, and remembers by how much it
/// overslept. Nothing that the program does by a clock is later than that for want of a processor.
final class Pulse implements AutoCloseable {
    private static final long PERIOD = Duration.ofMillis(2).toNanos();

    /// What is shorter is every thread's lot, and is not remembered.
    private static final long LEAST = Duration.ofMillis(1).toNanos();

    private record Standstill(long end, long nanos) {}

    private final List<Standstill> standstills = new ArrayList<>();
    private final Thread thread;

    private Pulse() {
        thread = Thread.ofPlatform().daemon().name("pulse").unstarted(this::run);
    }

    /// Starts to watch.
    static Pulse start() {
        Pulse pulse = new Pulse();
        pulse.thread.start();
        return pulse;
    }

    /// As urgent as the threads that it stands for.
    private void run() {
        try (Urgency _ = Urgency.take()) {
            beat();
        }
    }

    private void beat() {
        while (true) {
            long before = System.nanoTime();
            try {
                Thread.sleep(Duration.ofNanos(PERIOD));
            } catch (InterruptedException end) {
                return;
            }
            long now = System.nanoTime();
            long overslept = now - before - PERIOD;
            if (overslept >= LEAST) {
                synchronized (standstills) {
                    standstills.add(new Standstill(now, overslept));
                }
            }
        }
    }

    /// The longest standstill that was not over before a time.
    ///
    /// @param nanoTime of System.nanoTime
    Duration longestSince(long nanoTime) {
        synchronized (standstills) {
            return Duration.ofNanos(standstills.stream()
                    .filter(one -> one.end - nanoTime >= 0)
                    .mapToLong(Standstill::nanos)
                    .max()
                    .orElse(0));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
