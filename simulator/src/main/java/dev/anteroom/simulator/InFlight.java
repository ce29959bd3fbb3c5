package dev.anteroom.simulator;

import java.util.Arrays;
import java.util.function.Consumer;

/// The connections under way. One of which nothing is left makes its place free for another, so that memory depends on
/// how many are under way at once, not on how many there are.
///
/// Nothing is left of a connection once no event and no queue holds it, the client has closed it and the server has no
/// socket but one in TIME_WAIT. Those in TIME_WAIT are counted, no more.
final class InFlight {
    private Connection[] connections = new Connection[16];
    private int used;
    private final IntRing free = new IntRing();

    /// Those that nothing holds any more and that have not been looked at since.
    private final IntRing unheld = new IntRing();

    private int most;

    /// When sockets in TIME_WAIT end that are all that is left of their connection.
    private long[] timeWaitEnds = new long[16];

    private int timeWaits;

    /// A new connection, in its first state.
    Connection take(int number, long due) {
        Connection connection = free.size() > 0 ? connections[free.poll()] : grow();
        connection.number = number;
        connection.due = due;
        connection.connected = Connection.NEVER;
        connection.decided = false;
        connection.synsSentAgain = 0;
        connection.clientState = Clients.NOT_DUE;
        connection.clientFlags = 0;
        connection.sentAgain = 0;
        connection.resets = 0;
        connection.cookieSent = Connection.NEVER;
        connection.answered = Connection.NEVER;
        connection.timeouts = RequestTimers.NONE;
        connection.acked = false;
        connection.serverState = Connections.NONE;
        connection.serverFlags = 0;
        most = Math.max(most, used - free.size());
        return connection;
    }

    private Connection grow() {
        if (used == Agenda.MAX_SLOTS) {
            throw new IllegalStateException("more than " + used + " connections are under way at once");
        }
        if (used == connections.length) {
            connections = Arrays.copyOf(connections, used * 2);
        }
        Connection connection = new Connection(used);
        connections[used++] = connection;
        return connection;
    }

    /// The connection that stands in a place.
    Connection at(int slot) {
        return connections[slot];
    }

    void forEach(Consumer<Connection> action) {
        for (int slot = 0; slot < used; slot++) {
            if (connections[slot].number >= 0) {
                action.accept(connections[slot]);
            }
        }
    }

    /// How many connections were under way at once, at the most.
    int most() {
        return most;
    }

    /// Something that held a connection does so no longer.
    void letGo(Connection connection) {
        if (--connection.holds == 0) {
            unheld.add(connection.slot);
        }
    }

    /// Makes the places free of which nothing is left. Not while a connection is still being worked on.
    ///
    /// @param looked whether somebody will still ask for [#timeWaits]
    void reclaim(long now, boolean looked) {
        while (unheld.size() > 0) {
            Connection connection = connections[unheld.poll()];
            if (connection.holds == 0 && connection.number >= 0 && isOver(connection)) {
                if (looked && connection.serverState == Connections.TIME_WAIT) {
                    remember(connection.timeWaitEnds, now);
                }
                connection.number = -1;
                free.add(connection.slot);
            }
        }
    }

    private static boolean isOver(Connection connection) {
        boolean client = connection.clientState == Clients.CLOSED || connection.clientState == Clients.NOT_DUE;
        boolean server = connection.serverState == Connections.NONE || connection.serverState == Connections.TIME_WAIT;
        return client && server && connection.timeouts == RequestTimers.NONE;
    }

    private void remember(long end, long now) {
        if (timeWaits == timeWaitEnds.length) {
            forgetEnded(now);
            if (timeWaits > timeWaitEnds.length / 2) {
                timeWaitEnds = Arrays.copyOf(timeWaitEnds, 2 * timeWaitEnds.length);
            }
        }
        timeWaitEnds[timeWaits++] = end;
    }

    /// How many sockets in TIME_WAIT are all that is left of their connection.
    int timeWaits(long now) {
        forgetEnded(now);
        return timeWaits;
    }

    private void forgetEnded(long now) {
        int left = 0;
        for (int i = 0; i < timeWaits; i++) {
            if (timeWaitEnds[i] > now) {
                timeWaitEnds[left++] = timeWaitEnds[i];
            }
        }
        timeWaits = left;
    }
}
