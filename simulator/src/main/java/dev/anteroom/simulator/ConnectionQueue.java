package dev.anteroom.simulator;

/// A queue of connections, first in, first out, which holds those in it ([InFlight]).
final class ConnectionQueue {
    private final InFlight inFlight;
    private final IntRing slots = new IntRing();

    ConnectionQueue(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    int size() {
        return slots.size();
    }

    void add(Connection connection) {
        connection.holds++;
        slots.add(connection.slot);
    }

    /// The connection that was added first; there must be one.
    Connection peek() {
        return inFlight.at(slots.peek());
    }

    /// Takes the connection that was added first; there must be one.
    Connection poll() {
        Connection connection = inFlight.at(slots.poll());
        inFlight.letGo(connection);
        return connection;
    }
}
