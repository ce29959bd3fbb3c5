package dev.anteroom.kernel;

import java.time.Duration;
import java.util.OptionalLong;

/// What a link does to the packets of each direction. They never overtake each other.
///
/// @param delay how long a packet travels
/// @param jitter by how much the delay of a packet may differ from this, either way and evenly spread; at most the
///     delay. A packet that would arrive before the one in front of it arrives with it
/// @param loss the share of packets that do not arrive, 0 to 1, each decided for itself
/// @param bitsPerSecond how fast packets enter the wire, IP headers counted and nothing below them; those that have
///     to wait for others wait as long as it takes. Empty for no limit
/// @param seed decides jitter and loss: the same packet of a direction, counted from its first, meets the same fate
public record LinkShape(Duration delay, Duration jitter, double loss, OptionalLong bitsPerSecond, long seed) {

    public LinkShape {
        if (delay.isNegative() || jitter.isNegative() || jitter.compareTo(delay) > 0) {
            throw new IllegalArgumentException(
                    "the delay of a link is at least 0 and its jitter at most the delay, not " + delay + " and "
                            + jitter);
        }
        if (!(loss >= 0 && loss <= 1)) {
            throw new IllegalArgumentException("the loss of a link is a share from 0 to 1, not " + loss);
        }
        if (bitsPerSecond.isPresent() && bitsPerSecond.getAsLong() <= 0) {
            throw new IllegalArgumentException(
                    "the rate of a link is at least 1 bit per second, not " + bitsPerSecond.getAsLong());
        }
    }

    /// A link that delays every packet by the same time and does nothing else to it.
    public static LinkShape delaying(Duration delay) {
        return new LinkShape(delay, Duration.ZERO, 0, OptionalLong.empty(), 0);
    }
}
