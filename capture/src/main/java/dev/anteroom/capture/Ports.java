package dev.anteroom.capture;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the server's port in a line of a log. Every repetition in the patterns is bounded.
final class Ports {
    private static final int LAST = 65535;

    /// The surest first: the far end of an arrow, a port that is called one, an address with a port.
    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("->[^ ]{1,80}?:(\\d{1,5})(?![\\d:])"),
            Pattern.compile("(?i)\\bport['\"]?[ =:]{1,3}(\\d{1,5})(?!\\d)"),
            Pattern.compile("(?i)https?://[^\\s/:\"']{1,253}:(\\d{1,5})(?!\\d)"),
            Pattern.compile("\\]:(\\d{1,5})(?!\\d)"),
            Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}:(\\d{1,5})(?!\\d)"),
            Pattern.compile("\\('[^' ]{1,64}', (\\d{1,5})(?:, \\d{1,9}, \\d{1,9})?\\)"),
            Pattern.compile("\\b(?:localhost|[a-zA-Z0-9-]{1,63}(?:\\.[a-zA-Z0-9-]{1,63}){1,8})"
                    + "(?:/<unresolved>)?:(\\d{1,5})(?![\\d.])"));

    /// How Apache httpd names its client; the port is that one's.
    private static final Pattern CLIENT = Pattern.compile("\\[client [^\\]]{1,80}\\]");

    private Ports() {}

    static OptionalInt in(String line) {
        String text = CLIENT.matcher(line).replaceAll("");
        for (Pattern form : FORMS) {
            Matcher found = form.matcher(text);
            if (found.find() && !text.startsWith(".java", Math.max(0, found.start(1) - 6))) {
                int port = Integer.parseInt(found.group(1));
                if (port > 0 && port <= LAST) {
                    return OptionalInt.of(port);
                }
            }
        }
        return OptionalInt.empty();
    }

    /// The port after the last colon or dot of an address as tables write it: `[::]:80`, `*:80`, `*.80`,
    /// `10.0.0.1.80`; empty for `*`.
    static OptionalInt ofAddress(String address) {
        int end = Math.max(address.lastIndexOf(':'), address.lastIndexOf('.'));
        return end < 0 ? OptionalInt.empty() : number(address.substring(end + 1));
    }

    static OptionalInt number(String digits) {
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(digits);
        return number == 0 || number > LAST ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
