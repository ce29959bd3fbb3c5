package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.Map;
import java.util.OptionalInt;

/// Sentences that servers write when they are at a limit of their own: Jetty, Tomcat, Apache httpd, PHP-FPM,
/// uWSGI, HAProxy, Redis, PostgreSQL, MySQL, and accept(2) without a descriptor in any of them.
final class ServerLog implements TextFormat {
    private static final Map<String, Sign> SENTENCES = Map.ofEntries(
            Map.entry("connection limit exceeded", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("maximum number of connections reached", Sign.MAX_CONNECTIONS_REACHED),
            // Tomcat's acceptor in a thread dump: it waits until a connection ends, and logs nothing.
            Map.entry("limitlatch.countuporawait(", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("reached maxrequestworkers", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("reached maxclients", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("reached pm.max_children", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("reached max_children", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("reached its configured maxconn", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("max number of clients reached", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("sorry, too many clients already", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("too many connections", Sign.MAX_CONNECTIONS_REACHED),
            Map.entry("uwsgi listen queue of socket", Sign.LISTEN_OVERFLOW_LOGGED),
            Map.entry("accept: too many open files", Sign.SERVER_HAS_NO_DESCRIPTOR),
            Map.entry("accept4: too many open files", Sign.SERVER_HAS_NO_DESCRIPTOR),
            Map.entry("reached process fd limit", Sign.SERVER_HAS_NO_DESCRIPTOR),
            Map.entry("accept failed: too many open files", Sign.SERVER_HAS_NO_DESCRIPTOR));

    private final ClueBook clues;

    ServerLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String lower = line.lower();
        if (isLimitReached(lower)) {
            clues.add(Sign.MAX_CONNECTIONS_REACHED, line, OptionalInt.empty());
            return true;
        }
        for (Map.Entry<String, Sign> sentence : SENTENCES.entrySet()) {
            if (lower.contains(sentence.getKey())) {
                clues.add(sentence.getValue(), line, OptionalInt.empty());
                return true;
            }
        }
        return false;
    }

    /// Jetty names the limit between these words, 12 without brackets.
    private static boolean isLimitReached(String lower) {
        int limit = lower.indexOf("connection limit");
        return limit >= 0 && lower.indexOf(" reached", limit) >= 0;
    }
}
