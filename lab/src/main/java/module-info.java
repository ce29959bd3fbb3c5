import org.jspecify.annotations.NullMarked;

/// Scenarios: a private host, a link, a server and a surge, staged on the running kernel.
@NullMarked
module dev.anteroom.lab {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;
    requires transitive dev.anteroom.capture;
    requires dev.anteroom.diagnosis;
    requires transitive dev.anteroom.kernel;
    requires transitive dev.anteroom.simulator;
    requires transitive dev.anteroom.traffic;
    requires org.snakeyaml.engine;

    exports dev.anteroom.lab;
}
