package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Errors of Go programs: `dial tcp 10.0.0.2:80: connect: connection refused`, `dial tcp …: i/o timeout`, `read
/// tcp a->b: read: connection reset by peer`, and those of net/http. `i/o timeout` is the program's own
/// deadline.
final class GoLog implements TextFormat {
    private static final Pattern CALL = Pattern.compile("\\b(dial|read|write|accept) tcp[46]?\\b");

    private final ClueBook clues;

    GoLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        Optional<Sign> sign = sign(line.text(), line.lower());
        sign.ifPresent(seen -> clues.add(seen, line, Ports.in(line.text())));
        return sign.isPresent();
    }

    private static Optional<Sign> sign(String text, String lower) {
        Matcher call = CALL.matcher(text);
        if (call.find()) {
            Phase phase = switch (call.group(1)) {
                case "dial" -> Phase.CONNECT;
                case "read" -> Phase.READ;
                case "write" -> Phase.WRITE;
                default -> Phase.ACCEPT;
            };
            return Trouble.in(lower.substring(call.start())).map(trouble -> trouble.sign(phase));
        }
        if (lower.contains(": dial: i/o timeout")) { // as k6 writes it
            return Optional.of(Sign.CONNECT_TIMED_OUT);
        }
        if (lower.contains("while awaiting headers") || lower.contains("timeout awaiting response headers")) {
            // The deadline of the whole request: it may have ended while the connection was being made.
            return Optional.of(
                    lower.contains("timeout awaiting") ? Sign.READ_TIMED_OUT : Sign.TIMED_OUT_IN_UNKNOWN_PHASE);
        }
        if (lower.contains("while reading body")) {
            return Optional.of(Sign.READ_TIMED_OUT);
        }
        if (lower.contains("server closed idle connection")) {
            return Optional.of(Sign.REUSED_CONNECTION_FAILED);
        }
        if (isRequest(text, lower) && (text.endsWith(": EOF") || text.endsWith("unexpected EOF"))) {
            return Optional.of(Sign.CLOSED_BEFORE_ANSWER);
        }
        return lower.contains("context deadline exceeded") || lower.contains("tls handshake timeout")
                ? Optional.of(
                        lower.contains("tls handshake timeout") ? Sign.READ_TIMED_OUT : Sign.TIMED_OUT_IN_UNKNOWN_PHASE)
                : Optional.empty();
    }

    private static boolean isRequest(String text, String lower) {
        return text.contains("Get \"http")
                || text.contains("Post \"http")
                || text.contains("Put \"http")
                || text.contains("Head \"http")
                || lower.contains("delete \"http");
    }
}
