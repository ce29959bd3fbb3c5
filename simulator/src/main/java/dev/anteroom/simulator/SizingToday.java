package dev.anteroom.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What becomes of a burst at the limit of today.
///
/// @param capacity how many connections fit
/// @param firstTry how many get in with their first SYN
/// @param dropped how many have their first SYN dropped and try again by the SYN schedule of their stack
/// @param phantoms how many are connected as they see it and unknown to the server, at some time or for ever
/// @param late how many are accepted after their patience has run out
/// @param neverIn how many never get in: out of patience, out of tries, or phantoms for ever
/// @param lastServed when the last that gets in is accepted, from the start of the burst; empty if none is
/// @param waves every time at which some try, in order
/// @param cookies whether SYN cookies took part
/// @param withinRoundTrip whether all SYNs of the burst are taken to arrive before the first handshake is done
public record SizingToday(
        long capacity,
        long firstTry,
        long dropped,
        long phantoms,
        long late,
        long neverIn,
        Optional<Duration> lastServed,
        List<Wave> waves,
        boolean cookies,
        boolean withinRoundTrip) {

    public SizingToday {
        waves = List.copyOf(waves);
    }

    /// Connections that try at the same time.
    ///
    /// @param at from the start of the burst
    /// @param trying how many do
    /// @param admitted how many get into the queue
    /// @param phantoms how many become phantoms
    /// @param bySyn whether they try with a SYN, and not as phantoms with their data
    public record Wave(Duration at, long trying, long admitted, long phantoms, boolean bySyn) {}

    /// How far to trust the numbers, beside the simulation of the kernel's own rules ([Simulation]). A burst wider than
    /// a round trip meets a queue that is now full and now not, which waves only sketch.
    public String tolerance() {
        if (!withinRoundTrip) {
            return "the burst is wider than a round trip: numbers and times within a factor of three";
        }
        return cookies ? "phantoms within 1 %, times within 20 %" : "numbers and times within 3 %: timers fire late";
    }
}
