package dev.anteroom.traffic;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.LocalRoom;
import dev.anteroom.queue.SurgeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/// One surge: fires the connections of a plan and tells the fate of each.
///
/// It runs on platform threads that the caller's thread starts, so sockets belong to the network namespace that the
/// caller's thread is in. Its sockets are made before the start where all are due at once, so that nothing but
/// connect(2) stands between one SYN and the next.
public final class Surge {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /// From the call to the start, in nanoseconds: all threads are to be awake by then, so that they start together.
    private static final long TO_WAKE_UP = 1_000_000;

    private final SurgePlan plan;
    private final Fates fates;
    private final Control control;

    /// What the threads of a surge share while it runs.
    static final class Control {
        private final CountDownLatch prepared;
        private final CountDownLatch called = new CountDownLatch(1);
        private volatile long start;
        private volatile boolean stopped;

        private Control(int threads) {
            prepared = new CountDownLatch(threads);
        }

        /// A thread is ready to fire; waits for the start, asleep until it is near, and returns its time.
        long awaitStart() throws InterruptedException {
            prepared.countDown();
            called.await();
            while (System.nanoTime() - start < 0 && !stopped) {
                Thread.onSpinWait();
            }
            return start;
        }

        private void call() {
            start = System.nanoTime() + TO_WAKE_UP;
            called.countDown();
        }

        boolean isStopped() {
            return stopped;
        }
    }

    /// Prepares a surge; nothing is opened yet.
    public Surge(SurgePlan plan) {
        this.plan = plan;
        this.fates = new Fates(plan.arrivals().due(plan.connections()));
        this.control = new Control(plan.threads());
    }

    /// Is told, ten times a second, how far a surge is.
    @FunctionalInterface
    public interface Progress {
        /// Tells it.
        ///
        /// @param fired how many connections were begun
        /// @param ended of how many the outcome is known
        void at(int fired, int ended);
    }

    /// Fires, and returns when every connection has its outcome or the surge was stopped.
    ///
    /// @throws KernelException if there are too few descriptors or ports, before the first connection; if a socket
    ///     call fails that never should
    /// @throws InterruptedException if the thread was interrupted; the surge is stopped then
    public SurgeResult run(Progress progress) throws InterruptedException {
        Exhaustion.rule(plan, LocalRoom.look());
        List<SurgeThread> workers = new ArrayList<>();
        List<FutureTask<Integer>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < plan.threads(); i++) {
            SurgeThread worker = new SurgeThread(plan, fates, control, i);
            FutureTask<Integer> task = new FutureTask<>(worker);
            workers.add(worker);
            tasks.add(task);
            threads.add(Thread.ofPlatform().name("surge-" + i).daemon().start(() -> {
                task.run();
                if (task.state() == FutureTask.State.FAILED) {
                    stop(); // the others must not wait for one that is gone
                    control.prepared.countDown();
                }
            }));
        }
        try {
            control.prepared.await();
            control.call();
            for (Thread thread : threads) {
                while (!thread.join(BETWEEN_LOOKS)) {
                    report(progress, workers);
                }
            }
        } finally {
            stop();
        }
        report(progress, workers);
        tasks.forEach(Surge::passOn);
        return fates.result(plan.targetText(), workers.stream().flatMap(SurgeThread::thrown));
    }

    private static void report(Progress progress, List<SurgeThread> workers) {
        progress.at(
                workers.stream().mapToInt(SurgeThread::fired).sum(),
                workers.stream().mapToInt(SurgeThread::ended).sum());
    }

    private static void passOn(FutureTask<Integer> task) {
        if (task.state() == FutureTask.State.FAILED) {
            switch (task.exceptionNow()) {
                case KernelException refused -> throw refused;
                case Throwable unexpected -> throw new IllegalStateException(unexpected);
            }
        }
    }

    /// Waits until the surge has begun, on another thread than the one that runs it.
    ///
    /// @return when its first connections are due, by System.nanoTime; empty if it was stopped before. A surge that
    ///     fails before it begins has to be stopped by whoever runs it
    public OptionalLong awaitStart() throws InterruptedException {
        control.called.await();
        return control.start == 0 ? OptionalLong.empty() : OptionalLong.of(control.start);
    }

    /// Ends the surge now, from any thread: [#run(Progress)] returns what it has, and every socket is closed.
    public void stop() {
        control.stopped = true;
        control.called.countDown();
    }
}
