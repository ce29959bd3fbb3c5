package dev.anteroom.traffic;

import dev.anteroom.kernel.Epoll;
import dev.anteroom.kernel.Errno;
import dev.anteroom.kernel.Urgency;
import dev.anteroom.queue.ExceptionGroup;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// One thread of a surge: fires its share of the connections when they are due and follows them to their end, all in
/// one loop. Its connections are those whose number leaves a certain rest when divided by the number of threads; it
/// knows them by their place in this share, the slot.
final class SurgeThread implements Callable<Integer> {
    /// How many connections that are late, but not all due at once, are begun before others get a look.
    private static final int MOST_AT_A_TIME = 64;

    /// How long a stopped surge may go unnoticed.
    private static final long LONGEST_WAIT = 50_000_000L;

    private final Fates fates;
    private final Surge.Control control;
    private final Share share;
    private final boolean closedLoop;
    private final int mostOpen;
    private final long patience;
    private final Dialogue dialogue;
    private final int[] connectErrors;
    private final long[] returned;
    private int made;
    private int fired;
    private int oldest;
    private volatile int firedSoFar;
    private volatile int endedSoFar;

    /// The numbers of the connections of one thread.
    ///
    /// @param first the number in slot 0
    /// @param step from one number to the next
    /// @param size how many there are
    record Share(int first, int step, int size) {
        int number(int slot) {
            return first + slot * step;
        }
    }

    SurgeThread(SurgePlan plan, Fates fates, Surge.Control control, int thread) {
        int threads = plan.threads();
        this.fates = fates;
        this.control = control;
        this.share = new Share(thread, threads, partOf(plan.connections(), thread, threads));
        this.closedLoop = plan.arrivals() instanceof Arrivals.Closed;
        this.mostOpen = plan.arrivals() instanceof Arrivals.Closed closed
                ? Math.max(1, partOf(closed.concurrency(), thread, threads))
                : share.size;
        this.patience = plan.patience().toNanos();
        this.dialogue = new Dialogue(plan, fates, share);
        this.connectErrors = new int[share.size];
        this.returned = new long[share.size];
    }

    private static int partOf(int all, int thread, int threads) {
        return (all - thread + threads - 1) / threads;
    }

    /// How many connections it has begun.
    int fired() {
        return firedSoFar;
    }

    /// Of how many it knows the outcome.
    int ended() {
        return endedSoFar;
    }

    /// What a Java client would have thrown.
    Stream<ExceptionGroup> thrown() {
        return dialogue.thrown();
    }

    /// Runs to the end of the surge; how many connections it has an outcome for.
    @Override
    public Integer call() throws InterruptedException {
        try (dialogue;
                Epoll epoll = Epoll.open()) {
            dialogue.warmUp();
            while (makeAhead()) {
                // Whatever is due at the start has its socket before it.
            }
            dialogue.start(control.awaitStart(), epoll);
            while (dialogue.ended() < share.size && !control.isStopped()) {
                fireDue();
                boolean more = makeAhead();
                int count = epoll.await(more ? 0 : untilNext());
                for (int i = 0; i < count; i++) {
                    dialogue.happened(epoll.number(i), epoll.happened(i));
                }
                expire();
                firedSoFar = fired;
                endedSoFar = dialogue.ended();
            }
            return dialogue.ended();
        }
    }

    /// Makes some of the sockets that will be needed at once next; whether there are more to make. Where the process
    /// is out of descriptors for now they are made when they are due.
    private boolean makeAhead() {
        made = Math.max(made, fired);
        int end = closedLoop ? beginnable() : share.size;
        int most = Math.min(end, made + MOST_AT_A_TIME);
        while (made < most && isNext(made) && dialogue.open(made)) {
            made++;
        }
        return made == most && made < end && isNext(made);
    }

    /// Whether a connection is begun together with the one that is to be begun next.
    private boolean isNext(int slot) {
        return closedLoop || due(slot) == due(fired);
    }

    /// Begins every connection that is due, or as many as can go before the others need a look.
    private void fireDue() {
        long now = dialogue.now();
        int from = fired;
        int to = from;
        int end = beginnable();
        while (to < end && due(to) <= now && (to - from < MOST_AT_A_TIME || due(to) == due(from))) {
            to++;
        }
        for (int slot = Math.max(made, from); slot < to; slot++) {
            dialogue.open(slot);
        }
        if (closedLoop || to - from == 1) {
            fireOneByOne(from, to);
        } else {
            fireDensely(from, to);
        }
    }

    private void fireOneByOne(int from, int to) {
        for (int slot = from; slot < to; slot++) {
            int number = share.number(slot);
            fates.fired[number] = dialogue.now();
            if (closedLoop) {
                fates.due[number] = fates.fired[number];
            }
            int error = dialogue.connect(slot);
            fired = slot + 1;
            dialogue.begun(slot, error, dialogue.now());
        }
    }

    /// Nothing but what cannot be asked later stands between one SYN and the next.
    private void fireDensely(int from, int to) {
        long first;
        try (Urgency _ = Urgency.take()) {
            first = dialogue.now();
            for (int slot = from; slot < to; slot++) {
                int error = dialogue.connect(slot);
                connectErrors[slot] = error == Errno.EINPROGRESS ? dialogue.errorSoFar(slot) : error;
                returned[slot] = dialogue.now();
            }
        }
        fired = to;
        for (int slot = from; slot < to; slot++) {
            fates.fired[share.number(slot)] = slot == from ? first : returned[slot - 1];
        }
        for (int slot = from; slot < to; slot++) {
            dialogue.begun(slot, connectErrors[slot], returned[slot]);
        }
    }

    /// The slot that may not be begun yet, be it due or not.
    private int beginnable() {
        return (int) Math.min(share.size, (long) dialogue.ended() + mostOpen);
    }

    /// Ends the connections whose client has lost its patience. They are due in order, so they lose it in order.
    private void expire() {
        long now = dialogue.now();
        while (oldest < fired && (now > due(oldest) + patience || dialogue.isClosed(oldest))) {
            dialogue.expire(oldest);
            oldest++;
        }
    }

    /// How long nothing needs to be done, in nanoseconds, if no socket asks for it.
    private long untilNext() {
        long next = dialogue.now() + LONGEST_WAIT;
        if (fired < beginnable()) {
            next = Math.min(next, due(fired));
        }
        if (oldest < fired) {
            next = Math.min(next, due(oldest) + patience + 1);
        }
        return next - dialogue.now();
    }

    private long due(int slot) {
        return fates.due[share.number(slot)];
    }
}
