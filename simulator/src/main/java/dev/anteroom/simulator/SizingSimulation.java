package dev.anteroom.simulator;

import java.util.Random;
import java.util.stream.LongStream;

/// M/G/c/K by the clock of its events, for what has no closed form: several runs side by side, each with random numbers
/// of its own. They are those of java.util.Random, whose algorithm is specified: the same seed gives the same loss on
/// every machine, however many processors it has.
final class SizingSimulation {
    private static final int RUNS = 4;

    /// So many of the first arrivals of a run fill the queue and are not counted, as a part of those that are.
    private static final double WARM_UP = 0.2;

    private final Random random;
    private final double shape;

    /// When each busy worker will be free, as a heap: the earliest first.
    private final double[] busyUntil;

    private int busy;

    private SizingSimulation(SizingServer server, long seed) {
        this.random = new Random(seed);
        this.shape = server.variation() == 0 ? Double.POSITIVE_INFINITY : 1 / server.squaredVariation();
        this.busyUntil = new double[server.workers()];
    }

    /// The share of arrivals that find all workers busy and all places taken.
    ///
    /// @param load of each worker
    /// @param capacity how many wait at most, those in service not counted
    /// @param arrivals to count, a multiple of the number of runs
    static double loss(double load, SizingServer server, long capacity, int arrivals, long seed) {
        long lost = LongStream.range(0, RUNS)
                .parallel()
                .map(run -> new SizingSimulation(server, seed * RUNS + run)
                        .lost(load * server.workers(), capacity, arrivals / RUNS))
                .sum();
        return (double) lost / arrivals;
    }

    /// @param rate arrivals per mean service time
    private long lost(double rate, long capacity, int arrivals) {
        double now = 0;
        long waiting = 0;
        long lost = 0;
        int warmUp = (int) (arrivals * WARM_UP);
        for (int arrival = -warmUp; arrival < arrivals; arrival++) {
            now -= Math.log(1 - random.nextDouble()) / rate;
            while (busy > 0 && busyUntil[0] <= now) {
                if (waiting > 0) {
                    waiting--;
                    busyUntil[0] += serviceTime();
                } else {
                    busyUntil[0] = busyUntil[--busy];
                }
                sink();
            }
            if (busy < busyUntil.length) {
                rise(now + serviceTime());
            } else if (waiting < capacity) {
                waiting++;
            } else if (arrival >= 0) {
                lost++;
            }
        }
        return lost;
    }

    private void rise(double until) {
        int child = busy++;
        while (child > 0 && busyUntil[(child - 1) / 2] > until) {
            busyUntil[child] = busyUntil[(child - 1) / 2];
            child = (child - 1) / 2;
        }
        busyUntil[child] = until;
    }

    private void sink() {
        double until = busyUntil[0];
        int parent = 0;
        while (2 * parent + 1 < busy) {
            int child = 2 * parent + 1;
            if (child + 1 < busy && busyUntil[child + 1] < busyUntil[child]) {
                child++;
            }
            if (busyUntil[child] >= until) {
                break;
            }
            busyUntil[parent] = busyUntil[child];
            parent = child;
        }
        busyUntil[parent] = until;
    }

    /// Gamma distributed with mean 1 (Marsaglia and Tsang, ACM TOMS 26(3) 2000).
    private double serviceTime() {
        if (shape == Double.POSITIVE_INFINITY) {
            return 1;
        }
        double raised = shape < 1 ? shape + 1 : shape;
        double d = raised - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double cube = Math.pow(1 + c * normal, 3);
            double uniform = 1 - random.nextDouble();
            if (cube > 0 && Math.log(uniform) < normal * normal / 2 + d * (1 - cube + Math.log(cube))) {
                double boost = shape < 1 ? Math.pow(1 - random.nextDouble(), 1 / shape) : 1;
                return d * cube * boost / shape;
            }
        }
    }
}
