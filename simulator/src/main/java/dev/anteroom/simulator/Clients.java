package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.simulator.ClientModel.Leaving;
import dev.anteroom.simulator.ClientModel.Talk;
import dev.anteroom.simulator.ClientRules.ResetRule;
import java.time.Duration;
import java.util.Map;

/// The clients of a surge: their kernel and their program.
final class Clients {
    /// A connection that is not due yet is in state 0.
    private static final byte SYN_SENT = 1;
    private static final byte ESTABLISHED = 2;

    /// Closed by the program, the FIN not acknowledged yet.
    private static final byte FIN_SENT = 3;

    private static final byte FIN_WAIT = 4;
    private static final byte CLOSED = 5;

    private static final byte SENT_DATA = 1;
    private static final byte DATA_ACKED = 2;
    private static final byte SERVER_CLOSED = 4;

    /// The SYN was answered by a reset and is to be sent again.
    private static final byte AFTER_RESET = 8;

    private static final long RESET_PAUSE = Duration.ofMillis(500).toNanos();
    private static final int RESET_RETRIES = 3;
    private static final int DATA_RETRIES = 15;
    private static final int ORPHAN_RETRIES = 8;

    private final Agenda agenda;
    private final Wire wire;
    private final Tally tally;
    private final Fates fates;
    private final TimerModel clock;
    private final ClientModel model;
    private final ClientRules rules;
    private final DataTimeout dataTimeout;
    private final SynBackoff backoff;
    private final long wakeUp;
    private final Lane firstTimers;
    private final Lane wakeUps;
    private final byte[] state;
    private final byte[] flags;

    /// Of the SYN until it is answered, then of data and FIN.
    private final byte[] sentAgain;

    private final byte[] resets;
    private final long[] due;
    private final long[] synSent;
    private final long[] roundTrip;

    Clients(SimulationPlan plan, int count, Agenda agenda, Wire wire, Tally tally, Fates fates) {
        this.agenda = agenda;
        this.wire = wire;
        this.tally = tally;
        this.fates = fates;
        clock = plan.timers();
        model = plan.client();
        rules = plan.clientHost().stack().client();
        dataTimeout = new DataTimeout(rules);
        backoff = new SynBackoff(plan.clientHost());
        wakeUp = model.wakeUp().toNanos();
        firstTimers = agenda.lane();
        wakeUps = agenda.lane();
        state = new byte[count];
        flags = new byte[count];
        sentAgain = new byte[count];
        resets = new byte[count];
        due = new long[count];
        synSent = new long[count];
        roundTrip = new long[count];
    }

    /// The program calls connect(2).
    void connect(int connection) {
        state[connection] = SYN_SENT;
        synSent[connection] = agenda.now();
        wire.toServer(model.talk() == Talk.CLIENT_FIRST_IN_SYN ? Event.SYN_WITH_DATA : Event.SYN, connection);
        due[connection] = clock.fires(agenda.now(), backoff.first());
        agenda.at(due[connection], firstTimers, Event.CLIENT_TIMER, connection);
    }

    /// A segment reaches a client.
    void receive(int kind, int connection) {
        switch (kind) {
            case Event.SYN_ACK, Event.SYN_ACK_COOKIE -> synAck(connection);
            case Event.SYN_ACK_OF_DATA -> {
                flags[connection] |= SENT_DATA | DATA_ACKED;
                synAck(connection);
            }
            case Event.DATA_ACKED -> dataAcked(connection);
            case Event.FIN_ACKED -> finAcked(connection);
            case Event.ANSWER -> answer(connection);
            case Event.SERVER_FIN -> serverFin(connection);
            case Event.CHALLENGE_ACK -> challenged(connection);
            default -> reset(connection);
        }
    }

    private void synAck(int connection) {
        switch (state[connection]) {
            case SYN_SENT -> {
                state[connection] = ESTABLISHED;
                roundTrip[connection] = Math.max(agenda.now() - synSent[connection], wire.roundTrip());
                sentAgain[connection] = 0;
                disarm(connection);
                wire.toServer(Event.ACK, connection);
                agenda.at(agenda.now() + wakeUp, wakeUps, Event.CONNECT_RETURNS, connection);
            }
            case ESTABLISHED, FIN_SENT, FIN_WAIT -> wire.toServer(ackKind(connection), connection);
            default -> sendReset(connection);
        }
    }

    /// Whether an ACK still carries the first sequence number after the SYN.
    private int ackKind(int connection) {
        boolean first = state[connection] == ESTABLISHED && !has(connection, SENT_DATA);
        return first ? Event.ACK : Event.ACK_PAST_DATA;
    }

