package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import java.time.Duration;
import java.util.Map;

/// The server's connections from the end of their handshake on: waiting in an accept queue, accepted, closing.
final class Connections {
    static final byte NONE = 0;
    private static final byte QUEUED = 1;

    /// In an accept queue, but reset by the client: it keeps its place there and is in no list of sockets.
    private static final byte QUEUED_RESET = 2;

    private static final byte ACCEPTED = 3;

    /// Closed by the program; the client's FIN is awaited.
    private static final byte FIN_WAIT = 4;

    static final byte TIME_WAIT = 5;

    private static final byte HAS_DATA = 1;
    private static final byte PEER_CLOSED = 2;

    /// The answer has gone, and may have to go again.
    private static final byte ANSWERED = 4;

    /// A worker waits for the request.
    private static final byte AWAITED = 8;

    /// Its request came with the SYN, and its final ACK has not come yet.
    private static final byte FAST_OPEN = 16;

    private static final long TIME_WAIT_LENGTH = Duration.ofMinutes(1).toNanos();
    private static final int ANSWER_RETRIES = 8;

    private final Agenda agenda;
    private final Wire wire;
    private final Tally tally;
    private final Port port;
    private final TimerModel clock;
    private final DataTimeout timeout;
    private final Lane timers;
    private boolean peerProven;

    Connections(SimulationPlan plan, Agenda agenda, Wire wire, Tally tally, Port port) {
        this.port = port;
        this.agenda = agenda;
        this.wire = wire;
        this.tally = tally;
        timers = agenda.lane();
        clock = plan.timers();
        timeout = new DataTimeout(plan.server().stack().client());
    }

    /// Whether the server has a socket for a connection, TIME_WAIT included.
    boolean exists(Connection connection) {
        byte now = connection.serverState;
        return now != NONE && now != QUEUED_RESET && (now != TIME_WAIT || connection.timeWaitEnds > agenda.now());
    }

    /// Puts a connection whose handshake is done in an accept queue.
    void establish(ListenSocket listener, int kind, Connection connection) {
        tally.count(Counter.PASSIVE_OPENS);
        connection.serverState = QUEUED;
        connection.serverFlags = 0;
        listener.enqueue(connection);
        receive(kind, connection);
    }

    /// Puts a connection whose request came with its SYN in an accept queue, before its handshake is done.
    void establishEarly(ListenSocket listener, Connection connection) {
        tally.count(Counter.PASSIVE_OPENS);
        connection.serverState = QUEUED;
        connection.serverFlags = HAS_DATA | FAST_OPEN;
        listener.fastOpens++;
        listener.enqueue(connection);
        wire.toClient(Event.SYN_ACK_OF_DATA, connection);
    }

    /// A segment for a connection that exists.
    Notice receive(int kind, Connection connection) {
        if (has(connection, FAST_OPEN)) {
            if (kind == Event.SYN) {
                wire.toClient(Event.SYN_ACK_OF_DATA, connection);
                return Notice.NOTHING;
            }
            connection.serverFlags &= ~FAST_OPEN;
            port.member(connection).fastOpens--;
        }
        return switch (kind) {
            case Event.DATA -> data(connection);
            case Event.FIN -> fin(connection);
            // A FIN beyond data that never came is kept for later.
            case Event.FIN_PAST_DATA -> has(connection, HAS_DATA) ? fin(connection) : Notice.NOTHING;
            case Event.CLIENT_RESET, Event.CLIENT_ABORT -> reset(connection);
            case Event.CLIENT_ABORT_PAST_DATA -> has(connection, HAS_DATA) ? reset(connection) : challenge(connection);
            default -> Notice.NOTHING;
        };
    }

    /// A reset beyond data that never came is not believed at once (tcp_validate_incoming, since 3.6).
    private Notice challenge(Connection connection) {
        wire.toClient(Event.CHALLENGE_ACK, connection);
        return Notice.NOTHING;
    }

    private Notice data(Connection connection) {
        if (connection.serverState == FIN_WAIT && !has(connection, HAS_DATA)) {
            // Nobody can read it any more (tcp_rcv_state_process, FIN_WAIT).
            tally.count(Counter.OUT_RSTS);
            connection.serverState = NONE;
            wire.toClient(Event.SERVER_RESET, connection);
            return Notice.NOTHING;
        }
        boolean fresh = !has(connection, HAS_DATA);
        connection.serverFlags |= HAS_DATA;
        wire.toClient(Event.DATA_ACKED, connection);
        return fresh && connection.serverState == ACCEPTED ? Notice.READABLE : Notice.NOTHING;
    }

    private Notice fin(Connection connection) {
        wire.toClient(Event.FIN_ACKED, connection);
        if (has(connection, PEER_CLOSED)) {
            return Notice.NOTHING;
        }
        connection.serverFlags |= PEER_CLOSED;
        if (connection.serverState == FIN_WAIT) {
            connection.serverState = TIME_WAIT;
            peerProven = true;
            connection.timeWaitEnds = agenda.now() + TIME_WAIT_LENGTH;
            return Notice.NOTHING;
        }
        return connection.serverState == ACCEPTED ? Notice.HUNG_UP : Notice.NOTHING;
    }

