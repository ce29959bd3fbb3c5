import org.jspecify.annotations.NullMarked;

/// Packets to handshakes: what a recording of TCP segments says of each connection. Writes pcapng.
@NullMarked
module dev.anteroom.capture {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.capture;
}
