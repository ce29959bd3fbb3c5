package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Locale;
import java.util.Optional;

/// Errors of Node.js: `Error: connect ECONNREFUSED 127.0.0.1:8080`, `Error: read ECONNRESET`, `socket hang up`,
/// and those of undici, which is behind fetch(). The system call stands in the message. The block of properties
/// that follows repeats it.
final class NodeTrace implements TextFormat {
    private final ClueBook clues;
    private boolean inError;

    NodeTrace(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text().strip();
        Optional<Sign> sign = sign(text);
        if (sign.isPresent()) {
            clues.add(sign.get(), line, Ports.in(text));
            inError = true;
            return true;
        }
        inError = inError && isDetail(text);
        return inError;
    }

    private static boolean isDetail(String text) {
        return text.startsWith("at ")
                || text.startsWith("errno:")
                || text.startsWith("code:")
                || text.startsWith("syscall:")
                || text.startsWith("address:")
                || text.startsWith("port:")
                || text.startsWith("localAddress:")
                || text.startsWith("localPort:")
                || text.equals("}")
                || text.equals("},");
    }

    private static Optional<Sign> sign(String text) {
        int at = text.indexOf("Error: ");
        if (at < 0) {
            return Optional.empty();
        }
        String message = text.substring(at + "Error: ".length());
        String call = message.substring(0, Math.max(0, message.indexOf(' ')));
        if (message.startsWith("socket hang up") || message.startsWith("other side closed")) {
            return Optional.of(Sign.CLOSED_BEFORE_ANSWER);
        }
        if (text.contains("ConnectTimeoutError: ")) {
            return Optional.of(Sign.CONNECT_TIMED_OUT);
        }
        if (text.contains("HeadersTimeoutError: ") || text.contains("BodyTimeoutError: ")) {
            return Optional.of(Sign.READ_TIMED_OUT);
        }
        if (message.startsWith("ESOCKETTIMEDOUT")) {
            return Optional.of(Sign.TIMED_OUT_IN_UNKNOWN_PHASE);
        }
        Phase phase = switch (call) {
            case "connect" -> Phase.CONNECT;
            case "read" -> Phase.READ;
            case "write" -> Phase.WRITE;
            case "accept" -> Phase.ACCEPT;
            default -> Phase.UNKNOWN;
        };
        boolean code = message.startsWith("E", call.length() + 1);
        return phase == Phase.UNKNOWN || !code
                ? Optional.empty()
                : Trouble.in(message.toLowerCase(Locale.ROOT)).map(trouble -> trouble.sign(phase));
    }
}
