import org.jspecify.annotations.NullMarked;

/// Scenarios: a private host, a link, a server and a surge, staged on the running kernel.
@NullMarked
module dev.anteroom.lab {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;
    requires dev.anteroom.capture;
    requires dev.anteroom.diagnosis;
    requires dev.anteroom.kernel;
    requires dev.anteroom.simulator;
    requires dev.anteroom.traffic;
    requires org.snakeyaml.engine;
}
