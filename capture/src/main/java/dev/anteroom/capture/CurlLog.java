package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The error lines of curl and of libcurl in PHP, by exit code: 7, 28, 35, 45, 52, 55, 56. Code 28 is a time-out of
/// curl's own in any
/// phase, unless the kernel's words stand behind it.
final class CurlLog implements TextFormat {
    private static final Pattern ERROR = Pattern.compile("(?:curl: \\(|cURL error )(\\d{1,3})(?:\\)|:) ?(.*)");

    private final ClueBook clues;

    CurlLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        if (line.text().startsWith("* Connection died, retrying a fresh connect")
                || line.has("Connection died, tried ")) {
            clues.add(Sign.REUSED_CONNECTION_FAILED, line, Ports.in(line.text()));
            return true;
        }
        Matcher error = ERROR.matcher(line.text());
        if (!error.find()) {
            return false;
        }
        Optional<Sign> sign = sign(error.group(1), error.group(2).toLowerCase(Locale.ROOT));
        sign.ifPresent(seen -> clues.add(seen, line, Ports.in(line.text())));
        return sign.isPresent();
    }

    private static Optional<Sign> sign(String code, String message) {
        return switch (code) {
            case "7" -> Optional.of(failed(message));
            case "28" -> Optional.of(timedOut(message));
            case "52" -> Optional.of(Sign.CLOSED_BEFORE_ANSWER);
            case "35", "56" ->
                Trouble.in(message)
                        .map(trouble -> trouble.sign(Trouble.Phase.READ))
                        .or(() -> message.contains("eof") || message.contains("syscall")
                                ? Optional.of(Sign.CLOSED_BEFORE_ANSWER)
                                : Optional.empty());
            case "55" -> Optional.of(Sign.WRITE_RESET);
            case "45" -> Trouble.in(message).map(trouble -> trouble.sign(Trouble.Phase.CONNECT));
            default -> Optional.empty();
        };
    }

    /// Before curl 7.84 the errno stands here; since then "Couldn't connect to server", whatever it was.
    private static Sign failed(String message) {
        return Trouble.in(message)
                .map(trouble -> trouble.sign(Trouble.Phase.CONNECT))
                .orElse(Sign.CONNECT_FAILED);
    }

    private static Sign timedOut(String message) {
        if (message.contains("operation timed out after")) {
            return Sign.READ_TIMED_OUT;
        }
        if (message.startsWith("failed to connect") || message.startsWith("connection time")) {
            // curl turns the kernel's ETIMEDOUT into code 28 as well, and keeps its own words for its own
            // time-out.
            return message.contains("couldn't connect to server") || message.endsWith(": connection timed out")
                    ? Sign.CONNECT_GIVEN_UP_BY_KERNEL
                    : Sign.CONNECT_TIMED_OUT;
        }
        return Sign.TIMED_OUT_IN_UNKNOWN_PHASE;
    }
}
