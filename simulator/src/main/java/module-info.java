import org.jspecify.annotations.NullMarked;

/// The two queues before `accept(2)` in simulated time, per TCP stack and version, and the sizing of both.
@NullMarked
module dev.anteroom.simulator {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.simulator;
}
