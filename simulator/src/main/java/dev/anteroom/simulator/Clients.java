package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import dev.anteroom.simulator.ClientModel.Leaving;
import dev.anteroom.simulator.ClientModel.Talk;
import dev.anteroom.simulator.ClientRules.ResetRule;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/// The clients of a surge: their kernel and their program.
final class Clients {
    /// The state of a connection of a flood, which has no client, too.
    static final byte NOT_DUE = 0;

    private static final byte SYN_SENT = 1;
    private static final byte ESTABLISHED = 2;

    /// Closed by the program, the FIN not acknowledged yet.
    private static final byte FIN_SENT = 3;

    private static final byte FIN_WAIT = 4;
    static final byte CLOSED = 5;

    private static final byte SENT_DATA = 1;
    private static final byte DATA_ACKED = 2;
    private static final byte SERVER_CLOSED = 4;

    /// The SYN was answered by a reset and is to be sent again.
    private static final byte AFTER_RESET = 8;

    private static final long RESET_PAUSE = Duration.ofMillis(500).toNanos();
    private static final int RESET_RETRIES = 3;
    private static final int DATA_RETRIES = 15;
    private static final int ORPHAN_RETRIES = 8;
    private static final int SYN_LANES = 11;

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

    /// Of the SYN, by how often it was sent again; what was sent yet more often shares the last.
    private final Lane[] synTimers = new Lane[SYN_LANES];

    private final Lane dataTimers;
    private final Lane resetPauses;
    private final Lane wakeUps;

    Clients(SimulationPlan plan, Agenda agenda, Wire wire, Tally tally, Fates fates) {
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
        Arrays.setAll(synTimers, _ -> agenda.lane());
        dataTimers = agenda.lane();
        resetPauses = agenda.lane();
        wakeUps = agenda.lane();
    }

    /// The program calls connect(2).
    void connect(Connection connection) {
        connection.clientState = SYN_SENT;
        connection.synSent = agenda.now();
        wire.toServer(model.talk() == Talk.CLIENT_FIRST_IN_SYN ? Event.SYN_WITH_DATA : Event.SYN, connection);
        arm(connection, synTimers[0], backoff.first());
    }

