package dev.anteroom.simulator;

import java.util.Random;

/// M/G/c/K by the clock of its events, for what has no closed form. Random numbers are those of java.util.Random,
/// whose algorithm is specified: the same seed gives the same loss on every machine.
final class SizingSimulation {
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
    static double loss(double load, SizingServer server, long capacity, int arrivals, long seed) {
        return new SizingSimulation(server, seed).loss(load * server.workers(), capacity, arrivals);
    }

    /// @param rate arrivals per mean service time
    private double loss(double rate, long capacity, int arrivals) {
        double now = 0;
        long waiting = 0;
        long lost = 0;
        // The first tenth fills the queue and is not counted.
        int warmUp = arrivals / 10;
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
        return (double) lost / arrivals;
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
