package dev.anteroom.capture;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Lets several threads work on the shares of the connections while one of them goes on reading. That one puts segments
/// into chunks; whoever is free takes the next chunk of a share that nobody works on, and once all shares have had a
/// chunk, somebody reads its notes. Each share gets its chunks in order, and so do the notes: what they see is what
/// one thread would show them.
///
/// Nobody waits for a lock: to wake a sleeping thread takes as long as some thousand packets. The other threads go back
/// to their pool when there is nothing to do, so that nothing is left to close.
final class SharedWork {
    /// So many packets are handed over at a time: enough to be worth it, few enough for a processor's cache.
    private static final int CHUNK_PACKETS = 2048;

    /// So many may be full at a time: who works may lose its processor for a while.
    private static final int CHUNKS = 16;

    /// What may be worked on: a share by its number, or the notes.
    private static final int NOTES = FlowShare.SHARES;

    private static final int KINDS = NOTES + 1;
    private static final int NOTHING = -1;

    /// So often a thread looks for work before it gives up, for some tenths of a millisecond.
    private static final int LOOKS = 10_000;

    private static final long PAUSE_NANOS = 100_000;

    private final List<FlowShare> shares;
    private final Listeners listeners;
    private final List<Chunk> chunks = Stream.generate(Chunk::new).limit(CHUNKS).toList();

    /// How many threads more than the reading one may work, do, and have found nothing to do for the moment.
    private final int mostHelpers;

    private final AtomicInteger helpers = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final Executor pool;

    /// How many chunks are full.
    private final AtomicLong filled = new AtomicLong();

    /// Of how many chunks each kind of work is done, and whether somebody is at the next one.
    private final AtomicLongArray done = new AtomicLongArray(KINDS);

    private final AtomicIntegerArray taken = new AtomicIntegerArray(KINDS);

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// What the reading thread fills, and copies to a chunk as a whole. If it wrote into what another processor has
    /// just read, it would wait for one cache line of it after the other.
    private final SegmentBatch[] filling =
            Stream.generate(SegmentBatch::new).limit(FlowShare.SHARES).toArray(SegmentBatch[]::new);

    /// Some packets: their segments by share, and what the shares note about them.
    private static final class Chunk {
        private final List<SegmentBatch> segments =
                Stream.generate(SegmentBatch::new).limit(FlowShare.SHARES).toList();
        private final Notes[] notes =
                Stream.generate(Notes::new).limit(FlowShare.SHARES).toArray(Notes[]::new);
    }

    /// @param pool where the other threads come from
    /// @param mostHelpers how many threads more than the calling one may work, 1 or more; there is no work for
    ///     more of them than there are shares
    SharedWork(List<FlowShare> shares, Listeners listeners, Executor pool, int mostHelpers) {
        this.shares = shares;
        this.listeners = listeners;
        this.pool = pool;
        this.mostHelpers = Math.min(mostHelpers, FlowShare.SHARES);
    }

    /// Adds a segment of a share. By the reading thread.
    void add(int share, TcpSegment segment, long packet, long time, int listener) {
        filling[share].add(segment, packet, time, listener);
    }

    /// Adds one that was not taken apart. By the reading thread.
    void add(int share, PlainSegment segment, long packet, long time, boolean lost) {
        filling[share].add(segment, packet, time, lost);
    }

    /// Hands over what was added, if that is enough.
    void handIfEnough(long packets) {
        if (packets % CHUNK_PACKETS == 0) {
            hand(CHUNKS - 1);
        }
    }

    /// Works until all that was added is done. By the reading thread.
    void await() {
        hand(0);
    }

    /// Hands the chunk over, and works until no more than so many are not done.
    private void hand(int open) {
        Chunk chunk = chunks.get((int) (filled.get() % CHUNKS));
        for (int share = 0; share < FlowShare.SHARES; share++) {
            chunk.segments.get(share).moveFrom(filling[share]);
        }
        long full = filled.incrementAndGet();
        callHelper();
        for (int looks = 0; full - done.get(NOTES) > open; looks++) {
            throwFailure();
            int work = take(false);
            if (work != NOTHING) {
                work(work);
            } else if (looks < LOOKS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS); // who works has lost its processor
            }
        }
    }

    private void throwFailure() {
        Throwable wrong = failure.get();
        if (wrong instanceof Error error) {
            throw error;
        }
        if (wrong != null) {
            throw new IllegalStateException("working on a share of the connections failed", wrong);
        }
    }

    private void callHelper() {
        int working = helpers.get();
        if (working < mostHelpers && idle.get() == 0 && helpers.compareAndSet(working, working + 1)) {
            try {
                pool.execute(this::help);
            } catch (OutOfMemoryError noThread) {
                // The reading thread does all of it. It stays counted, so that nobody is called at every chunk.
            }
        }
    }

    private void help() {
        idle.incrementAndGet();
        for (int looks = 0; looks < LOOKS && failure.get() == null; looks++) {
            int work = take(true);
            if (work != NOTHING) {
                idle.decrementAndGet();
                work(work);
                idle.incrementAndGet();
                looks = 0;
            }
            Thread.onSpinWait();
        }
        idle.decrementAndGet();
        helpers.decrementAndGet();
    }

    /// Takes what is to be done next: notes, because that makes a chunk free, or a share. The reading thread and the
    /// others begin at different ends, so that what a share remembers mostly stays in one processor's cache.
    private int take(boolean helping) {
        long allShares = Long.MAX_VALUE;
        for (int share = 0; share < NOTES; share++) {
            allShares = Math.min(allShares, done.get(share));
        }
        if (takes(NOTES, allShares)) {
            return NOTES;
        }
        long full = filled.get();
        for (int i = 0; i < FlowShare.SHARES; i++) {
            int share = helping ? NOTES - 1 - i : i;
            if (takes(share, full)) {
                return share;
            }
        }
        return NOTHING;
    }

    /// Takes the next chunk of this kind if it is one of the first so many.
    private boolean takes(int kind, long chunk) {
        if (done.get(kind) >= chunk || !taken.compareAndSet(kind, 0, 1)) {
            return false;
        }
        if (done.get(kind) < chunk) {
            return true;
        }
        taken.set(kind, 0); // somebody else was faster
        return false;
    }

    private void work(int work) {
        Chunk chunk = chunks.get((int) (done.get(work) % CHUNKS));
        try {
            if (work == NOTES) {
                listeners.read(chunk.notes);
            } else {
                FlowShare share = shares.get(work);
                share.noteIn(chunk.notes[work]);
                share.take(chunk.segments.get(work));
            }
            done.incrementAndGet(work);
            taken.set(work, 0);
        } catch (RuntimeException | Error unexpected) { // the reading thread throws it; nobody takes this again
            failure.compareAndSet(null, unexpected);
        }
    }
}
