import org.jspecify.annotations.NullMarked;

/// From evidence to findings: what is wrong with a listener, what proves it, what would refute it, what to change.
///
/// From signs of any origin, packets, logs, tables and counters, to the causes that may have left them: `Explainer`.
///
/// Reads nothing and changes nothing. Settings: how long clients are thought to wait, `Diagnosis.PATIENCE`, 10 s.
///
/// What it cannot tell from the state of one host: a firewall or a path that loses SYNs before they arrive, and
/// clients that give up on their own. Such losses leave no trace in the counters that it reads.
@NullMarked
module dev.anteroom.diagnosis {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.diagnosis;
}
