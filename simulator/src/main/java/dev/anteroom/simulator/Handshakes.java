package dev.anteroom.simulator;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.ServerRules.AcceptRoom;
import dev.anteroom.simulator.ServerRules.CookieRule;
import dev.anteroom.simulator.ServerRules.ResetOfRequest;
import dev.anteroom.simulator.ServerRules.SynRoom;
import java.time.Duration;

/// The handshakes under way on the server: SYNs, requests, cookies and final ACKs, after `net/ipv4/tcp_input.c`
/// tcp_conn_request, `tcp_minisocks.c` tcp_check_req and `syncookies.c`, with the rules of other stacks beside them.
final class Handshakes {
    private static final long COOKIE_PERIOD = Duration.ofMinutes(1).toNanos();
    private static final int COOKIE_PERIODS = 2;

    /// The bit of tcp_fastopen that lets listeners take data in the SYN.
    private static final long FAST_OPEN_SERVER = 2;

    private final Agenda agenda;
    private final Wire wire;
    private final Tally tally;
    private final Port port;
    private final Connections connections;
    private final ServerRules rules;
    private final CountingRule counting;
    private final RequestTimers timers;
    private final Syncache syncache;
    private final long answerPause;
    private final long cookieMemory;
    private final int clients;
    private boolean cookiesOn;
    private boolean cookieForEverySyn;
    private boolean quarterKept;
    private boolean abortOnOverflow;
    private boolean fastOpenOn;
    private long maxSynBacklog;

    Handshakes(
            SimulationPlan plan,
            Agenda agenda,
            Wire wire,
            Tally tally,
            Port port,
            Connections connections,
            InFlight inFlight,
            int clients) {
        this.agenda = agenda;
        this.wire = wire;
        this.tally = tally;
        this.port = port;
        this.connections = connections;
        this.clients = clients;
        rules = plan.server().stack().server();
        counting = rules.counting();
        timers = new RequestTimers(plan, agenda, wire, tally);
        syncache = new Syncache(rules.synRoom() == SynRoom.FREEBSD_SYNCACHE, plan.seed(), inFlight);
        answerPause = rules.duplicateSynPause().toNanos();
        cookieMemory = rules.cookieMemory().toNanos();
        apply(plan.server());
    }

    /// The settings of the host have changed.
    void apply(HostModel server) {
        timers.apply(server);
        long syncookies = server.value(Setting.TCP_SYNCOOKIES);
        cookiesOn = switch (rules.cookies()) {
            case NEVER -> false;
            case ON_OR_OFF, SETTING -> syncookies != 0;
            case ALWAYS_WHEN_FULL, EVERY_SYN_ACK -> true;
        };
        cookieForEverySyn = rules.cookies() == CookieRule.SETTING && syncookies == 2;
        quarterKept = rules.keepsQuarter() && syncookies == 0;
        maxSynBacklog = server.value(Setting.TCP_MAX_SYN_BACKLOG);
        fastOpenOn = (server.value(Setting.TCP_FASTOPEN) & FAST_OPEN_SERVER) != 0;
        abortOnOverflow = server.value(Setting.TCP_ABORT_ON_OVERFLOW) != 0;
    }

    boolean isRequest(Connection connection) {
        return timers.isRequest(connection);
    }

    /// A segment of a client for which the server has no connection.
    Notice receive(int kind, Connection connection) {
        ListenSocket listener = port.member(connection);
        boolean request = timers.isRequest(connection);
        if (listener.isClosed()) {
            if (request) {
                timers.remove(listener, connection);
            }
            if (!Event.isClientReset(kind)) {
                reset(connection);
            }
            return Notice.NOTHING;
        }
        return switch (kind) {
            case Event.SYN, Event.SYN_WITH_DATA -> {
                if (request) {
                    duplicateSyn(listener, connection);
                    yield Notice.NOTHING;
                }
                yield syn(listener, kind, connection);
            }
            case Event.CLIENT_RESET, Event.CLIENT_ABORT, Event.CLIENT_ABORT_PAST_DATA -> {
                clientReset(listener, kind, connection);
                yield Notice.NOTHING;
            }
            default -> request ? finalAck(listener, kind, connection) : ackWithoutRequest(listener, kind, connection);
        };
    }

    /// The timer of a request fired. False if it was stopped or set anew meanwhile.
    boolean timer(Connection connection) {
        if (!timers.isDue(connection)) {
            return false;
        }
        if (timers.fired(port.member(connection), connection)) {
            syncache.removed(connection);
        }
        return true;
    }

