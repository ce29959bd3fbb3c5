package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import java.time.Duration;
import java.util.Map;

/// The server's connections from the end of their handshake on: waiting in an accept queue, accepted, closing.
final class Connections {
    private static final byte NONE = 0;
    private static final byte QUEUED = 1;

    /// In an accept queue, but reset by the client: it keeps its place there and is in no list of sockets.
    private static final byte QUEUED_RESET = 2;

    private static final byte ACCEPTED = 3;

    /// Closed by the program; the client's FIN is awaited.
    private static final byte FIN_WAIT = 4;

    private static final byte TIME_WAIT = 5;

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
    private final byte[] state;
    private final byte[] flags;
    private final byte[] answersSent;
    private final long[] due;
    private boolean peerProven;

    Connections(SimulationPlan plan, Agenda agenda, Wire wire, Tally tally, Port port, int count) {
        this.port = port;
        this.agenda = agenda;
        this.wire = wire;
        this.tally = tally;
        clock = plan.timers();
        timeout = new DataTimeout(plan.server().stack().client());
        state = new byte[count];
        flags = new byte[count];
        answersSent = new byte[count];
        due = new long[count];
    }

    /// Whether the server has a socket for a connection, TIME_WAIT included.
    boolean exists(int connection) {
        byte now = state[connection];
        return now != NONE && now != QUEUED_RESET && (now != TIME_WAIT || due[connection] > agenda.now());
    }

    /// Puts a connection whose handshake is done in an accept queue.
    void establish(ListenSocket listener, int kind, int connection) {
        tally.count(Counter.PASSIVE_OPENS);
        state[connection] = QUEUED;
        flags[connection] = 0;
        listener.enqueue(connection);
        receive(kind, connection);
    }

    /// Puts a connection whose request came with its SYN in an accept queue, before its handshake is done.
    void establishEarly(ListenSocket listener, int connection) {
        tally.count(Counter.PASSIVE_OPENS);
        state[connection] = QUEUED;
        flags[connection] = HAS_DATA | FAST_OPEN;
        listener.fastOpens++;
        listener.enqueue(connection);
        wire.toClient(Event.SYN_ACK_OF_DATA, connection);
    }

