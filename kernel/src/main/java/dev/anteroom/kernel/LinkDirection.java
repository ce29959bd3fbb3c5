package dev.anteroom.kernel;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.SplittableRandom;

/// The packets of one direction of a link: what the shape makes of each, and how late they arrived. For one thread;
/// times are those of [System#nanoTime()].
final class LinkDirection {
    private static final long FIRST_BYTES = 1L << 20;
    private static final long MAX_BYTES = 1L << 28;
    private static final double BITS = 8;
    private static final double NANOS = 1e9;

    private final LinkEnd from;
    private final LinkEnd to;
    private final boolean fromClient;
    private final long delayNanos;
    private final long jitterNanos;
    private final double loss;
    private final double nanosPerByte;
    private final SplittableRandom random;
    private final PacketQueue queue = new PacketQueue(FIRST_BYTES, MAX_BYTES);

    private long wireFree = Long.MIN_VALUE;
    private long lastDue = Long.MIN_VALUE;
    private long packets;
    private long lost;
    private long overrun;
    private long refused;
    private long delivered;
    private long latenessNanos;
    private long maxLatenessNanos;

    LinkDirection(LinkEnd from, LinkEnd to, boolean fromClient, LinkShape shape, SplittableRandom random) {
        this.from = from;
        this.to = to;
        this.fromClient = fromClient;
        this.delayNanos = shape.delay().toNanos();
        this.jitterNanos = shape.jitter().toNanos();
        this.loss = shape.loss();
        this.nanosPerByte = shape.bitsPerSecond().isEmpty()
                ? 0
                : BITS * NANOS / shape.bitsPerSecond().getAsLong();
        this.random = random;
    }

    LinkEnd from() {
        return from;
    }

    boolean fromClient() {
        return fromClient;
    }

    /// A packet enters.
    ///
    /// @return whether it is lost, by the shape or for want of room
    boolean enter(long now, MemorySegment packet, int length) {
        packets++;
        // Both are drawn for every packet, so that its fate depends on its number alone.
        boolean strayed = random.nextDouble() < loss;
        double sway = 2 * random.nextDouble() - 1;
        if (strayed) {
            lost++;
            return true;
        }
        long sent = Math.max(now, wireFree) + Math.round(length * nanosPerByte);
        long due = Math.max(lastDue, sent + delayNanos + Math.round(sway * jitterNanos));
        if (!queue.add(due, packet, length)) {
            overrun++;
            return true;
        }
        wireFree = sent;
        lastDue = due;
        return false;
    }

    /// When the next packet is due to arrive; [Long#MAX_VALUE] if none is on its way.
    long due() {
        return queue.due();
    }

    /// Lets those packets arrive that are due, but no more than a number of them.
    void deliver(int most) {
        for (int i = 0; i < most; i++) {
            long late = System.nanoTime() - queue.due();
            if (queue.isEmpty() || late < 0) {
                return;
            }
            refused += to.send(queue.address(), queue.length()) ? 0 : 1;
            queue.remove();
            delivered++;
            latenessNanos += late;
            maxLatenessNanos = Math.max(maxLatenessNanos, late);
        }
    }

    Link.Way statistics() {
        return new Link.Way(
                packets,
                lost,
                overrun + from.missed(),
                refused,
                delivered,
                Duration.ofNanos(delivered == 0 ? 0 : latenessNanos / delivered),
                Duration.ofNanos(maxLatenessNanos));
    }
}
