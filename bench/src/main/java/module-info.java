import org.jspecify.annotations.NullMarked;

/// Programs that are timed: the floor of a JVM start, the stages of a start and warm samples by `bench/run`, the
/// link between two private hosts by hand.
///
/// They only call what the other modules export. Not part of the delivered program.
@NullMarked
module dev.anteroom.bench {
    requires static org.jspecify;
    requires dev.anteroom.capture;
    requires dev.anteroom.cli;
    requires dev.anteroom.diagnosis;
    requires dev.anteroom.kernel;
    requires dev.anteroom.queue;
    requires dev.anteroom.simulator;
    requires dev.anteroom.traffic;
    requires java.management;
}