    /// A segment for a connection that exists.
    Notice receive(int kind, int connection) {
        if (has(connection, FAST_OPEN)) {
            if (kind == Event.SYN) {
                wire.toClient(Event.SYN_ACK_OF_DATA, connection);
                return Notice.NOTHING;
            }
            flags[connection] &= ~FAST_OPEN;
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
    private Notice challenge(int connection) {
        wire.toClient(Event.CHALLENGE_ACK, connection);
        return Notice.NOTHING;
    }

    private Notice data(int connection) {
        if (state[connection] == FIN_WAIT && !has(connection, HAS_DATA)) {
            // Nobody can read it any more (tcp_rcv_state_process, FIN_WAIT).
            tally.count(Counter.OUT_RSTS);
            state[connection] = NONE;
            wire.toClient(Event.SERVER_RESET, connection);
            return Notice.NOTHING;
        }
        boolean fresh = !has(connection, HAS_DATA);
        flags[connection] |= HAS_DATA;
        wire.toClient(Event.DATA_ACKED, connection);
        return fresh && state[connection] == ACCEPTED ? Notice.READABLE : Notice.NOTHING;
    }

    private Notice fin(int connection) {
        wire.toClient(Event.FIN_ACKED, connection);
        if (has(connection, PEER_CLOSED)) {
            return Notice.NOTHING;
        }
        flags[connection] |= PEER_CLOSED;
        if (state[connection] == FIN_WAIT) {
            state[connection] = TIME_WAIT;
            peerProven = true;
            due[connection] = agenda.now() + TIME_WAIT_LENGTH;
            return Notice.NOTHING;
        }
        return state[connection] == ACCEPTED ? Notice.HUNG_UP : Notice.NOTHING;
    }

    private Notice reset(int connection) {
        switch (state[connection]) {
            case QUEUED -> {
                tally.count(Counter.ESTAB_RESETS);
                state[connection] = QUEUED_RESET;
            }
            case ACCEPTED -> {
                tally.count(Counter.ESTAB_RESETS);
                state[connection] = NONE;
                return Notice.HUNG_UP;
            }
            default -> state[connection] = NONE;
        }
        return Notice.NOTHING;
    }

    /// Whether a connection of the clients' host has come to an end in good order, upon which the kernel remembers its
    /// round trip (`net/ipv4/tcp_metrics.c` tcp_update_metrics) and trusts it (tcp_peer_is_proven).
    boolean isPeerProven() {
        return peerProven;
    }

    /// The program has taken a connection out of its queue.
    void accepted(int connection) {
        state[connection] = state[connection] == QUEUED ? ACCEPTED : NONE;
    }

    boolean hasData(int connection) {
        return has(connection, HAS_DATA);
    }

    /// Whether the client has reset the connection.
    boolean isGone(int connection) {
        return state[connection] == NONE;
    }

    /// Whether the client has closed its side.
    boolean hungUp(int connection) {
        return has(connection, PEER_CLOSED);
    }

    /// Whether a worker waits for the request of a connection.
    boolean isAwaited(int connection) {
        return has(connection, AWAITED);
    }

    void await(int connection, boolean waits) {
        flags[connection] = (byte) (waits ? flags[connection] | AWAITED : flags[connection] & ~AWAITED);
    }

    /// The program answers and closes.
    void answer(int connection) {
        if (state[connection] != ACCEPTED) {
            return;
        }
        state[connection] = FIN_WAIT;
        flags[connection] |= ANSWERED;
        answersSent[connection] = 0;
        sendAnswer(connection);
    }

    /// The program closes without an answer. A request that it has not read makes the kernel send a reset.
    void close(int connection) {
        if (state[connection] != ACCEPTED) {
            return;
        }
        if (has(connection, HAS_DATA)) {
            abort(connection);
            return;
        }
        state[connection] = has(connection, PEER_CLOSED) ? NONE : FIN_WAIT;
        wire.toClient(Event.SERVER_FIN, connection);
    }

    /// The program closes with a reset (SO_LINGER, time 0).
    void abort(int connection) {
        if (state[connection] != ACCEPTED) {
            return;
        }
        tally.count(Counter.OUT_RSTS);
        tally.count(Counter.ESTAB_RESETS);
        state[connection] = NONE;
        wire.toClient(Event.SERVER_RESET, connection);
    }

    private void sendAnswer(int connection) {
        wire.toClient(Event.ANSWER, connection);
        if (wire.loses()) {
            due[connection] = clock.fires(agenda.now(), timeout.of(wire.roundTrip(), answersSent[connection]));
            agenda.at(due[connection], Event.ANSWER_TIMER, connection);
        }
    }

    /// The answer was not acknowledged in time. False if it was.
    boolean answerTimer(int connection) {
        if (state[connection] != FIN_WAIT || !has(connection, ANSWERED) || due[connection] != agenda.now()) {
            return false;
        }
        if (answersSent[connection] == ANSWER_RETRIES) {
            state[connection] = NONE;
            return true;
        }
        if (timeout.counts(answersSent[connection])) {
            tally.count(Counter.TCP_TIMEOUTS);
        }
        answersSent[connection]++;
        sendAnswer(connection);
        return true;
    }

    /// The listener is closed: a connection that nobody has accepted is reset.
    void dropQueued(int connection) {
        if (state[connection] == QUEUED) {
            state[connection] = ACCEPTED;
            abort(connection);
        }
        state[connection] = NONE;
    }

    /// Adds its state to a count of sockets.
    void countInto(Map<SocketState, Integer> sockets, int connection) {
        switch (state[connection]) {
            case QUEUED, ACCEPTED -> sockets.merge(openState(connection), 1, Integer::sum);
            case FIN_WAIT ->
                sockets.merge(
                        has(connection, PEER_CLOSED) ? SocketState.LAST_ACK : SocketState.FIN_WAIT1, 1, Integer::sum);
            case TIME_WAIT -> {
                if (due[connection] > agenda.now()) {
                    sockets.merge(SocketState.TIME_WAIT, 1, Integer::sum);
                }
            }
            default -> {}
        }
    }

    private SocketState openState(int connection) {
        if (has(connection, FAST_OPEN)) {
            return SocketState.SYN_RECV;
        }
        return has(connection, PEER_CLOSED) ? SocketState.CLOSE_WAIT : SocketState.ESTABLISHED;
    }

    private boolean has(int connection, byte flag) {
        return (flags[connection] & flag) != 0;
    }
}
