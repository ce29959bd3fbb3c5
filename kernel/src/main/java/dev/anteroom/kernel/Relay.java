package dev.anteroom.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The one thread that carries packets between the two ends of a link.
final class Relay {
    /// How many packets one way before the other is looked at: few enough for the delay to hold, many enough to
    /// save looks.
    private static final int BATCH = 64;

    /// The longest IP packet.
    private static final int MAX_PACKET_BYTES = 65_535;

    private static final int WARM_UP_ROUNDS = 2500;

    private static final long NANOS = 1_000_000_000L;

    private final LinkDirection forth;
    private final LinkDirection back;
    private final PacketTap tap;
    private final Readiness readiness;
    private final Thread thread;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final MemorySegment packet = Arena.ofAuto().allocate(MAX_PACKET_BYTES, 8);
    private final ByteBuffer packetBytes = packet.asByteBuffer();
    private final long epochLessNanoTime;
    private Optional<RuntimeException> tapFailure = Optional.empty();
    private volatile boolean stopped;

    /// Starts it.
    Relay(String name, LinkDirection forth, LinkDirection back, PacketTap tap) {
        this.forth = forth;
        this.back = back;
        this.tap = tap;
        Instant now = Instant.now();
        this.epochLessNanoTime = now.getEpochSecond() * NANOS + now.getNano() - System.nanoTime();
        this.readiness = new Readiness(forth.from().descriptor(), back.from().descriptor());
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
        awaitUninterruptibly(ready);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (Urgency _ = Urgency.take()) {
            try {
                warmUp();
            } finally {
                ready.countDown();
            }
            pass();
        }
    }

    private void pass() {
        while (!stopped) {
            boolean more;
            long nextDue;
            synchronized (this) {
                more = take(forth);
                more = take(back) || more;
                forth.deliver(BATCH);
                back.deliver(BATCH);
                nextDue = Math.min(forth.due(), back.due());
            }
            long wait = nextDue == Long.MAX_VALUE ? nextDue : nextDue - System.nanoTime();
            if (!more && wait > 0) {
                readiness.await(wait);
            }
        }
    }

    /// Runs the way of a packet, without any, until it is compiled: the first packets of a link count as much as
    /// the last.
    private void warmUp() {
        PacketQueue queue = new PacketQueue(1 << 12, 1 << 12);
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            take(forth);
            take(back);
            forth.deliver(BATCH);
            back.deliver(BATCH);
            queue.add(System.nanoTime(), packet, Long.BYTES);
            queue.remove();
            readiness.await(0);
        }
    }

    /// Takes what waits; true if there may be more.
    private boolean take(LinkDirection direction) {
        for (int i = 0; i < BATCH; i++) {
            int length = direction.from().receive(packet);
            if (length == 0) {
                return false;
            }
            long now = System.nanoTime();
            boolean lost = direction.enter(now, packet, length);
            show(now + epochLessNanoTime, direction.fromClient(), lost, length);
        }
        return true;
    }

    /// A tap that fails once is asked no more, and the link goes on: the failure is told when it is closed.
    private void show(long epochNanos, boolean fromClient, boolean lost, int length) {
        if (tapFailure.isPresent()) {
            return;
        }
        try {
            tap.packet(epochNanos, fromClient, lost, packetBytes.clear().limit(length));
        } catch (RuntimeException failed) {
            tapFailure = Optional.of(failed);
        }
    }

    synchronized Link.Statistics statistics() {
        return new Link.Statistics(forth.statistics(), back.statistics());
    }

    /// Ends the thread.
    ///
    /// @return what the tap threw
    Optional<RuntimeException> stop() {
        stopped = true;
        readiness.wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        readiness.close();
        return tapFailure;
    }
}