    /// The program goes on after connect(2).
    void connectReturns(int connection) {
        if (fates.decided(connection)) {
            return;
        }
        if (state[connection] != ESTABLISHED) {
            fates.fail(connection, Failure.RESET_IN_CONNECT, agenda.now());
            return;
        }
        fates.connected(connection, agenda.now());
        if (model.talk() == Talk.CONNECT_AND_STAY || model.talk() == Talk.CONNECT_AND_LEAVE) {
            fates.end(connection, Outcome.SERVED, Phase.CONNECT, agenda.now());
            if (model.talk() == Talk.CONNECT_AND_LEAVE) {
                leave(connection);
            }
        } else if (has(connection, SERVER_CLOSED)) {
            closedByServer(connection);
        } else if (model.talk() != Talk.SERVER_FIRST && !has(connection, SENT_DATA)) {
            flags[connection] |= SENT_DATA;
            wire.toServer(Event.DATA, connection);
            armForData(connection);
        }
    }

    private void dataAcked(int connection) {
        if (state[connection] == CLOSED) {
            sendReset(connection); // as any segment that meets no connection
            return;
        }
        if (has(connection, DATA_ACKED)) {
            return;
        }
        flags[connection] |= DATA_ACKED;
        sentAgain[connection] = 0;
        if (state[connection] == FIN_SENT) {
            armForData(connection);
        } else {
            disarm(connection);
        }
    }

    private void finAcked(int connection) {
        if (state[connection] == FIN_SENT) {
            state[connection] = has(connection, SERVER_CLOSED) ? CLOSED : FIN_WAIT;
            disarm(connection);
        }
    }

    private void answer(int connection) {
        if (state[connection] != ESTABLISHED) {
            if (state[connection] != CLOSED || !fates.decided(connection) || !has(connection, SERVER_CLOSED)) {
                // The answer and the FIN after it are two segments, and each is reset.
                sendReset(connection);
                sendReset(connection);
                state[connection] = CLOSED;
            }
            return;
        }
        flags[connection] |= DATA_ACKED | SERVER_CLOSED;
        disarm(connection);
        if (fates.decided(connection)) {
            return;
        }
        if (!fates.isConnected(connection)) {
            // The greeting came before the program went on.
            fates.connected(connection, agenda.now());
        }
        fates.firstByte(connection, agenda.now());
        fates.end(connection, Outcome.SERVED, Phase.READ, agenda.now());
        if (model.talk() == Talk.SERVER_FIRST) {
            leave(connection);
        } else {
            close(connection);
        }
    }

    private void serverFin(int connection) {
        if (state[connection] != ESTABLISHED) {
            return;
        }
        flags[connection] |= SERVER_CLOSED;
        if (fates.isConnected(connection) && !fates.decided(connection)) {
            closedByServer(connection);
        }
    }

    /// A client that is gone already resets again, with the sequence number that the server asks for.
    private void challenged(int connection) {
        if (state[connection] == CLOSED) {
            sendReset(connection);
        }
    }

    private void closedByServer(int connection) {
        fates.fail(connection, Failure.CLOSED, agenda.now());
        close(connection);
    }

    private void reset(int connection) {
        switch (state[connection]) {
            case SYN_SENT -> resetInSynSent(connection);
            case ESTABLISHED -> {
                tally.count(Counter.ESTAB_RESETS);
                gone(connection);
                // A program that has not gone on yet sees the reset in connect(2).
                if (fates.isConnected(connection) && !fates.decided(connection)) {
                    fates.fail(connection, Failure.RESET_LATER, agenda.now());
                }
            }
            default -> gone(connection);
        }
    }

    private void resetInSynSent(int connection) {
        if (rules.onReset() == ResetRule.TRIES_AGAIN && resets[connection] < RESET_RETRIES) {
            resets[connection]++;
            flags[connection] |= AFTER_RESET;
            arm(connection, RESET_PAUSE);
            return;
        }
        tally.count(Counter.ATTEMPT_FAILS);
        gone(connection);
        fates.fail(connection, Failure.REFUSED, agenda.now());
    }

    private void gone(int connection) {
        state[connection] = CLOSED;
        disarm(connection);
    }

    /// A retransmission timer fired. False if it was stopped or set anew meanwhile.
    boolean timer(int connection) {
        if (due[connection] != agenda.now()) {
            return false;
        }
        switch (state[connection]) {
            case SYN_SENT -> synTimer(connection);
            case ESTABLISHED, FIN_SENT -> dataTimer(connection);
            default -> {}
        }
        return true;
    }

