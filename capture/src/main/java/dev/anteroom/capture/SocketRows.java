package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The rows of all tables of sockets in one text, and what they show together: which ports listen, how full their
/// accept queues are, what their connections wait for.
final class SocketRows {
    /// So many TIME-WAIT sockets to one port leave few of the 28 232 ports that Linux gives out by default.
    private static final int PORTS_SHORT = 20_000;

    private static final int PILE = 50;
    private static final Pattern PROCESS = Pattern.compile("\\bpid=(\\d{1,9})\\b");

    /// One socket as any table shows it.
    ///
    /// @param state as ss writes it: `LISTEN`, `ESTAB`, `SYN-RECV`
    /// @param port its own
    /// @param peerPort of the far end; empty for a listener
    /// @param received Recv-Q: for a listener its depth
    /// @param sent Send-Q; for a listener its limit, and empty where the table does not show that
    record Row(String state, int port, OptionalInt peerPort, long received, OptionalLong sent) {}

    /// What the connections of one port show.
    private static final class Connections {
        private long synReceived;
        private long unread;
        private long read;
        private long closeWait;
        private long synSent;
        private long notAcknowledged;
        private long timeWait;
        private long ownTimeWait;
        private long answerUnacknowledged;
        private long fromHere;
        private Optional<Line> first = Optional.empty();
    }

    private static final int MOST_PORTS = 65_536;

    private final ClueBook clues;
    private final Map<Integer, Connections> own = new TreeMap<>();
    private final Map<Integer, Connections> peers = new TreeMap<>();
    private final Set<Integer> listening = new HashSet<>();
    private final Map<String, Integer> portsByProcess = new HashMap<>();
    private final Map<String, Line> stopped = new HashMap<>();
    private Optional<Line> complete = Optional.empty();
    private Optional<Line> header = Optional.empty();
    private boolean partial;

    SocketRows(ClueBook clues) {
        this.clues = clues;
    }

    /// A command that lists every listener was seen: what follows is complete even if it is empty.
    void listsListeners(Line command) {
        complete = Optional.of(command);
        partial = false;
    }

    /// A command that lists some sockets was seen: what does not follow may be there all the same.
    void listsSome() {
        partial = true;
    }

    void header(Line line) {
        header = partial ? header : Optional.of(line);
    }

    void add(Row row, Line line) {
        if (row.state.equals("LISTEN")) {
            listener(row, line);
            return;
        }
        Connections at = connections(own, row.port, line);
        Connections to = connections(peers, row.peerPort.orElse(0), line);
        to.fromHere += row.port > row.peerPort.orElse(0) ? 1 : 0;
        switch (row.state) {
            case "SYN-RECV" -> at.synReceived++;
            case "SYN-SENT" -> to.synSent++;
            case "TIME-WAIT" -> {
                to.timeWait++;
                at.ownTimeWait++;
            }
            case "ESTAB" -> {
                at.unread += row.received > 0 ? 1 : 0;
                at.read += row.received == 0 ? 1 : 0;
                at.answerUnacknowledged += row.sent.orElse(0) > 0 ? 1 : 0;
                to.notAcknowledged += row.sent.orElse(0) > 0 ? 1 : 0;
            }
            case "CLOSE-WAIT" -> {
                at.closeWait++;
                at.unread += row.received > 1 ? 1 : 0;
            }
            default -> {}
        }
    }

    /// All sockets in TIME-WAIT, as `ss -s` counts them.
    void timeWaiting(long count, Line line) {
        if (count >= PORTS_SHORT) {
            clues.add(Sign.TIME_WAIT_PILE, line, OptionalInt.empty());
        }
    }

    /// Ports that listen or are low are servers'; of others nobody asks.
    private static Connections connections(Map<Integer, Connections> of, int port, Line line) {
        if (of.size() >= MOST_PORTS) {
            return new Connections();
        }
        Connections connections = of.computeIfAbsent(port, _ -> new Connections());
        if (connections.first.isEmpty()) {
            connections.first = Optional.of(line);
        }
        return connections;
    }

