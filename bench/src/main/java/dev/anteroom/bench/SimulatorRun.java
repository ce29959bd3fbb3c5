package dev.anteroom.bench;

import dev.anteroom.queue.Outcome;
import dev.anteroom.simulator.AcceptorModel;
import dev.anteroom.simulator.ArrivalModel;
import dev.anteroom.simulator.ClientModel;
import dev.anteroom.simulator.LinkModel;
import dev.anteroom.simulator.ListenerModel;
import dev.anteroom.simulator.Observation;
import dev.anteroom.simulator.ServiceTime;
import dev.anteroom.simulator.SimulatedRun;
import dev.anteroom.simulator.Simulation;
import dev.anteroom.simulator.SimulationPlan;
import dev.anteroom.simulator.Stack;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/// How many events the simulator does in a second of one core: clients that send a request over a link to workers
/// behind an accept queue. `SsjQueue.java` and `ns3queue.cc` do the same events in SSJ and in ns-3.
///
/// Prints for each round: events, seconds of CPU time, connections served, SYNs sent again.
public final class SimulatorRun {
    private static final int MOST_PATIENT = 1000;

    private SimulatorRun() {}

    /// Runs some rounds.
    ///
    /// @param arguments connections, milliseconds over which they come evenly, limit, workers, microseconds of
    ///     service, microseconds from one host to the other, rounds
    public static void main(String[] arguments) {
        int connections = Integer.parseInt(arguments[0]);
        Duration width = Duration.ofMillis(Long.parseLong(arguments[1]));
        int limit = Integer.parseInt(arguments[2]);
        int workers = Integer.parseInt(arguments[3]);
        Duration service = Duration.ofNanos(1000 * Long.parseLong(arguments[4]));
        Duration oneWay = Duration.ofNanos(1000 * Long.parseLong(arguments[5]));
        SimulationPlan plan = SimulationPlan.of(
                        Stack.named("linux-6.14"),
                        ListenerModel.of(limit, AcceptorModel.workers(workers, new ServiceTime.Constant(service))),
                        LinkModel.of(oneWay),
                        new ArrivalModel.AtOnce(connections, width),
                        ClientModel.speaksFirst(Duration.ofSeconds(MOST_PATIENT))
                                .patient())
                .observed(Observation.TOTALS);
        for (int round = Integer.parseInt(arguments[6]); round > 0; round--) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            SimulatedRun run = Simulation.run(plan);
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            long again = run.surge().synRetransmissions().entrySet().stream()
                    .mapToLong(entry -> (long) entry.getKey() * entry.getValue())
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "%d %.3f %d %d%n",
                    run.events(),
                    took / 1e9,
                    run.surge().outcomes().getOrDefault(Outcome.SERVED, 0),
                    again);
        }
    }
}