    private Notice syn(ListenSocket listener, int kind, Connection connection) {
        boolean cookie = false;
        if (cookieForEverySyn || listener.synQueueFull()) {
            if (!cookiesOn) {
                countSince(CountingRule.LINUX_3, Counter.REQ_Q_FULL_DROP);
                drop(listener);
                return Notice.NOTHING;
            }
            countSince(CountingRule.LINUX_3, Counter.REQ_Q_FULL_DO_COOKIES);
            cookie = true;
        }
        if (acceptQueueFull(listener) && !goesOn(listener, connection)) {
            return Notice.NOTHING;
        }
        if (quarterKept && !isProven(connection) && maxSynBacklog - listener.requests < maxSynBacklog >> 2) {
            drop(listener);
            return Notice.NOTHING;
        }
        connection.synTaken = agenda.now();
        if (cookie) {
            tally.count(Counter.SYNCOOKIES_SENT);
            connection.cookieSent = agenda.now();
            listener.lastCookie = agenda.now();
            wire.toClient(Event.SYN_ACK_COOKIE, connection);
            return Notice.NOTHING;
        }
        if (kind == Event.SYN_WITH_DATA && fastOpens(listener)) {
            connections.establishEarly(listener, connection);
            return Notice.QUEUED;
        }
        if (rules.cookies() == CookieRule.EVERY_SYN_ACK) {
            connection.cookieSent = agenda.now();
            listener.lastCookie = agenda.now();
        }
        syncache.added(connection, timers).ifPresent(evicted -> timers.remove(port.member(evicted), evicted));
        timers.add(listener, connection);
        connection.answered = Connection.NEVER;
        wire.toClient(Event.SYN_ACK, connection);
        return Notice.NOTHING;
    }

    /// Those of a flood have other addresses, of which no connection ends.
    private boolean isProven(Connection connection) {
        return connection.number < clients && connections.isPeerProven();
    }

    /// Whether data in a SYN is taken (`net/ipv4/tcp_fastopen.c` tcp_try_fastopen, tcp_fastopen_queue_check).
    private boolean fastOpens(ListenSocket listener) {
        if (!fastOpenOn || listener.fastOpenLimit() == 0) {
            return false;
        }
        if (listener.fastOpens >= listener.fastOpenLimit()) {
            tally.count(Counter.TCP_FAST_OPEN_LISTEN_OVERFLOW);
            return false;
        }
        return true;
    }

    /// Whether a SYN that met a full accept queue is answered all the same.
    private boolean goesOn(ListenSocket listener, Connection connection) {
        return switch (rules.synWhenAcceptQueueFull()) {
            case ANSWERED -> true;
            case DROPPED_IF_TWO_ARE_YOUNG -> {
                if (listener.young > 1) {
                    overflow(listener);
                    yield false;
                }
                yield true;
            }
            case DROPPED -> {
                overflow(listener);
                yield false;
            }
            case RESET -> {
                reset(connection);
                yield false;
            }
            case MAKES_ROOM -> {
                tally.count(Counter.LISTEN_DROPS);
                yield timers.removeOldest(listener);
            }
        };
    }

    private void overflow(ListenSocket listener) {
        if (counting.isLinuxSince(CountingRule.LINUX_3) || counting == CountingRule.GVISOR) {
            tally.count(Counter.LISTEN_OVERFLOWS);
        }
        drop(listener);
    }

    /// A SYN is dropped in silence.
    private void drop(ListenSocket listener) {
        switch (counting) {
            case LINUX_2_2, LINUX_2_4 -> tally.count(Counter.ATTEMPT_FAILS);
            case LINUX_3, LINUX_4_2, LINUX_4_7 -> tally.count(Counter.LISTEN_DROPS);
            case LINUX_2_6, BSD, WINDOWS, GVISOR -> {}
        }
        listener.dropEvents += dropEvents(1);
    }

    private void duplicateSyn(ListenSocket listener, Connection connection) {
        listener.dropEvents += dropEvents(1);
        if (mayAnswer(connection)) {
            timers.answerAgain(connection);
        }
    }

    /// Whether a segment out of order is answered: only so often (`net/ipv4/tcp_input.c` tcp_oow_rate_limited).
    private boolean mayAnswer(Connection connection) {
        long last = connection.answered;
        if (last != Connection.NEVER && agenda.now() - last < answerPause) {
            return false;
        }
        connection.answered = agenda.now();
        return true;
    }

    private void clientReset(ListenSocket listener, int kind, Connection connection) {
        if (!timers.isRequest(connection)) {
            // With an ACK it asks for a reset, which a reset never gets: not counted (tcp_v4_do_rcv, 6.18).
            listener.dropEvents += kind == Event.CLIENT_RESET ? dropEvents(1) : 0;
            return;
        }
        listener.dropEvents += dropEvents(1);
        if (kind == Event.CLIENT_ABORT_PAST_DATA && rules.reset() == ResetOfRequest.EXPECTED_NEXT) {
            if (mayAnswer(connection)) {
                wire.toClient(Event.CHALLENGE_ACK, connection);
            }
            return;
        }
        timers.remove(listener, connection);
        syncache.removed(connection);
        tally.count(Counter.ATTEMPT_FAILS);
        tally.count(Counter.EMBRYONIC_RSTS);
    }

