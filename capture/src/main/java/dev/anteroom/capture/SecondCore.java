package dev.anteroom.capture;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Follows the handshakes of a large recording on a thread of its own, while the caller reads the packets that come
/// next. They are taken in one after the other as ever, so that the result is the same.
final class SecondCore implements PacketSink, AutoCloseable {
    /// With so few packets a thread does not pay.
    private static final int PAYS_FROM = 1 << 16;

    /// Large enough that waking the other thread costs little, small enough to stay in a processor's cache.
    private static final int BATCH = 1024;

    private static final int BATCHES = 4;

    private final Handshakes handshakes;
    private final BlockingQueue<Batch> empty = new ArrayBlockingQueue<>(BATCHES);
    private final BlockingQueue<Batch> full = new ArrayBlockingQueue<>(BATCHES);
    private final boolean alone = Runtime.getRuntime().availableProcessors() == 1;
    private int early;
    private @Nullable Thread thread;
    private Batch filled = new Batch(0);
    private volatile @Nullable Throwable failure;

    private static final class Batch {
        private final TcpSegment[] segments;
        private final PacketReader.Kind[] kinds;
        private final long[] nanos;
        private final boolean[] lost;
        private int size;

        private Batch(int room) {
            segments = Stream.generate(TcpSegment::new).limit(room).toArray(TcpSegment[]::new);
            kinds = new PacketReader.Kind[room];
            nanos = new long[room];
            lost = new boolean[room];
        }
    }

    /// @param handshakes not to be used by anyone else before [#close()]
    SecondCore(Handshakes handshakes) {
        this.handshakes = handshakes;
    }

    private void start() {
        for (int i = 0; i < BATCHES; i++) {
            empty.add(new Batch(BATCH));
        }
        filled = empty.remove();
        Thread follower = new Thread(this::follow, "handshakes");
        follower.setDaemon(true);
        follower.start();
        thread = follower;
    }

    @Override
    public void packet(long epochNanos, boolean lost, ByteBuffer ipPacket) {
        if (thread == null) {
            handshakes.packet(epochNanos, lost, ipPacket);
            if (!alone && ++early == PAYS_FROM) {
                start();
            }
            return;
        }
        int place = filled.size;
        filled.nanos[place] = epochNanos;
        filled.lost[place] = lost;
        filled.kinds[place] = PacketReader.read(ipPacket, filled.segments[place]);
        filled.size = place + 1;
        if (filled.size == BATCH) {
            try {
                full.put(filled);
                filled = empty.take();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while it reads", stopped);
            }
        }
    }

    private void follow() {
        try {
            int size = BATCH;
            while (size == BATCH) {
                Batch batch = full.take();
                size = batch.size;
                if (failure == null) {
                    take(batch);
                }
                batch.size = 0;
                empty.add(batch);
            }
        } catch (InterruptedException stopped) {
            failure = stopped;
        }
    }

    private void take(Batch batch) {
        try {
            for (int i = 0; i < batch.size; i++) {
                handshakes.take(batch.kinds[i], batch.nanos[i], batch.lost[i], batch.segments[i]);
            }
        } catch (RuntimeException | Error broken) {
            failure = broken; // the reader goes on and finds it at its end
        }
    }

    /// Waits until all packets are taken in.
    @Override
    public void close() {
        Thread follower = thread;
        if (follower == null) {
            return;
        }
        try {
            full.put(filled); // with room in it: the sign that it is the last
            follower.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it reads", stopped);
        }
        Throwable broken = failure;
        if (broken != null) {
            throw new IllegalStateException("a packet could not be followed", broken);
        }
    }
}
