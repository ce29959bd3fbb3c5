package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Map;
import java.util.Optional;

/// Lines of any other program that hold the words of an errno, as perror(3) prints them, and Envoy's reasons. The
/// words around them may tell the phase: `connect to … port 22: Connection refused`. A bare `timeout` is not taken: it
/// may be of anything.
final class ErrorWords implements TextFormat {
    private static final Map<String, Sign> ENVOY = Map.of(
            "reset reason: connection timeout", Sign.CONNECT_TIMED_OUT,
            "reset reason: connection termination", Sign.CLOSED_BEFORE_ANSWER,
            "delayed connect error: 111", Sign.CONNECT_REFUSED,
            "reset reason: connection failure", Sign.CONNECT_FAILED);

    private final ClueBook clues;

    ErrorWords(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String lower = line.lower();
        Optional<Sign> sign = ENVOY.entrySet().stream()
                .filter(reason -> lower.contains(reason.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .or(() -> Trouble.in(lower)
                        .filter(trouble -> trouble != Trouble.TIMED_OUT)
                        .map(trouble -> trouble.sign(phase(lower))));
        sign.ifPresent(seen -> clues.add(seen, line, Ports.in(line.text())));
        return sign.isPresent();
    }

    private static Phase phase(String lower) {
        if (lower.contains("accept")) {
            return Phase.ACCEPT;
        }
        if (lower.contains("recv") || lower.contains("read")) {
            return Phase.READ;
        }
        if (lower.contains("send") || lower.contains("write") || lower.contains("writing")) {
            return Phase.WRITE;
        }
        return lower.contains("connect to")
                        || lower.contains("connect(")
                        || lower.contains("connecting to")
                        || lower.contains("connect:")
                ? Phase.CONNECT
                : Phase.UNKNOWN;
    }
}