    private Notice reset(Connection connection) {
        switch (connection.serverState) {
            case QUEUED -> {
                tally.count(Counter.ESTAB_RESETS);
                connection.serverState = QUEUED_RESET;
            }
            case ACCEPTED -> {
                tally.count(Counter.ESTAB_RESETS);
                connection.serverState = NONE;
                return Notice.HUNG_UP;
            }
            default -> connection.serverState = NONE;
        }
        return Notice.NOTHING;
    }

    /// Whether a connection of the clients' host has come to an end in good order, upon which the kernel remembers its
    /// round trip (`net/ipv4/tcp_metrics.c` tcp_update_metrics) and trusts it (tcp_peer_is_proven).
    boolean isPeerProven() {
        return peerProven;
    }

    /// The program has taken a connection out of its queue.
    void accepted(Connection connection) {
        connection.serverState = connection.serverState == QUEUED ? ACCEPTED : NONE;
    }

    boolean hasData(Connection connection) {
        return has(connection, HAS_DATA);
    }

    /// Whether the client has reset the connection.
    boolean isGone(Connection connection) {
        return connection.serverState == NONE;
    }

    /// Whether the client has closed its side.
    boolean hungUp(Connection connection) {
        return has(connection, PEER_CLOSED);
    }

    /// Whether a worker waits for the request of a connection.
    boolean isAwaited(Connection connection) {
        return has(connection, AWAITED);
    }

    void await(Connection connection, boolean waits) {
        connection.serverFlags = (byte) (waits ? connection.serverFlags | AWAITED : connection.serverFlags & ~AWAITED);
    }

    /// The program answers and closes.
    void answer(Connection connection) {
        if (connection.serverState != ACCEPTED) {
            return;
        }
        connection.serverState = FIN_WAIT;
        connection.serverFlags |= ANSWERED;
        connection.answersSent = 0;
        sendAnswer(connection);
    }

    /// The program closes without an answer. A request that it has not read makes the kernel send a reset.
    void close(Connection connection) {
        if (connection.serverState != ACCEPTED) {
            return;
        }
        if (has(connection, HAS_DATA)) {
            abort(connection);
            return;
        }
        connection.serverState = has(connection, PEER_CLOSED) ? NONE : FIN_WAIT;
        wire.toClient(Event.SERVER_FIN, connection);
    }

    /// The program closes with a reset (SO_LINGER, time 0).
    void abort(Connection connection) {
        if (connection.serverState != ACCEPTED) {
            return;
        }
        tally.count(Counter.OUT_RSTS);
        tally.count(Counter.ESTAB_RESETS);
        connection.serverState = NONE;
        wire.toClient(Event.SERVER_RESET, connection);
    }

    private void sendAnswer(Connection connection) {
        wire.toClient(Event.ANSWER, connection);
        if (wire.loses()) {
            long fires = clock.fires(agenda.now(), timeout.of(wire.roundTrip(), connection.answersSent));
            agenda.arm(connection.serverTimer, fires, timers, Event.ANSWER_TIMER, connection);
        }
    }

    /// The answer was not acknowledged in time. False if it was.
    boolean answerTimer(Connection connection) {
        if (!agenda.fires(connection.serverTimer) || connection.serverState != FIN_WAIT || !has(connection, ANSWERED)) {
            return false;
        }
        if (connection.answersSent == ANSWER_RETRIES) {
            connection.serverState = NONE;
            return true;
        }
        if (timeout.counts(connection.answersSent)) {
            tally.count(Counter.TCP_TIMEOUTS);
        }
        connection.answersSent++;
        sendAnswer(connection);
        return true;
    }

    /// The listener is closed: a connection that nobody has accepted is reset.
    void dropQueued(Connection connection) {
        if (connection.serverState == QUEUED) {
            connection.serverState = ACCEPTED;
            abort(connection);
        }
        connection.serverState = NONE;
    }

    /// Adds its state to a count of sockets.
    void countInto(Map<SocketState, Integer> sockets, Connection connection, long at) {
        switch (connection.serverState) {
            case QUEUED, ACCEPTED -> sockets.merge(openState(connection), 1, Integer::sum);
            case FIN_WAIT ->
                sockets.merge(
                        has(connection, PEER_CLOSED) ? SocketState.LAST_ACK : SocketState.FIN_WAIT1, 1, Integer::sum);
            case TIME_WAIT -> {
                if (connection.timeWaitEnds > at) {
                    sockets.merge(SocketState.TIME_WAIT, 1, Integer::sum);
                }
            }
            default -> {}
        }
    }

    private SocketState openState(Connection connection) {
        if (has(connection, FAST_OPEN)) {
            return SocketState.SYN_RECV;
        }
        return has(connection, PEER_CLOSED) ? SocketState.CLOSE_WAIT : SocketState.ESTABLISHED;
    }

    private boolean has(Connection connection, byte flag) {
        return (connection.serverFlags & flag) != 0;
    }
}
