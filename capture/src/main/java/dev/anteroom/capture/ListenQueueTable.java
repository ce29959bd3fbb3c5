package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `netstat -L` of macOS and FreeBSD: depth, incomplete, limit. macOS counts both against the limit; FreeBSD
/// lets the accept queue grow to one and a half times it (`uipc_socket.c` sonewconn).
final class ListenQueueTable implements TextFormat {
    /// The protocol stands in front on FreeBSD, and not on macOS. Nothing stands behind, and the port is behind a dot:
    /// many logs begin with a date and a time that otherwise look alike.
    private static final Pattern ROW =
            Pattern.compile("^(?:tcp[46]{0,2} +)?(\\d{1,6})/(\\d{1,6})/(\\d{1,6}) +\\S{1,100}\\.(\\d{1,5}) *$");

    private final ClueBook clues;
    private boolean inTable;

    ListenQueueTable(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        if (line.has("listen queue sizes (qlen/incqlen/maxqlen)")) {
            inTable = true;
            return true;
        }
        if (inTable && line.has("Listen") && line.has("Local Address")) {
            return true;
        }
        Matcher row = ROW.matcher(line.text());
        if (!row.matches()) {
            return inTable && line.text().startsWith("unix");
        }
        long depth = Long.parseLong(row.group(1));
        long incomplete = Long.parseLong(row.group(2));
        long limit = Long.parseLong(row.group(3));
        OptionalInt port = Ports.number(row.group(4));
        clues.add(Sign.LISTENS, line, port);
        boolean full = depth > 0 && depth + incomplete >= limit;
        Sign queue =
                full ? Sign.ACCEPT_QUEUE_FULL_NOW : depth > 0 ? Sign.ACCEPT_QUEUE_WAITING : Sign.ACCEPT_QUEUE_EMPTY_NOW;
        clues.add(
                queue,
                line,
                port,
                Math.max(1, depth),
                depth + " wait to be accepted, " + incomplete + " incomplete, limit " + limit);
        return true;
    }
}
