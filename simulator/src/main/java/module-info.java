import org.jspecify.annotations.NullMarked;

/// The two queues before `accept(2)` in simulated time, per TCP stack and version, and the sizing of both.
///
/// A [dev.anteroom.simulator.SimulationPlan] says what two hosts, a listener, the program behind it and a surge are;
/// [dev.anteroom.simulator.Simulation#run] tells what comes of it: every connection's fate, every counter, both
/// queues over time. Times are nanoseconds inside and `Duration` outside, from the start of the surge. No clock and
/// no I/O: the same plan with the same seed gives the same run on any machine. A run is one thread; a sizing that has
/// to
/// simulate uses all processors, with the same result on any number of them.
///
/// The rules of each stack are data with their sources (`Stack.rules()`); what none of them models is listed in
/// `Stack.NOT_MODELLED`.
@NullMarked
module dev.anteroom.simulator {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.simulator;
}