    private void listener(Row row, Line line) {
        OptionalInt port = OptionalInt.of(row.port);
        listening.add(row.port);
        processes(row.port, line);
        clues.add(Sign.LISTENS, line, port);
        if (row.sent.isEmpty()) {
            if (row.received > 0) {
                clues.add(Sign.ACCEPT_QUEUE_WAITING, line, port, 1, waiting(row) + "; limit not shown");
            }
            return;
        }
        long limit = row.sent.getAsLong();
        String words = waiting(row) + ", limit " + limit + ", capacity " + (limit + 1);
        if (row.received > limit) {
            clues.add(Sign.ACCEPT_QUEUE_FULL_NOW, line, port, 1, words);
        } else if (row.received == limit && limit > 0) {
            clues.add(Sign.ACCEPT_QUEUE_AT_LIMIT, line, port, 1, words);
        } else {
            clues.add(row.received > 0 ? Sign.ACCEPT_QUEUE_WAITING : Sign.ACCEPT_QUEUE_EMPTY_NOW, line, port, 1, words);
        }
    }

    /// The processes behind a listener, as `ss -p` names them: `users:(("java",pid=12,fd=5))`.
    private void processes(int port, Line line) {
        Matcher process = PROCESS.matcher(line.text());
        while (process.find() && portsByProcess.size() < MOST_PORTS) {
            portsByProcess.put(process.group(1), port);
        }
    }

    /// A process that is stopped, by its id.
    void stopped(String process, Line line) {
        if (stopped.size() < MOST_PORTS) {
            stopped.put(process, line);
        }
    }

    private void addStopped(String process, Line line) {
        Integer port = portsByProcess.get(process);
        clues.add(
                port == null ? Sign.PROCESS_STOPPED : Sign.LISTENER_PROCESS_STOPPED,
                line,
                port == null ? OptionalInt.empty() : OptionalInt.of(port));
    }

    private static String waiting(Row row) {
        return "port " + row.port + ": " + row.received + " wait to be accepted";
    }

    /// The text is over. The same rows may stand in it twice, as from two runs of the command.
    void end(String source) {
        Optional<Line> table = complete.or(() -> listening.isEmpty() ? Optional.empty() : header);
        table.ifPresent(line -> clues.add(
                Sign.TABLE_OF_LISTENERS,
                line,
                OptionalInt.empty(),
                Math.max(1, listening.size()),
                "a table of listeners with " + listening.size() + " ports in " + source));
        stopped.forEach(this::addStopped);
        own.forEach((port, seen) -> seen.first.ifPresent(line -> {
            add(Sign.SYN_QUEUE_OCCUPIED, line, port, seen.synReceived, "handshakes in SYN-RECV");
            if (listening.contains(port)) {
                add(Sign.REQUEST_UNREAD, line, port, seen.unread, "connections with bytes that nobody read");
                add(Sign.REQUESTS_READ, line, port, seen.read, "connections with nothing unread");
                add(Sign.SERVER_HOLDS_TIME_WAIT, line, port, seen.ownTimeWait, "connections in TIME-WAIT");
                add(
                        Sign.ANSWER_NOT_ACKNOWLEDGED,
                        line,
                        port,
                        seen.answerUnacknowledged,
                        "connections with an answer that the client has not acknowledged");
                add(Sign.CLOSE_WAIT_PILE, line, port, seen.closeWait / PILE, "times " + PILE + " in CLOSE-WAIT");
            }
        }));
        peers.forEach((port, seen) -> seen.first.ifPresent(line -> {
            add(Sign.SYN_SENT_WAITING, line, port, seen.synSent, "clients in SYN-SENT");
            add(Sign.TIME_WAIT_PILE, line, port, seen.timeWait / PORTS_SHORT, "times " + PORTS_SHORT + " in TIME-WAIT");
            if (!listening.contains(port) && isServer(port)) {
                add(Sign.TABLE_OF_A_CLIENT, line, port, seen.fromHere, "connections to it from here");
                add(
                        Sign.SENT_NOT_ACKNOWLEDGED,
                        line,
                        port,
                        seen.notAcknowledged,
                        "connections with unacknowledged bytes");
            }
        }));
    }

    /// Whether a far port is that of a server: below those that systems give to clients.
    private static boolean isServer(int port) {
        return port < 32_768;
    }

    private void add(Sign sign, Line line, int port, long count, String words) {
        if (count > 0 && port > 0) {
            clues.add(sign, line, OptionalInt.of(port), count, "port " + port + ": " + count + " " + words);
        }
    }
}