    private void synTimer(int connection) {
        if (has(connection, AFTER_RESET)) {
            flags[connection] &= ~AFTER_RESET;
            sendSynAgain(connection, backoff.first());
            return;
        }
        tally.count(Counter.TCP_TIMEOUTS);
        if (backoff.givesUp(sentAgain[connection], agenda.now() - synSent[connection])) {
            tally.count(Counter.ATTEMPT_FAILS);
            gone(connection);
            fates.fail(connection, Failure.KERNEL_GAVE_UP, agenda.now());
            return;
        }
        sendSynAgain(connection, backoff.after(sentAgain[connection] + 1));
    }

    private void sendSynAgain(int connection, long timeout) {
        tally.count(Counter.TCP_SYN_RETRANS);
        sentAgain[connection]++;
        fates.synSentAgain(connection);
        wire.toServer(Event.SYN, connection);
        arm(connection, timeout);
    }

    private void dataTimer(int connection) {
        int times = sentAgain[connection];
        if (dataTimeout.counts(times)) {
            tally.count(Counter.TCP_TIMEOUTS);
        }
        if (times == (state[connection] == FIN_SENT ? ORPHAN_RETRIES : DATA_RETRIES)) {
            gone(connection);
            if (!fates.decided(connection)) {
                fates.fail(connection, Failure.DATA_NEVER_ACKNOWLEDGED, agenda.now());
            }
            return;
        }
        sentAgain[connection]++;
        if (has(connection, SENT_DATA) && !has(connection, DATA_ACKED)) {
            wire.toServer(Event.DATA, connection);
        } else {
            sendFin(connection);
        }
        armForData(connection);
    }

    /// The program's patience is at an end, and the connection has no outcome yet.
    void patienceEnds(int connection) {
        boolean connected = fates.isConnected(connection);
        fates.fail(connection, connected ? Failure.NO_ANSWER_IN_TIME : Failure.NOT_CONNECTED_IN_TIME, agenda.now());
        if (state[connection] == ESTABLISHED) {
            leave(connection);
        } else {
            gone(connection);
        }
    }

    /// The program ends an established connection its way.
    private void leave(int connection) {
        if (model.leaving() == Leaving.RESET) {
            tally.count(Counter.ESTAB_RESETS);
            tally.count(Counter.OUT_RSTS);
            wire.toServer(has(connection, SENT_DATA) ? Event.CLIENT_ABORT_PAST_DATA : Event.CLIENT_ABORT, connection);
            gone(connection);
        } else {
            close(connection);
        }
    }

    /// The program closes its end of an established connection in good order.
    private void close(int connection) {
        state[connection] = FIN_SENT;
        sentAgain[connection] = 0;
        sendFin(connection);
        // An answered FIN needs no timer on a link that loses nothing.
        if (wire.loses() || !has(connection, SERVER_CLOSED)) {
            armForData(connection);
        }
    }

    private void sendFin(int connection) {
        wire.toServer(has(connection, SENT_DATA) ? Event.FIN_PAST_DATA : Event.FIN, connection);
    }

    private void sendReset(int connection) {
        tally.count(Counter.OUT_RSTS);
        wire.toServer(Event.CLIENT_RESET, connection);
    }

    private void arm(int connection, long timeout) {
        due[connection] = clock.fires(agenda.now(), timeout);
        agenda.at(due[connection], Event.CLIENT_TIMER, connection);
    }

    private void armForData(int connection) {
        arm(connection, dataTimeout.of(roundTrip[connection], sentAgain[connection]));
    }

    private void disarm(int connection) {
        due[connection] = -1;
    }

    /// Adds its state to a count of sockets.
    void countInto(Map<SocketState, Integer> sockets, int connection) {
        switch (state[connection]) {
            case SYN_SENT -> sockets.merge(SocketState.SYN_SENT, 1, Integer::sum);
            case ESTABLISHED ->
                sockets.merge(
                        has(connection, SERVER_CLOSED) ? SocketState.CLOSE_WAIT : SocketState.ESTABLISHED,
                        1,
                        Integer::sum);
            case FIN_SENT ->
                sockets.merge(
                        has(connection, SERVER_CLOSED) ? SocketState.LAST_ACK : SocketState.FIN_WAIT1, 1, Integer::sum);
            case FIN_WAIT -> sockets.merge(SocketState.FIN_WAIT2, 1, Integer::sum);
            default -> {}
        }
    }

    private boolean has(int connection, byte flag) {
        return (flags[connection] & flag) != 0;
    }
}
