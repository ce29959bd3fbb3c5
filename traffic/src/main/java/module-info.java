import org.jspecify.annotations.NullMarked;

/// The surge, a client that opens many connections and tells the fate of each, by phase, as its kernel and its clock
/// know it; and the sample servers.
///
/// Needs no privilege. Settings are those of [dev.anteroom.traffic.SurgePlan] and [dev.anteroom.traffic.ServerPlan]:
/// times as `Duration`, rates in connections per second. Each connection costs one descriptor and one local port;
/// whether there are enough is told before the first one.
///
/// What the surge does not do: keep-alive and pipelining (one connection carries one request), HTTP/2, request bodies,
/// TLS session resumption, and any judgement on the status of an HTTP answer. Whether a server has accepted a
/// connection is not visible to its client: a phantom may wait in the accept queue, be unknown to the server, or be
/// held by a server that says nothing.
@NullMarked
module dev.anteroom.traffic {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;
    requires dev.anteroom.capture;
    requires transitive dev.anteroom.kernel;

    exports dev.anteroom.traffic;
}
