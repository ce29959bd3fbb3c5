package dev.anteroom.simulator;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The share of connections that steady arrivals lose: exact for one worker with any service time and for any number
/// of workers with exponential ones, simulated otherwise.
final class SizingSteady implements SizingModel {
    /// Below this loss a simulation sees too few to count, and the geometric decay of the tail goes on from there.
    private static final double RARE = 1e-3;

    /// From this load on nobody is ever idle, and what exceeds the accept rate is lost.
    private static final double MOST_LOAD = 100;

    private static final int ARRIVALS = 800_000;
    private static final long SEED = 1;

    private final double rate;
    private final double load;
    private final SizingServer server;
    private final Optional<SingleWorkerQueue> single;
    private final Map<Long, Double> simulated = new ConcurrentHashMap<>();

    /// The first capacity whose loss is rare; 0 until it is looked for.
    private volatile long rareFrom;

    SizingSteady(double rate, SizingServer server) {
        this.rate = rate;
        this.load = rate / server.acceptRate();
        this.server = server;
        this.single = server.workers() == 1 && load <= MOST_LOAD
                ? Optional.of(new SingleWorkerQueue(load, server.variation()))
                : Optional.empty();
    }

    @Override
    public double lossAt(long limit) {
        if (load > MOST_LOAD) {
            return 1 - 1 / load;
        }
        if (method() == SizingMethod.SIMULATION) {
            return simulated(limit + 1);
        }
        // One more place than the capacity for each worker: the connection that it is busy with.
        int workers = server.workers();
        return single.map(queue -> queue.loss(limit + 2))
                .orElseGet(() -> new ErlangQueue(load * workers, workers, limit + 1 + workers).loss());
    }

    @Override
    public double lostAt(long limit) {
        return rate * lossAt(limit);
    }

    @Override
    public SizingMethod method() {
        return server.workers() == 1 || server.variation() == 1 ? SizingMethod.EXACT : SizingMethod.SIMULATION;
    }

    private double simulated(long capacity) {
        if (load >= 1) {
            return simulate(capacity);
        }
        if (rareFrom == 0) {
            rareFrom = SizingSearch.smallest(1, Integer.MAX_VALUE, places -> simulate(places) <= RARE)
                    .orElse(Integer.MAX_VALUE);
        }
        return capacity <= rareFrom
                ? simulate(capacity)
                : simulate(rareFrom)
                        * Math.pow(SizingDecay.ratio(load, server.variation()), (double) (capacity - rareFrom));
    }

    /// Twice by two threads does no harm, and no thread waits for another that way.
    private double simulate(long capacity) {
        Double known = simulated.get(capacity);
        if (known != null) {
            return known;
        }
        double loss = SizingSimulation.loss(load, server, capacity, ARRIVALS, SEED);
        simulated.put(capacity, loss);
        return loss;
    }
}
