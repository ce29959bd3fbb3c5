package dev.anteroom.simulator;

import dev.anteroom.simulator.AcceptorModel.Reply;

/// The program behind one listener at work: it accepts, waits for requests, serves and answers.
final class Program {
    private final AcceptorModel model;
    private final int number;
    private final Agenda agenda;
    private final ListenSocket listener;
    private final Connections connections;
    private final SplitMix64 random;
    private final long acceptEvery;
    private final long pauseEvery;
    private final long pause;
    private final long wakeUp;
    private final int maxOpen;

    /// Accepted, and waiting for a worker.
    private final ConnectionQueue handedOver;

    private final Lane timers;
    private int busy;
    private int open;
    private long nextAccept;
    private boolean willWake;

    /// @param number which of the listeners of the port
    Program(
            AcceptorModel model,
            int number,
            Agenda agenda,
            ListenSocket listener,
            Connections connections,
            InFlight inFlight,
            SplitMix64 random) {
        handedOver = new ConnectionQueue(inFlight);
        timers = agenda.lane();
        this.model = model;
        this.number = number;
        this.agenda = agenda;
        this.listener = listener;
        this.connections = connections;
        this.random = random;
        acceptEvery = model.acceptEvery().toNanos();
        pauseEvery = model.pauseEvery().toNanos();
        pause = model.pause().toNanos();
        wakeUp = model.wakeUp().toNanos();
        maxOpen = model.maxConnections().orElse(Integer.MAX_VALUE);
    }

    /// It was told to look again.
    void wake() {
        willWake = false;
        goOn();
    }

    /// A connection was put in its queue. Where it was the first, the program sleeps in accept(2).
    void queued() {
        if (wakeUp == 0) {
            goOn();
        } else if (!willWake && listener.depth() == 1) {
            willWake = true;
            agenda.at(agenda.now() + wakeUp, timers, Event.ACCEPTOR_READY, number);
        }
    }

    /// Takes up whatever it may now: connections that wait for a worker, then those that wait for accept(2).
    void goOn() {
        while (true) {
            if (handedOver.size() > 0 && busy < model.workers()) {
                begin(handedOver.poll());
            } else if (mayAccept()) {
                nextAccept = agenda.now() + acceptEvery;
                open++;
                Connection connection = listener.dequeue();
                connections.accepted(connection);
                if (busy < model.workers()) {
                    begin(connection);
                } else {
                    handedOver.add(connection);
                }
            } else {
                return;
            }
        }
    }

    /// The request of an accepted connection has come.
    void readable(Connection connection) {
        if (connections.isAwaited(connection)) {
            serve(connection);
        }
    }

    /// The client of an accepted connection has gone.
    void hungUp(Connection connection) {
        if (connections.isAwaited(connection)) {
            busy--;
            end(connection);
            goOn();
        }
    }

    /// A worker is done with a connection.
    void served(Connection connection) {
        switch (model.reply()) {
            case ANSWER, GREETING -> connections.answer(connection);
            case CLOSE -> connections.close(connection);
            case RESET -> connections.abort(connection);
        }
        busy--;
        end(connection);
        goOn();
    }

    private boolean mayAccept() {
        boolean wants = model.accepts()
                && listener.depth() > 0
                && open < maxOpen
                && (model.handsOff() || busy < model.workers());
        if (!wants) {
            return false;
        }
        long ready = afterPause(Math.max(nextAccept, agenda.now()));
        if (ready <= agenda.now()) {
            return true;
        }
        if (!willWake) {
            willWake = true;
            agenda.at(ready, timers, Event.ACCEPTOR_READY, number);
        }
        return false;
    }

    private void begin(Connection connection) {
        boolean toServe = model.reply() != Reply.ANSWER || connections.hasData(connection);
        if (connections.isGone(connection) || (!toServe && connections.hungUp(connection))) {
            end(connection);
            return;
        }
        busy++;
        if (toServe) {
            serve(connection);
        } else {
            connections.await(connection, true);
        }
    }

    private void serve(Connection connection) {
        connections.await(connection, false);
        long done = afterWork(model.service().draw(random));
        if (done == agenda.now()) {
            agenda.soon(Event.SERVICE_DONE, connection);
        } else {
            agenda.at(done, timers, Event.SERVICE_DONE, connection);
        }
    }

    private void end(Connection connection) {
        connections.close(connection);
        open--;
    }

    /// The end of the pause that a moment falls into, or the moment itself.
    private long afterPause(long time) {
        if (pauseEvery == 0 || time < pauseEvery) {
            return time;
        }
        long into = time % pauseEvery;
        return into < pause ? time + pause - into : time;
    }

    /// When work that begins now is done, pauses left out.
    private long afterWork(long work) {
        long at = afterPause(agenda.now());
        if (pauseEvery == 0) {
            return at + work;
        }
        long left = work;
        while (true) {
            long nextPause = (at / pauseEvery + 1) * pauseEvery;
            if (at + left <= nextPause) {
                return at + left;
            }
            left -= nextPause - at;
            at = nextPause + pause;
        }
    }
}
