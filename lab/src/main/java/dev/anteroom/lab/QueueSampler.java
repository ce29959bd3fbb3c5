package dev.anteroom.lab;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Samples both queues of a port while a surge runs, on a thread of its own.
///
/// A peak between two samples is missed; the counters of the kernel miss nothing.
final class QueueSampler implements AutoCloseable {
    /// What a run keeps at most, so that a long one does not fill the memory.
    private static final int MOST_SAMPLES = 4_000;

    /// The finest that a run is sampled.
    static final Duration SHORTEST_PERIOD = Duration.ofMillis(1);

    private final SockDiag sockDiag;
    private final int port;
    private final long start;
    private final Duration period;
    private final List<QueueDepth> samples = new ArrayList<>();
    private final Thread thread;
    private Optional<KernelException> failure = Optional.empty();
    private volatile boolean stopped;

    private QueueSampler(SockDiag sockDiag, int port, long start, Duration period) {
        this.sockDiag = sockDiag;
        this.port = port;
        this.start = start;
        this.period = period;
        this.thread = Thread.ofPlatform().daemon().name("queue sampler").unstarted(this::run);
    }

    /// Starts to sample.
    ///
    /// @param start the zero of its times, of System.nanoTime
    /// @param lasts how long the run may take
    /// @param period least time from one sample to the next; a long run has longer ones
    static QueueSampler start(PrivateHost host, int port, long start, Duration lasts, Duration period) {
        Duration even = lasts.dividedBy(MOST_SAMPLES);
        QueueSampler sampler =
                new QueueSampler(host.sockDiag(), port, start, even.compareTo(period) > 0 ? even : period);
        sampler.thread.start();
        return sampler;
    }

    private void run() {
        try {
            sample();
        } catch (KernelException lost) {
            failure = Optional.of(lost);
        }
    }

    private void sample() {
        List<SockDiag.ListenRow> rows = rows();
        while (!stopped && samples.size() < MOST_SAMPLES) {
            Duration at = Duration.ofNanos(System.nanoTime() - start);
            long accept = 0;
            for (SockDiag.ListenRow row : rows) {
                Optional<QueueSample> sample = rows.size() == 1 ? sockDiag.sample(row) : Optional.of(row.queue());
                accept += sample.map(QueueSample::depth).orElse(0L);
            }
            samples.add(new QueueDepth(at, accept, sockDiag.handshakes().getOrDefault(port, 0L)));
            try {
                Thread.sleep(period);
            } catch (InterruptedException end) {
                return;
            }
            if (rows.size() != 1) {
                rows = rows(); // members of a group can only be listed, not looked up one by one
            }
        }
    }

    private List<SockDiag.ListenRow> rows() {
        List<SockDiag.ListenRow> rows = new ArrayList<>(sockDiag.listeners(Family.INET, port));
        rows.addAll(sockDiag.listeners(Family.INET6, port));
        return rows;
    }

    /// Ends it and gives what it saw.
    ///
    /// @throws KernelException if it could not look to the end
    List<QueueDepth> stop() {
        end();
        if (failure.isPresent()) {
            throw failure.get();
        }
        return List.copyOf(samples);
    }

    private void end() {
        stopped = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for its thread: the conversation must not be closed, and its descriptor become another's, while it asks.
    @Override
    public void close() {
        end();
        sockDiag.close();
    }
}
