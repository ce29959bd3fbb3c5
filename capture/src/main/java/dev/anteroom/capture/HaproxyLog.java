package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// HAProxy's log lines, by their termination state: who ended the session, and in which phase (HAProxy
/// configuration manual, 8.5). `SC` the server refused or reset, `sC` timeout connect ended, `sH` timeout
/// server ended before the headers, `SH` the server closed or reset before them. `--` is a session that went
/// well.
final class HaproxyLog implements TextFormat {
    /// Timers, then in HTTP mode a status, bytes, cookies; in TCP mode bytes; then the state and the connection
    /// counts.
    private static final Pattern STATE = Pattern.compile(
            " (?:[-+]?\\d{1,10}/){2,5}[-+]?\\d{1,10} (?:-?\\d{1,3} )?[-+]?\\d{1,19} (?:- - |\\S{1,100} \\S{1,100} )?"
                    + "([A-Za-z-]{2})[A-Za-z-]{0,2} \\d{1,9}/\\d{1,9}/\\d{1,9}/\\d{1,9}/\\+?\\d{1,9} ");

    private static final Map<String, Sign> SIGNS = Map.ofEntries(
            Map.entry("sC", Sign.CONNECT_TIMED_OUT),
            Map.entry("sH", Sign.READ_TIMED_OUT),
            Map.entry("sD", Sign.READ_TIMED_OUT),
            Map.entry("SH", Sign.CLOSED_BEFORE_ANSWER),
            Map.entry("SD", Sign.RESET_IN_UNKNOWN_PHASE),
            Map.entry("SC", Sign.CONNECT_REFUSED),
            Map.entry("RC", Sign.NO_LOCAL_PORT),
            Map.entry("CC", Sign.CLIENT_ABORTED),
            Map.entry("CH", Sign.CLIENT_ABORTED),
            Map.entry("CD", Sign.CLIENT_ABORTED),
            Map.entry("CQ", Sign.CLIENT_ABORTED),
            Map.entry("sQ", Sign.MAX_CONNECTIONS_REACHED));

    private final ClueBook clues;

    HaproxyLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        if (line.has("Server ") && line.has(" is DOWN, reason: Layer4")) {
            boolean refused = line.lower().contains("connection refused");
            clues.add(refused ? Sign.CONNECT_REFUSED : Sign.CONNECT_TIMED_OUT, line, OptionalInt.empty());
            return true;
        }
        Matcher state = STATE.matcher(line.text());
        if (!state.find()) {
            return false;
        }
        Sign sign = SIGNS.get(state.group(1));
        if (sign != null) {
            clues.add(sign, line, OptionalInt.empty());
        }
        return true;
    }
}
