package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.ServerRules.DeferRule;
import dev.anteroom.simulator.ServerRules.Pruning;
import java.time.Duration;
import java.util.Arrays;

/// The requests of all listeners with their timers: when a SYN-ACK is sent again and when a request is given up, after
/// `net/ipv4/inet_connection_sock.c` reqsk_timer_handler and syn_ack_recalc (6.18).
final class RequestTimers {
    private static final long MAX_TIMEOUT = Duration.ofMinutes(2).toNanos();

    static final short NONE = -1;

    private static final int LANES = 6;
    private static final int MAX_DOUBLINGS = 20;

    private final Agenda agenda;
    private final Wire wire;
    private final Tally tally;
    private final TimerModel clock;
    private final Pruning pruning;
    private final CountingRule counting;
    private final DeferRule defer;
    private long retries;
    private final long firstTimeout;
    private final long scan;

    /// By how often a timer fired; those that fired yet more often share the last.
    private final Lane[] lanes = new Lane[LANES];

    private final boolean keepsOrder;

    RequestTimers(SimulationPlan plan, Agenda agenda, Wire wire, Tally tally) {
        this.agenda = agenda;
        this.wire = wire;
        this.tally = tally;
        Arrays.setAll(lanes, _ -> agenda.lane());
        clock = plan.timers();
        ServerRules rules = plan.server().stack().server();
        pruning = rules.pruning();
        counting = rules.counting();
        defer = rules.defer();
        keepsOrder = rules.synWhenAcceptQueueFull() == ServerRules.SynWhenAcceptQueueFull.MAKES_ROOM;
        firstTimeout = rules.synAckTimeout().toNanos();
        scan = rules.synAckScan().toNanos();
        apply(plan.server());
    }

    /// The settings of the host have changed.
    void apply(HostModel server) {
        retries = server.value(Setting.TCP_SYNACK_RETRIES);
    }

    boolean isRequest(Connection connection) {
        return connection.timeouts != NONE;
    }

    void add(ListenSocket listener, Connection connection) {
        listener.addRequest();
        connection.timeouts = 0;
        connection.acked = false;
        if (keepsOrder) {
            dropGone(listener.made);
            listener.made.add(connection);
        }
        arm(connection);
    }

    void remove(ListenSocket listener, Connection connection) {
        listener.requests--;
        if (connection.timeouts == 0) {
            listener.young--;
        }
        connection.timeouts = NONE;
        agenda.disarm(connection.requestTimer, connection);
    }

    /// Removes the oldest request of a listener; false if there is none.
    boolean removeOldest(ListenSocket listener) {
        while (listener.made.size() > 0) {
            Connection oldest = listener.made.poll();
            if (isRequest(oldest)) {
                remove(listener, oldest);
                return true;
            }
        }
        return false;
    }

    /// Takes those off the front of a queue that are no requests any more.
    void dropGone(ConnectionQueue requests) {
        while (requests.size() > 0 && !isRequest(requests.peek())) {
            requests.poll();
        }
    }

    /// The final ACK of a request has come, to no avail.
    void acked(Connection connection) {
        connection.acked = true;
    }

    /// Whether TCP_DEFER_ACCEPT holds a bare ACK back.
    boolean defers(ListenSocket listener, Connection connection) {
        int periods = listener.deferPeriods();
        return periods > 0 && (defer == DeferRule.FOR_EVER || connection.timeouts < periods);
    }

    /// Sends the SYN-ACK again because the SYN came again.
    void answerAgain(Connection connection) {
        sendAgain(connection);
        arm(connection);
    }

    /// Whether the timer that fires now was neither stopped nor set anew meanwhile.
    boolean isDue(Connection connection) {
        return agenda.fires(connection.requestTimer);
    }

    /// The timer fired. True if that was the end of the request.
    boolean fired(ListenSocket listener, Connection connection) {
        if (listener.isClosed()) {
            remove(listener, connection);
            return true;
        }
        if (counting.isLinuxSince(CountingRule.LINUX_3)) {
            tally.count(Counter.TCP_TIMEOUTS);
        }
        int times = connection.timeouts;
        boolean spared = pruning == Pruning.ABOVE_HALF_TABLE_SPARING_ACKED && connection.acked;
        boolean spent = times >= (spared ? listener.retries(retries) : retriesNow(listener));
        boolean again = true;
        int periods = listener.deferPeriods();
        if (periods > 0) {
            spent &= !connection.acked || times >= periods;
            again = !connection.acked || times >= periods - 1;
        }
        if (spent) {
            remove(listener, connection);
            return true;
        }
        if (again) {
            sendAgain(connection);
        }
        if (times == 0) {
            listener.young--;
        }
        connection.timeouts++;
        arm(connection);
        return false;
    }

    /// The retransmissions that a request has while its queue is this deep: the fuller of old requests the fewer, but
    /// never below two.
    private long retriesNow(ListenSocket listener) {
        long requests = listener.requests;
        boolean prunes = switch (pruning) {
            case NEVER -> false;
            case ABOVE_HALF_TABLE, ABOVE_HALF_TABLE_SPARING_ACKED -> requests >= listener.synCapacity() / 2;
            case ABOVE_HALF_LIMIT -> 2 * requests > Math.max(8, listener.limit());
        };
        long left = listener.retries(retries);
        if (prunes) {
            for (long young = 2L * listener.young; left > 2 && requests >= young; young *= 2) {
                left--;
            }
        }
        return left;
    }

    private void sendAgain(Connection connection) {
        if (counting.isLinuxSince(CountingRule.LINUX_4_2)) {
            tally.count(Counter.TCP_SYN_RETRANS);
        }
        wire.toClient(Event.SYN_ACK, connection);
    }

    private void arm(Connection connection) {
        long timeout = Math.min(firstTimeout << Math.min(connection.timeouts, MAX_DOUBLINGS), MAX_TIMEOUT);
        Lane lane = lanes[Math.min(connection.timeouts, LANES - 1)];
        agenda.arm(connection.requestTimer, fires(timeout), lane, Event.REQUEST_TIMER, connection);
    }

    private long fires(long timeout) {
        long fires = clock.fires(agenda.now(), timeout);
        return scan == 0 ? fires : (fires + scan - 1) / scan * scan;
    }
}
