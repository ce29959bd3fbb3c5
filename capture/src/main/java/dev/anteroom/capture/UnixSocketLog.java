package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What clients of a Unix socket log when its accept queue is full: connect(2) of a stream ends in EAGAIN at once if it
/// may not wait, and for no other reason (`net/unix/af_unix.c`, unix_stream_connect, Linux 6.18). recv(2) and fork(2)
/// end in EAGAIN, too; so each form names the call and the socket. And what `ss -xl` shows of the listeners: as of TCP,
/// a queue holds one more than its limit.
final class UnixSocketLog implements TextFormat {
    private static final String AGAIN = "resource temporarily unavailable";

    /// nginx; PHP; Go; Node.js; HAProxy; the clients of MySQL, PostgreSQL and, in Python, of Redis; Netty; Ruby.
    private static final Pattern FULL = Pattern.compile("connect\\(\\) to unix:[^ ]{1,200} failed \\(11: " + AGAIN
            + "|unable to connect to unix://[^ ]{1,200} \\(" + AGAIN
            + "|dial unix [^ ]{1,200}: connect: " + AGAIN
            + "|connect eagain /"
            + "|can't connect to destination unix socket, check backlog size"
            + "|can't connect to local (?:mysql |mariadb )?server through socket '[^']{1,200}' \\(11\\b"
            + "|connection to server on socket \"[^\"]{1,200}\" failed: " + AGAIN
            + "|error 11 connecting to unix socket: "
            + "|connect\\(\\.\\.\\) failed: " + AGAIN + ": /[a-z]"
            + "|" + AGAIN + " - connect\\(2\\) for /");

    private static final Pattern LISTENER =
            Pattern.compile("^u_(?:str|seq) {1,20}listen {1,20}(\\d{1,9}) {1,20}(\\d{1,9}) ");

    private final ClueBook clues;

    UnixSocketLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        Matcher listener = LISTENER.matcher(line.lower());
        boolean table = listener.find();
        boolean full = table
                ? Integer.parseInt(listener.group(1)) > Integer.parseInt(listener.group(2))
                : FULL.matcher(line.lower()).find();
        if (full) {
            clues.add(Sign.UNIX_QUEUE_FULL, line, OptionalInt.empty());
        }
        return table || full;
    }
}
