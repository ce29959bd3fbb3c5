package dev.anteroom.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What to look at, and for how long.
///
/// @param until when to stop looking; empty to stop once every connection has its outcome
/// @param sampleEvery how often to take the depths of both queues; zero for never
/// @param looks when to look at everything
/// @param eachFate whether to keep the fate of each connection, which takes some 200 bytes; otherwise only how many met
///     which, so that memory depends on the connections under way at once alone
public record Observation(Optional<Duration> until, Duration sampleEvery, List<Duration> looks, boolean eachFate) {
    /// The outcomes alone.
    public static final Observation OUTCOMES = new Observation(Optional.empty(), Duration.ZERO, List.of(), true);

    /// How many met which outcome.
    public static final Observation TOTALS = new Observation(Optional.empty(), Duration.ZERO, List.of(), false);

    public Observation {
        looks = looks.stream().sorted().toList();
    }

    /// Until a given time, and one look then.
    public static Observation until(Duration time) {
        return new Observation(Optional.of(time), Duration.ZERO, List.of(time), true);
    }
}
