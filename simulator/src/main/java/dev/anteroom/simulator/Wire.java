package dev.anteroom.simulator;

/// The link at work: it carries segments, late or never, and keeps their order in each direction.
final class Wire {
    private final Agenda agenda;
    private final long delay;
    private final long jitter;
    private final double lossToServer;
    private final double lossToClient;
    private final boolean loses;
    private final SplitMix64 random;
    private final Lane laneToServer;
    private final Lane laneToClient;
    private long lastAtServer;
    private long lastAtClient;

    Wire(LinkModel link, Agenda agenda, SplitMix64 random) {
        this.agenda = agenda;
        this.random = random;
        laneToServer = agenda.lane();
        laneToClient = agenda.lane();
        delay = link.delay().toNanos();
        jitter = link.jitter().toNanos();
        lossToServer = link.lossToServer();
        lossToClient = link.lossToClient();
        loses = lossToServer > 0 || lossToClient > 0;
    }

    /// The time a segment and its answer take when nothing is late.
    long roundTrip() {
        return 2 * delay;
    }

    /// Whether a segment may be lost.
    boolean loses() {
        return loses;
    }

    void toServer(int kind, Connection connection) {
        if (lossToServer == 0 || random.fraction() >= lossToServer) {
            lastAtServer = carry(laneToServer, kind, connection, lastAtServer);
        }
    }

    void toClient(int kind, Connection connection) {
        if (lossToClient == 0 || random.fraction() >= lossToClient) {
            lastAtClient = carry(laneToClient, kind, connection, lastAtClient);
        }
    }

    private long carry(Lane lane, int kind, Connection connection, long notBefore) {
        if (delay == 0) {
            agenda.soon(kind, connection);
            return agenda.now();
        }
        long late = jitter == 0 ? 0 : (long) ((2 * random.fraction() - 1) * jitter);
        long arrives = Math.max(notBefore, agenda.now() + delay + late);
        agenda.at(arrives, lane, kind, connection);
        return arrives;
    }
}
