package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Optional;

/// What a limit has to hold.
///
/// @param load what arrives
/// @param server who accepts, and how fast
/// @param patience after which a client gives up; empty for a client that waits for ever
/// @param target the highest acceptable probability of a loss: of a connection for steady arrivals, that one or more
///     of a burst or during a pause is lost, or the share of a trace; above 0 and below 1
/// @param present what the listener has today; empty if that does not matter
public record SizingRequest(
        SizingLoad load,
        SizingServer server,
        Optional<Duration> patience,
        double target,
        Optional<SizingPresent> present) {
    /// The target where none is given: one in a thousand.
    public static final double USUAL_TARGET = 1e-3;

    /// The target for a trace where none is given: nobody of it, however long it is.
    public static final double NOBODY = 1e-12;

    public SizingRequest {
        if (!(target > 0 && target < 1)) {
            throw new IllegalArgumentException("a target of " + target + "; it lies between 0 and 1");
        }
        if (load.peaks().isPresent() && !server.pause().isZero()) {
            throw new IllegalArgumentException("peaks together with a pause; size them one at a time");
        }
        if (load.trace().isPresent() && server.variation() != 0) {
            throw new IllegalArgumentException("a trace is replayed with constant times from one accept to the next");
        }
        patience.filter(time -> time.isZero() || time.isNegative()).ifPresent(time -> {
            throw new IllegalArgumentException("a patience of " + time + "; it has to be above 0");
        });
    }

    /// A request with the usual target, patient clients and nothing said of today.
    public static SizingRequest of(SizingLoad load, SizingServer server) {
        return new SizingRequest(load, server, Optional.empty(), USUAL_TARGET, Optional.empty());
    }

    /// The same with another [#patience].
    public SizingRequest withPatience(Duration other) {
        return new SizingRequest(load, server, Optional.of(other), target, present);
    }

    /// The same with another [#target].
    public SizingRequest withTarget(double other) {
        return new SizingRequest(load, server, patience, other, present);
    }

    /// The same with another [#present].
    public SizingRequest withPresent(SizingPresent other) {
        return new SizingRequest(load, server, patience, target, Optional.of(other));
    }

    SizingRequest withServer(SizingServer other) {
        return new SizingRequest(load, other, patience, target, present);
    }

    /// Whether nothing but steady arrivals has to be held, without a burst or a pause.
    public boolean isSteady() {
        return load.burst() == 0 && load.trace().isEmpty() && server.pause().isZero();
    }

    /// Arrivals over accepts in the long run: from 1 on a queue grows for as long as they last.
    public double utilisation() {
        return load.meanRate() / server.acceptRate();
    }

    /// Whether in the long run more arrive than are accepted, so that no queue brings the loss down to the target.
    boolean isOverload() {
        double utilisation = utilisation();
        return load.trace().isEmpty() && utilisation >= 1 && (!isSteady() || target <= 1 - 1 / utilisation);
    }
}
