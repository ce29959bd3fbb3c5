package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// What clients of a Unix socket log when its accept queue is full: connect(2) ends in EAGAIN at once if it may not
/// wait, and for no other reason (`net/unix/af_unix.c`, unix_stream_connect, Linux 6.18). nginx, Node.js, Go and PHP
/// name the error, HAProxy says so in words of its own.
final class UnixSocketLog implements TextFormat {
    private static final Pattern FULL =
            Pattern.compile("connect.{0,120}(?:\\bunix\\b|\\.sock\\b).{0,200}resource temporarily unavailable"
                    + "|dial unix .{0,200}: connect: resource temporarily unavailable"
                    + "|connect eagain /"
                    + "|can't connect to destination unix socket, check backlog size");

    private final ClueBook clues;

    UnixSocketLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        boolean full = FULL.matcher(line.lower()).find();
        if (full) {
            clues.add(Sign.UNIX_QUEUE_FULL, line, OptionalInt.empty());
        }
        return full;
    }
}
