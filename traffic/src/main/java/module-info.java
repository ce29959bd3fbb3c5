import org.jspecify.annotations.NullMarked;

/// The surge, a client that opens many connections and tells the fate of each, and the sample servers.
@NullMarked
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor
module dev.anteroom.traffic {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;
    requires dev.anteroom.capture;
    requires dev.anteroom.kernel;
    requires HdrHistogram;

    exports dev.anteroom.traffic;
}
