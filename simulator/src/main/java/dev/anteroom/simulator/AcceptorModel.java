package dev.anteroom.simulator;

import java.time.Duration;
import java.util.OptionalInt;

/// The program behind a listener.
///
/// @param accepts false if it never calls accept(2)
/// @param acceptEvery the least time from one accept(2) to the next
/// @param workers how many connections are served at once, 1 or more
/// @param handsOff whether one thread accepts at once and hands over to the workers; otherwise a worker accepts when
///     it is free
/// @param service how long a worker is busy with one request
/// @param reply what a connection gets
/// @param maxConnections how many connections may be open before it stops accepting, as Tomcat's maxConnections
/// @param pauseEvery from the start of one pause to the start of the next; zero for none. The first starts after it
/// @param pause how long nothing is accepted or served then, as in a garbage collection
/// @param wakeUp how long it takes until accept(2), which waited for a connection, returns it
public record AcceptorModel(
        boolean accepts,
        Duration acceptEvery,
        int workers,
        boolean handsOff,
        ServiceTime service,
        Reply reply,
        OptionalInt maxConnections,
        Duration pauseEvery,
        Duration pause,
        Duration wakeUp) {

    private static final ServiceTime NONE = new ServiceTime.Constant(Duration.ZERO);

    /// What a connection gets from the server. The server closes it after that.
    public enum Reply {
        /// An answer to its request.
        ANSWER,
        /// A greeting, without a request.
        GREETING,
        /// Nothing: it is closed.
        CLOSE,
        /// A reset.
        RESET
    }

    public AcceptorModel {
        if (workers < 1) {
            throw new IllegalArgumentException("a server needs at least one worker, not " + workers);
        }
        if (pauseEvery.isPositive() && pause.compareTo(pauseEvery) >= 0) {
            throw new IllegalArgumentException(
                    "a pause of " + pause + " every " + pauseEvery + " leaves no time to serve");
        }
    }

    /// A server that listens and never accepts.
    public static AcceptorModel never() {
        return new AcceptorModel(
                false,
                Duration.ZERO,
                1,
                false,
                NONE,
                Reply.ANSWER,
                OptionalInt.empty(),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
    }

    /// One connection accepted per period, and served at once.
    public static AcceptorModel onePer(Duration period) {
        return pool(period, Integer.MAX_VALUE, NONE);
    }

    /// Workers that accept for themselves, each when it is free.
    public static AcceptorModel workers(int workers, ServiceTime service) {
        return new AcceptorModel(
                true,
                Duration.ZERO,
                workers,
                false,
                service,
                Reply.ANSWER,
                OptionalInt.empty(),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
    }

    /// One thread that accepts and hands over to a pool of workers, with no bound on what waits between them.
    ///
    /// @param acceptEvery how long accept(2) and handing over take
    public static AcceptorModel pool(Duration acceptEvery, int workers, ServiceTime service) {
        return new AcceptorModel(
                true,
                acceptEvery,
                workers,
                true,
                service,
                Reply.ANSWER,
                OptionalInt.empty(),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
    }

    /// The same server with another reply.
    public AcceptorModel replying(Reply other) {
        return new AcceptorModel(
                accepts, acceptEvery, workers, handsOff, service, other, maxConnections, pauseEvery, pause, wakeUp);
    }

    /// The same server with pauses.
    ///
    /// @param every from the start of one to the start of the next; the first starts after it
    /// @param length how long each lasts
    public AcceptorModel pausing(Duration every, Duration length) {
        return new AcceptorModel(
                accepts, acceptEvery, workers, handsOff, service, reply, maxConnections, every, length, wakeUp);
    }

    /// The same server, which stops accepting while that many connections are open.
    public AcceptorModel holdingAtMost(int connections) {
        return new AcceptorModel(
                accepts,
                acceptEvery,
                workers,
                handsOff,
                service,
                reply,
                OptionalInt.of(connections),
                pauseEvery,
                pause,
                wakeUp);
    }

    /// The same server, which takes a while to wake up when a connection comes that it waited for.
    public AcceptorModel wakingUpIn(Duration time) {
        return new AcceptorModel(
                accepts, acceptEvery, workers, handsOff, service, reply, maxConnections, pauseEvery, pause, time);
    }
}
