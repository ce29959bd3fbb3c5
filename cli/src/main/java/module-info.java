import org.jspecify.annotations.NullMarked;

/// The commands: they parse, call, print and set the exit code.
///
/// Environment: `NO_COLOR` (any value: no colour). Exit codes: [dev.anteroom.cli.ExitCode].
@NullMarked
module dev.anteroom.cli {
    requires static org.jspecify;
    requires dev.anteroom.kernel;
    requires dev.anteroom.report;
    requires dev.anteroom.traffic;
    requires org.apache.commons.cli;

    exports dev.anteroom.cli;
}
