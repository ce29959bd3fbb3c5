package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the clients of MySQL, MariaDB and PostgreSQL say: `Can't connect to MySQL server on 'db:3306' (111)`, `Lost
/// connection to server at 'reading initial communication packet', system error: 104`, `connection to server at "db",
/// port 5432 failed: timeout expired`. The number is an errno of Linux. MariaDB prints 115, that of a connect(2) under
/// way, where it lost what came after; so its number only tells something if it is another one. The server speaks
/// first: a connection that waits in its accept queue ends in the second.
final class DatabaseLog implements TextFormat {
    private static final Pattern NOT_CONNECTED =
            Pattern.compile("can't connect to (?:mysql |mariadb )?server on '[^']{1,300}' \\((\\d{1,5})\\b");
    private static final Pattern LOST = Pattern.compile("lost connection to (?:mysql |mariadb )?server at "
            + "'[^']{0,40}reading (?:initial communication|authorization) packet', system error: (\\d{1,5})\\b");
    private static final Pattern POSTGRES =
            Pattern.compile("connection to server at [^,]{1,300}, port (\\d{1,5}) failed: (.{1,300})");

    private static final Map<String, Trouble> NUMBERS = Map.of(
            "99", Trouble.NO_PORT,
            "104", Trouble.RESET,
            "110", Trouble.TIMED_OUT,
            "111", Trouble.REFUSED,
            "113", Trouble.UNREACHABLE);

    private final ClueBook clues;

    DatabaseLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        Optional<Sign> sign = sign(line.lower());
        sign.ifPresent(seen -> clues.add(seen, line, Ports.in(line.text())));
        return sign.isPresent();
    }

    private static Optional<Sign> sign(String lower) {
        Matcher notConnected = NOT_CONNECTED.matcher(lower);
        if (notConnected.find()) {
            return Optional.of(known(notConnected.group(1), Phase.CONNECT).orElse(Sign.CONNECT_FAILED));
        }
        Matcher lost = LOST.matcher(lower);
        if (lost.find()) {
            return Optional.of(known(lost.group(1), Phase.READ).orElse(Sign.CLOSED_BEFORE_ANSWER));
        }
        Matcher postgres = POSTGRES.matcher(lower);
        return postgres.find() ? postgres(postgres.group(2)) : Optional.empty();
    }

    private static Optional<Sign> known(String number, Phase phase) {
        return Optional.ofNullable(NUMBERS.get(number)).map(trouble -> trouble.sign(phase));
    }

    /// Its time-out is that of the whole start: the line does not tell whether it was connected.
    private static Optional<Sign> postgres(String reason) {
        if (reason.startsWith("timeout expired")) {
            return Optional.of(Sign.TIMED_OUT_IN_UNKNOWN_PHASE);
        }
        if (reason.startsWith("server closed the connection unexpectedly")) {
            return Optional.of(Sign.CLOSED_BEFORE_ANSWER);
        }
        return Trouble.in(reason).map(trouble -> trouble.sign(trouble == Trouble.RESET ? Phase.READ : Phase.CONNECT));
    }
}
