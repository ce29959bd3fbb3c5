import org.jspecify.annotations.NullMarked;

/// What to change so that a listener's queue gets another limit, and the change itself: of a running socket, of a
/// sysctl, of a server's own settings; and what is written in configuration files.
///
/// Nothing is changed unless its caller asks for it. What is changed is written down before, in a state directory
/// (`/var/lib/anteroom` for root, `${XDG_STATE_HOME:-~/.local/state}/anteroom` for others), so that it can be undone
/// even after a crash in the middle.
///
/// What it does not do: edit a server's own configuration in place, restart anything, or change what a container
/// runtime starts a container with.
@NullMarked
module dev.anteroom.remedy {
    requires static org.jspecify;
    requires transitive dev.anteroom.diagnosis;
    requires transitive dev.anteroom.kernel;
    requires transitive dev.anteroom.lab;
    requires transitive dev.anteroom.queue;
    requires java.xml;
    requires org.snakeyaml.engine;

    exports dev.anteroom.remedy;
}
