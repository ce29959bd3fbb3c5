package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the clients of MySQL, MariaDB and PostgreSQL say: `Can't connect to MySQL server on 'db:3306' (111)`, `Lost
/// connection to server at 'reading initial communication packet', system error: 104`, `connection to server at "db",
/// port 5432 failed: timeout expired`. MySQL's server speaks first: a connection that waits in its accept queue ends in
/// the second.
final class DatabaseLog implements TextFormat {
    private static final Pattern NOT_CONNECTED = Pattern.compile("can't connect to (?:mysql |mariadb )?server on "
            + "'(?:[^':]{1,255}:(\\d{1,5})|[^']{1,300})' \\((\\d{1,5})\\b");
    private static final Pattern LOST = Pattern.compile("lost connection to (?:mysql |mariadb )?server at "
            + "'[^']{0,40}(reading|waiting for) (?:initial communication|authorization) packet', "
            + "system error: (\\d{1,5})\\b");
    private static final Pattern POSTGRES =
            Pattern.compile("connection to server at [^,]{1,300}, port (\\d{1,5}) failed: (.{1,300})");

    private final ClueBook clues;

    DatabaseLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String lower = line.lower();
        Matcher notConnected = NOT_CONNECTED.matcher(lower);
        if (notConnected.find()) {
            return tell(notConnected(notConnected.group(2)), line, notConnected.group(1));
        }
        Matcher lost = LOST.matcher(lower);
        if (lost.find()) {
            return tell(lost(lost.group(1), lost.group(2)), line, null);
        }
        Matcher postgres = POSTGRES.matcher(lower);
        return postgres.find() && tell(postgres(postgres.group(2)), line, postgres.group(1));
    }

    private boolean tell(Optional<Sign> sign, Line line, @Nullable String port) {
        OptionalInt of = port == null ? OptionalInt.empty() : Ports.number(port);
        sign.ifPresent(seen -> clues.add(seen, line, of));
        return sign.isPresent();
    }

    /// By errno: of Linux, of macOS or the BSDs, of Windows. Whether the kernel gave up or the client did, 110 does not
    /// tell: of the two, the client's own time-out is the one that proves less.
    private static Optional<Sign> notConnected(String number) {
        return switch (number) {
            case "110", "60", "10060" -> Optional.of(Sign.CONNECT_TIMED_OUT);
            case "111", "61", "10061" -> Optional.of(Sign.CONNECT_REFUSED);
            case "113", "65", "10065" -> Optional.of(Sign.CONNECT_UNREACHABLE);
            case "99", "49", "10049" -> Optional.of(Sign.NO_LOCAL_PORT);
            // MariaDB's client shows that connect(2) was under way and loses what came of it (measured, 10.11).
            case "115" -> Optional.of(Sign.CONNECT_FAILED);
            default -> Optional.empty();
        };
    }

    private static Optional<Sign> lost(String doing, String number) {
        if (doing.equals("waiting for")) {
            return Optional.of(Sign.READ_TIMED_OUT);
        }
        return switch (number) {
            case "104", "54", "10054" -> Optional.of(Sign.READ_RESET);
            case "110", "60", "10060" -> Optional.of(Sign.READ_TIMED_OUT);
            case "0", "115" -> Optional.of(Sign.CLOSED_BEFORE_ANSWER);
            default -> Optional.empty();
        };
    }

    /// The time-out of its client is that of the whole start: it does not tell whether there was a connection.
    private static Optional<Sign> postgres(String reason) {
        if (reason.startsWith("timeout expired")) {
            return Optional.of(Sign.TIMED_OUT_IN_UNKNOWN_PHASE);
        }
        if (reason.startsWith("server closed the connection unexpectedly")) {
            return Optional.of(Sign.CLOSED_BEFORE_ANSWER);
        }
        if (reason.startsWith("fatal")) {
            return Optional.empty(); // the server answered
        }
        Phase phase = reason.startsWith("could not receive") || reason.startsWith("ssl")
                ? Phase.READ
                : reason.startsWith("could not send") ? Phase.WRITE : Phase.CONNECT;
        return Trouble.in(reason)
                .filter(trouble -> trouble != Trouble.TIMED_OUT)
                .map(trouble -> trouble.sign(phase));
    }
}
