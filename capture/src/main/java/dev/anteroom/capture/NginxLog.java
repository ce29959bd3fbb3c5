package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Optional;
import java.util.OptionalInt;

/// nginx's error log, as the client of its upstreams: `connect() failed (111: Connection refused) while
/// connecting to upstream`, `upstream timed out (110: Connection timed out) while reading response header from
/// upstream`. The words after `while` are the phase. nginx logs its own time-outs with errno 110, too: only
/// `connect() failed (110` is the kernel's.
final class NginxLog implements TextFormat {
    private final ClueBook clues;

    NginxLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text();
        if (text.contains("accept4() failed") || text.contains("accept() failed")) {
            if (line.lower().contains("too many open files")) {
                clues.add(Sign.SERVER_HAS_NO_DESCRIPTOR, line, Ports.in(text));
            }
            return true;
        }
        if (text.contains("worker_connections are not enough")) {
            clues.add(Sign.MAX_CONNECTIONS_REACHED, line, OptionalInt.empty());
            return true;
        }
        if (!text.contains("upstream")) {
            return false;
        }
        Optional<Sign> sign = sign(text, line.lower());
        sign.ifPresent(seen -> clues.add(seen, line, upstreamPort(text)));
        return sign.isPresent();
    }

    private static Optional<Sign> sign(String text, String lower) {
        Phase phase = lower.contains("while connecting to upstream")
                ? Phase.CONNECT
                : lower.contains("while sending") && lower.contains("to upstream")
                        ? Phase.WRITE
                        : lower.contains("while reading") ? Phase.READ : Phase.UNKNOWN;
        if (lower.contains("upstream prematurely closed connection")) {
            return Optional.of(Sign.CLOSED_BEFORE_ANSWER);
        }
        if (lower.contains("upstream timed out")) {
            return Optional.of(Trouble.TIMED_OUT.sign(phase));
        }
        return text.contains("failed (")
                ? Trouble.in(lower.substring(lower.indexOf("failed (")))
                        .map(trouble -> trouble.sign(text.contains("connect() failed") ? Phase.CONNECT : phase))
                : Optional.empty();
    }

    private static OptionalInt upstreamPort(String text) {
        int at = text.indexOf("upstream: \"");
        return at < 0 ? OptionalInt.empty() : Ports.in(text.substring(at));
    }
}
