package dev.anteroom.simulator;

import java.time.Duration;

/// The way between the two hosts. It keeps the order of segments in each direction.
///
/// @param delay how long a segment takes each way; zero stands for loopback, where a handshake is done before
///     connect(2) of the next client begins
/// @param jitter by how much the delay of a segment differs from this, either way and evenly distributed; at most the
///     delay
/// @param lossToServer how many segments to the server are lost, 0 to 1
/// @param lossToClient how many segments to the client are lost, 0 to 1
public record LinkModel(Duration delay, Duration jitter, double lossToServer, double lossToClient) {

    public LinkModel {
        if (delay.isNegative() || jitter.isNegative() || jitter.compareTo(delay) > 0) {
            throw new IllegalArgumentException(
                    "the delay of a link is at least 0 and its jitter at most the delay, not " + delay + " and "
                            + jitter);
        }
        if (!(lossToServer >= 0 && lossToServer <= 1 && lossToClient >= 0 && lossToClient <= 1)) {
            throw new IllegalArgumentException("a share of lost segments is from 0 to 1");
        }
    }

    /// Both hosts are one.
    public static LinkModel loopback() {
        return of(Duration.ZERO);
    }

    /// A link that loses nothing and always takes as long.
    public static LinkModel of(Duration delay) {
        return new LinkModel(delay, Duration.ZERO, 0, 0);
    }
}
