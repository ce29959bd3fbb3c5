package dev.anteroom.simulator;

import java.util.OptionalDouble;

/// How fast a server accepts while connections wait, as the depth of its accept queue over time shows.
///
/// Counts only while the queue is neither empty nor full, and not where it grows: there accepts hide behind arrivals.
/// Arrivals that fall into an interval in which it shrinks make the result too low, never too high.
public final class AcceptPace {
    /// Fewer accepts than this say little about a pace.
    private static final long LEAST_ACCEPTS = 10;

    private final long capacity;
    private long accepts;
    private double seconds;
    private double lastAt = Double.NaN;
    private long lastDepth;

    /// Nothing seen yet.
    ///
    /// @param capacity how many connections fit
    public AcceptPace(long capacity) {
        this.capacity = capacity;
    }

    /// Adds one look at the queue.
    ///
    /// @param at seconds from any start, not before the last look
    /// @param depth how many connections wait
    public void look(double at, long depth) {
        boolean tells = !Double.isNaN(lastAt) && lastDepth > 0 && lastDepth < capacity && depth <= lastDepth;
        if (tells) {
            accepts += lastDepth - depth;
            seconds += at - lastAt;
        }
        lastAt = at;
        lastDepth = depth;
    }

    /// Accepts per second; empty if too few were seen.
    public OptionalDouble perSecond() {
        return accepts < LEAST_ACCEPTS || seconds <= 0 ? OptionalDouble.empty() : OptionalDouble.of(accepts / seconds);
    }
}