    private Notice finalAck(ListenSocket listener, int kind, Connection connection) {
        if (kind == Event.ACK && timers.defers(listener, connection)) {
            timers.acked(connection);
            countSince(CountingRule.LINUX_3, Counter.TCP_DEFER_ACCEPT_DROP);
            listener.dropEvents += dropEvents(1);
            return Notice.NOTHING;
        }
        if (listener.acceptQueueFull()) {
            switch (rules.ackWhenAcceptQueueFull()) {
                case REQUEST_STAYS -> timers.acked(connection);
                case GVISOR_STAYS -> {}
                case REQUEST_STAYS_OR_ABORTS -> {
                    tally.count(Counter.LISTEN_OVERFLOWS);
                    tally.count(Counter.LISTEN_DROPS);
                    listener.dropEvents += dropEvents(2);
                    if (abortOnOverflow) {
                        tally.count(Counter.EMBRYONIC_RSTS);
                        timers.remove(listener, connection);
                        reset(connection);
                    } else {
                        timers.acked(connection);
                    }
                }
                case RESETS -> {
                    if (counting == CountingRule.BSD) {
                        tally.count(Counter.LISTEN_DROPS);
                    }
                    timers.remove(listener, connection);
                    syncache.removed(connection);
                    reset(connection);
                }
                case HAS_ITS_PLACE -> {
                    return establish(listener, kind, connection);
                }
            }
            return Notice.NOTHING;
        }
        return establish(listener, kind, connection);
    }

    private Notice establish(ListenSocket listener, int kind, Connection connection) {
        timers.remove(listener, connection);
        syncache.removed(connection);
        connections.establish(listener, kind, connection);
        return Notice.QUEUED;
    }

    private Notice ackWithoutRequest(ListenSocket listener, int kind, Connection connection) {
        long now = agenda.now();
        boolean recent = listener.lastCookie != Connection.NEVER && now - listener.lastCookie <= cookieMemory;
        if (!cookiesOn || !recent) {
            // Up to 3.13 every such ACK counts while cookies are on.
            if (cookiesOn
                    && counting.isLinuxSince(CountingRule.LINUX_2_4)
                    && !counting.isLinuxSince(CountingRule.LINUX_4_2)) {
                tally.count(Counter.SYNCOOKIES_FAILED);
            }
            reset(connection);
            return Notice.NOTHING;
        }
        boolean firstAfterSyn = kind == Event.ACK || kind == Event.DATA || kind == Event.FIN;
        if (!firstAfterSyn || !cookieIsFresh(connection)) {
            tally.count(Counter.SYNCOOKIES_FAILED);
            reset(connection);
            return Notice.NOTHING;
        }
        tally.count(Counter.SYNCOOKIES_RECV);
        if (!listener.acceptQueueFull()) {
            connections.establish(listener, kind, connection);
            return Notice.QUEUED;
        }
        switch (counting) {
            case LINUX_2_4, LINUX_2_6, LINUX_3, LINUX_4_2, LINUX_4_7 -> {
                tally.count(Counter.LISTEN_OVERFLOWS);
                tally.count(Counter.LISTEN_DROPS);
                listener.dropEvents += dropEvents(1);
            }
            case GVISOR -> tally.count(Counter.LISTEN_OVERFLOWS);
            case BSD -> {
                tally.count(Counter.LISTEN_DROPS);
                reset(connection);
            }
            case LINUX_2_2, WINDOWS -> {}
        }
        return Notice.NOTHING;
    }

    /// A cookie carries the number of the minute in which it was made, and counts in that and the next.
    private boolean cookieIsFresh(Connection connection) {
        long sent = connection.cookieSent;
        return sent != Connection.NEVER && agenda.now() / COOKIE_PERIOD - sent / COOKIE_PERIOD < COOKIE_PERIODS;
    }

    private boolean acceptQueueFull(ListenSocket listener) {
        return rules.acceptRoom() == AcceptRoom.SHARED_WITH_REQUESTS
                ? listener.sharedRoomFull()
                : listener.acceptQueueFull();
    }

    private void reset(Connection connection) {
        tally.count(Counter.OUT_RSTS);
        wire.toClient(Event.SERVER_RESET, connection);
    }

    private void countSince(CountingRule rule, Counter counter) {
        if (counting.isLinuxSince(rule)) {
            tally.count(counter);
        }
    }

    /// Drop events of a listener exist since 4.7.
    private int dropEvents(int events) {
        return counting == CountingRule.LINUX_4_7 ? events : 0;
    }
}
