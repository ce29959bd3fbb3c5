package dev.anteroom.traffic;

import java.net.InetSocketAddress;
import java.time.Duration;

/// How a sample server shall behave.
///
/// @param kind what it does with a connection
/// @param address where it listens; port 0 for any free one
/// @param backlog the argument of listen(2), 1 or more: Java makes 50 of anything less. The kernel caps it by
///     net.core.somaxconn
/// @param workers threads of a [Kind#POOL], 1 or more; the other kinds ignore it
/// @param serviceTime how long an answer takes to make; the server sleeps meanwhile and burns no CPU
/// @param acceptEvery least time from one accept(2) to the next; zero for as fast as it can
/// @param pauseEvery from the start of one pause to the start of the next, and before the first; zero for no pauses
/// @param pause how long the whole server then stands still, as in a garbage collection; shorter than pauseEvery
public record ServerPlan(
        Kind kind,
        InetSocketAddress address,
        int backlog,
        int workers,
        Duration serviceTime,
        Duration acceptEvery,
        Duration pauseEvery,
        Duration pause) {

    /// The port of a server that names none.
    public static final int DEFAULT_PORT = 8100;

    /// What `new ServerSocket(port)` passes to listen(2).
    public static final int JDK_BACKLOG = 50;

    private static final int DEFAULT_WORKERS = 10;

    /// What a server does with a connection.
    public enum Kind {
        POOL("pool", Duration.ZERO, "accepts at once; a fixed pool of threads answers"),
        VIRTUAL("virtual", Duration.ZERO, "accepts at once; a virtual thread for each connection answers"),
        STALLED("stalled", Duration.ZERO, "listens and never accepts"),
        SLOW(
                "slow",
                Duration.ofMillis(100),
                "accepts one connection at a time, with a rest in between, and answers it"),
        SPEAK_FIRST("speak-first", Duration.ZERO, "sends a line as soon as it has accepted, as SSH or MySQL do"),
        RESET("reset", Duration.ZERO, "accepts and resets");

        private final String id;
        private final Duration acceptEvery;
        private final String meaning;

        Kind(String id, Duration acceptEvery, String meaning) {
            this.id = id;
            this.acceptEvery = acceptEvery;
            this.meaning = meaning;
        }

        /// The stable id: lower case, words joined by dashes.
        public String id() {
            return id;
        }

        /// The least time from one accept(2) to the next where nothing else is asked for.
        public Duration acceptEvery() {
            return acceptEvery;
        }

        /// One line on what it does.
        public String meaning() {
            return meaning;
        }
    }

    /// A plan that can be carried out.
    ///
    /// @throws IllegalArgumentException if a value is out of the bounds above
    public ServerPlan {
        check(!address.isUnresolved(), "the address " + address + " does not resolve");
        check(backlog >= 1, "a backlog of " + backlog + " is none: Java takes 1 or more");
        check(workers >= 1, "a pool needs a worker, not " + workers);
        check(!serviceTime.isNegative(), "a service time of " + serviceTime + " is less than none");
        check(!acceptEvery.isNegative(), "an accept every " + acceptEvery + " is faster than at once");
        check(!pause.isNegative(), "a pause of " + pause + " is less than none");
        check(
                pause.isZero() == pauseEvery.isZero() && (pause.isZero() || pause.compareTo(pauseEvery) < 0),
                "a pause of " + pause + " every " + pauseEvery + ": it has to be the shorter of the two");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /// The server of a kind that the commonest Java program makes: `new ServerSocket(8100)`, 10 workers, answers in
    /// no time, no pauses.
    public static ServerPlan of(Kind kind) {
        return new ServerPlan(
                kind,
                new InetSocketAddress(DEFAULT_PORT),
                JDK_BACKLOG,
                DEFAULT_WORKERS,
                Duration.ZERO,
                kind.acceptEvery(),
                Duration.ZERO,
                Duration.ZERO);
    }

    /// The same at another address; port 0 for any free one.
    public ServerPlan at(InetSocketAddress elsewhere) {
        return new ServerPlan(kind, elsewhere, backlog, workers, serviceTime, acceptEvery, pauseEvery, pause);
    }

    /// The same with another backlog.
    public ServerPlan withBacklog(int other) {
        return new ServerPlan(kind, address, other, workers, serviceTime, acceptEvery, pauseEvery, pause);
    }

    /// The same with another number of workers.
    public ServerPlan withWorkers(int other) {
        return new ServerPlan(kind, address, backlog, other, serviceTime, acceptEvery, pauseEvery, pause);
    }

    /// The same with another service time.
    public ServerPlan withServiceTime(Duration other) {
        return new ServerPlan(kind, address, backlog, workers, other, acceptEvery, pauseEvery, pause);
    }

    /// The same with another least time between accepts.
    public ServerPlan withAcceptEvery(Duration other) {
        return new ServerPlan(kind, address, backlog, workers, serviceTime, other, pauseEvery, pause);
    }

    /// The same with a pause of a length every so often.
    public ServerPlan withPauses(Duration every, Duration length) {
        return new ServerPlan(kind, address, backlog, workers, serviceTime, acceptEvery, every, length);
    }
}
