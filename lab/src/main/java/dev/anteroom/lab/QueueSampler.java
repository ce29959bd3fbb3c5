package dev.anteroom.lab;

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
    private volatile boolean stopped;

    private QueueSampler(SockDiag sockDiag, int port, long start, Duration period) {
        this.sockDiag = sockDiag;
        this.port = port;
        this.start = start;
        this.period = period;
        this.thread = Thread.ofPlatform().daemon().name("queue sampler").unstarted(this::sample);
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
    List<QueueDepth> stop() throws InterruptedException {
        stopped = true;
        thread.interrupt();
        thread.join();
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
