import org.jspecify.annotations.NullMarked;

/// Scenarios: two private hosts, the link between them, a server and a surge, staged on the running kernel and in
/// simulated time, side by side.
///
/// Needs root, or a user namespace of one's own, to stage one; nothing to read or to simulate it. Settings are those
/// of a scenario, in YAML: every value has a default, times have units (`us`, `ms`, `s`, `m`), and docs/lab.md lists
/// them all.
///
/// What it does not do: more than two hosts, IPv6 on the link, hosts with another kernel than this one, and what
/// happens to both queues between two samples, a millisecond or more apart.
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
