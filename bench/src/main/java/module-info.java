import org.jspecify.annotations.NullMarked;

/// Programs that `bench/run` starts and times: the floor of a JVM start, the stages of a start, warm samples.
///
/// They only call what the other modules export. Not part of the delivered program.
@NullMarked
module dev.anteroom.bench {
    requires static org.jspecify;
    requires dev.anteroom.capture;
    requires dev.anteroom.cli;
    requires dev.anteroom.diagnosis;
    requires dev.anteroom.kernel;
    requires dev.anteroom.traffic;
    requires java.management;
}
