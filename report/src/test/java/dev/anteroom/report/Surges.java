package dev.anteroom.report;

import dev.anteroom.queue.ConnectionFate;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Latency;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Results of surges as a test wants them.
final class Surges {
    private final List<ConnectionFate> fates = new ArrayList<>();
    private final List<ExceptionGroup> exceptions = new ArrayList<>();
    private boolean complete = true;

    /// Adds connections that are served after their SYN was sent again so often.
    Surges served(int count, int retransmissions, double seconds) {
        return add(count, Outcome.SERVED, Phase.READ, retransmissions, seconds);
    }

    /// Adds connections that got nowhere, or that were established after a millisecond.
    Surges lost(int count, Outcome outcome, Phase phase, String type, String message) {
        exceptions.add(new ExceptionGroup(type, message, phase, count));
        return add(count, outcome, phase, 0, phase == Phase.CONNECT ? -1 : 0.001);
    }

    Surges stopped() {
        complete = false;
        return this;
    }

    private Surges add(int count, Outcome outcome, Phase phase, int retransmissions, double seconds) {
        Duration time = Duration.ofNanos(Math.round(Math.abs(seconds) * 1e9));
        for (int i = 0; i < count; i++) {
            fates.add(new ConnectionFate(
                    fates.size(),
                    Duration.ZERO,
                    outcome,
                    phase,
                    OptionalInt.of(retransmissions),
                    seconds < 0 ? Optional.empty() : Optional.of(time),
                    outcome == Outcome.SERVED ? Optional.of(time) : Optional.empty(),
                    time));
        }
        return this;
    }

    SurgeResult result() {
        return SurgeResult.ofFates(
                "127.0.0.1:8100",
                Duration.ofMillis(20),
                Duration.ofSeconds(3),
                complete,
                fates,
                latency(fates.stream()
                        .flatMap(fate -> fate.connected().stream())
                        .toList()),
                latency(fates.stream()
                        .flatMap(fate -> fate.firstByte().stream())
                        .toList()),
                exceptions);
    }

    private static Latency latency(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.isEmpty()
                ? Latency.NONE
                : new Latency(
                        sorted.size(),
                        sorted.getFirst(),
                        sorted.get(sorted.size() / 2),
                        sorted.getLast(),
                        sorted.getLast(),
                        sorted.getLast());
    }
}