    /// A segment reaches a client.
    void receive(int kind, Connection connection) {
        switch (kind) {
            case Event.SYN_ACK, Event.SYN_ACK_COOKIE -> synAck(connection);
            case Event.SYN_ACK_OF_DATA -> {
                connection.clientFlags |= SENT_DATA | DATA_ACKED;
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

    private void synAck(Connection connection) {
        switch (connection.clientState) {
            case SYN_SENT -> {
                connection.clientState = ESTABLISHED;
                connection.roundTrip = roundTrip(connection);
                connection.sentAgain = 0;
                disarm(connection);
                wire.toServer(Event.ACK, connection);
                agenda.at(agenda.now() + wakeUp, wakeUps, Event.CONNECT_RETURNS, connection);
            }
            case ESTABLISHED, FIN_SENT, FIN_WAIT -> wire.toServer(ackKind(connection), connection);
            default -> sendReset(connection);
        }
    }

    /// What the client takes for the round trip. Once the SYN was sent again only the timestamp in the answer tells
    /// which one was answered: that which made the request (`net/ipv4/tcp_input.c` tcp_ack_update_rtt, 6.18).
    private long roundTrip(Connection connection) {
        long sent = connection.sentAgain == 0 ? connection.synSent : connection.synTaken - wire.roundTrip() / 2;
        return Math.max(agenda.now() - sent, wire.roundTrip());
    }

    /// Whether an ACK still carries the first sequence number after the SYN.
    private int ackKind(Connection connection) {
        boolean first = connection.clientState == ESTABLISHED && !has(connection, SENT_DATA);
        return first ? Event.ACK : Event.ACK_PAST_DATA;
    }

    /// The program goes on after connect(2).
    void connectReturns(Connection connection) {
        if (connection.decided) {
            return;
        }
        if (connection.clientState != ESTABLISHED) {
            fates.fail(connection, Failure.RESET_IN_CONNECT, agenda.now());
            return;
        }
        fates.connected(connection, agenda.now());
        if (model.talk() == Talk.CONNECT_AND_STAY || model.talk() == Talk.CONNECT_AND_LEAVE) {
            fates.servedByHandshake(connection, agenda.now());
            if (model.talk() == Talk.CONNECT_AND_LEAVE) {
                leave(connection);
            }
        } else if (has(connection, SERVER_CLOSED)) {
            closedByServer(connection);
        } else if (model.talk() != Talk.SERVER_FIRST && !has(connection, SENT_DATA)) {
            connection.clientFlags |= SENT_DATA;
            wire.toServer(Event.DATA, connection);
            armForData(connection);
        }
    }

    private void dataAcked(Connection connection) {
        if (connection.clientState == CLOSED) {
            sendReset(connection); // as any segment that meets no connection
            return;
        }
        if (has(connection, DATA_ACKED)) {
            return;
        }
        connection.clientFlags |= DATA_ACKED;
        connection.sentAgain = 0;
        if (connection.clientState == FIN_SENT) {
            armForData(connection);
        } else {
            disarm(connection);
        }
    }

    private void finAcked(Connection connection) {
        if (connection.clientState == FIN_SENT) {
            connection.clientState = has(connection, SERVER_CLOSED) ? CLOSED : FIN_WAIT;
            disarm(connection);
        }
    }

    private void answer(Connection connection) {
        if (connection.clientState != ESTABLISHED) {
            if (connection.clientState != CLOSED || !connection.decided || !has(connection, SERVER_CLOSED)) {
                // The answer and the FIN after it are two segments, and each is reset.
                sendReset(connection);
                sendReset(connection);
                connection.clientState = CLOSED;
            }
            return;
        }
        connection.clientFlags |= DATA_ACKED | SERVER_CLOSED;
        disarm(connection);
        if (connection.decided) {
            return;
        }
        if (!fates.isConnected(connection)) {
            // The greeting came before the program went on.
            fates.connected(connection, agenda.now());
        }
        fates.served(connection, agenda.now());
        if (model.talk() == Talk.SERVER_FIRST) {
            leave(connection);
        } else {
            close(connection);
        }
    }

    private void serverFin(Connection connection) {
        if (connection.clientState != ESTABLISHED) {
            return;
        }
        connection.clientFlags |= SERVER_CLOSED;
        if (fates.isConnected(connection) && !connection.decided) {
            closedByServer(connection);
        }
    }

    /// A client that is gone already resets again, with the sequence number that the server asks for.
    private void challenged(Connection connection) {
        if (connection.clientState == CLOSED) {
            sendReset(connection);
        }
    }

    private void closedByServer(Connection connection) {
        fates.fail(connection, Failure.CLOSED, agenda.now());
        close(connection);
    }

    private void reset(Connection connection) {
        switch (connection.clientState) {
            case SYN_SENT -> resetInSynSent(connection);
            case ESTABLISHED -> {
                tally.count(Counter.ESTAB_RESETS);
                gone(connection);
                // A program that has not gone on yet sees the reset in connect(2).
                if (fates.isConnected(connection) && !connection.decided) {
                    fates.fail(connection, Failure.RESET_LATER, agenda.now());
                }
            }
            default -> gone(connection);
        }
    }

    private void resetInSynSent(Connection connection) {
        if (rules.onReset() == ResetRule.TRIES_AGAIN && connection.resets < RESET_RETRIES) {
            connection.resets++;
            connection.clientFlags |= AFTER_RESET;
            arm(connection, resetPauses, RESET_PAUSE);
            return;
        }
        tally.count(Counter.ATTEMPT_FAILS);
        gone(connection);
        fates.fail(connection, Failure.REFUSED, agenda.now());
    }

    private void gone(Connection connection) {
        connection.clientState = CLOSED;
        disarm(connection);
    }

    /// A retransmission timer fired. False if it was stopped or set anew meanwhile.
    boolean timer(Connection connection) {
        if (!agenda.fires(connection.clientTimer)) {
            return false;
        }
        switch (connection.clientState) {
            case SYN_SENT -> synTimer(connection);
            case ESTABLISHED, FIN_SENT -> dataTimer(connection);
            default -> {}
        }
        return true;
    }

    private void synTimer(Connection connection) {
        if (has(connection, AFTER_RESET)) {
            connection.clientFlags &= ~AFTER_RESET;
            sendSynAgain(connection, backoff.first());
            return;
        }
        tally.count(Counter.TCP_TIMEOUTS);
        if (backoff.givesUp(connection.sentAgain, agenda.now() - connection.synSent)) {
            tally.count(Counter.ATTEMPT_FAILS);
            gone(connection);
            fates.fail(connection, Failure.KERNEL_GAVE_UP, agenda.now());
            return;
        }
        sendSynAgain(connection, backoff.after(connection.sentAgain + 1));
    }

    private void sendSynAgain(Connection connection, long timeout) {
        tally.count(Counter.TCP_SYN_RETRANS);
        connection.sentAgain++;
        fates.synSentAgain(connection);
        wire.toServer(Event.SYN, connection);
        arm(connection, synTimers[Math.min(connection.sentAgain, SYN_LANES - 1)], timeout);
    }

    private void dataTimer(Connection connection) {
        int times = connection.sentAgain;
        if (dataTimeout.counts(times)) {
            tally.count(Counter.TCP_TIMEOUTS);
        }
        if (times == (connection.clientState == FIN_SENT ? ORPHAN_RETRIES : DATA_RETRIES)) {
            gone(connection);
            if (!connection.decided) {
                fates.fail(connection, Failure.DATA_NEVER_ACKNOWLEDGED, agenda.now());
            }
            return;
        }
        connection.sentAgain++;
        if (has(connection, SENT_DATA) && !has(connection, DATA_ACKED)) {
            wire.toServer(Event.DATA, connection);
        } else {
            sendFin(connection);
        }
        armForData(connection);
    }

    /// The program's patience is at an end, and the connection has no outcome yet.
    void patienceEnds(Connection connection) {
        boolean connected = fates.isConnected(connection);
        fates.fail(connection, connected ? Failure.NO_ANSWER_IN_TIME : Failure.NOT_CONNECTED_IN_TIME, agenda.now());
        if (connection.clientState == ESTABLISHED) {
            leave(connection);
        } else {
            gone(connection);
        }
    }

    /// The program ends an established connection its way.
    private void leave(Connection connection) {
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
    private void close(Connection connection) {
        connection.clientState = FIN_SENT;
        connection.sentAgain = 0;
        sendFin(connection);
        // An answered FIN needs no timer on a link that loses nothing.
        if (wire.loses() || !has(connection, SERVER_CLOSED)) {
            armForData(connection);
        }
    }

    private void sendFin(Connection connection) {
        wire.toServer(has(connection, SENT_DATA) ? Event.FIN_PAST_DATA : Event.FIN, connection);
    }

    private void sendReset(Connection connection) {
        tally.count(Counter.OUT_RSTS);
        wire.toServer(Event.CLIENT_RESET, connection);
    }

    private void arm(Connection connection, Lane lane, long timeout) {
        long fires = clock.fires(agenda.now(), timeout);
        agenda.arm(connection.clientTimer, fires, lane, Event.CLIENT_TIMER, connection);
    }

    private void armForData(Connection connection) {
        arm(connection, dataTimers, dataTimeout.of(connection.roundTrip, connection.sentAgain));
    }

    private void disarm(Connection connection) {
        agenda.disarm(connection.clientTimer, connection);
    }

    /// Adds its state to a count of sockets.
    void countInto(Map<SocketState, Integer> sockets, Connection connection) {
        switch (connection.clientState) {
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

    private boolean has(Connection connection, byte flag) {
        return (connection.clientFlags & flag) != 0;
    }
}
