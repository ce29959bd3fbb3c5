package dev.anteroom.capture;

import dev.anteroom.capture.Trouble.Phase;
import dev.anteroom.queue.Sign;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Exceptions of Python programs: sockets, asyncio, http.client, urllib, urllib3, requests, httpx, aiohttp.
///
/// A traceback names the frames first and the exception last: the last frame that connects, reads or writes
/// tells the phase. Where tracebacks are chained, the innermost, which comes first, is told once; the wrappers
/// that follow repeat its words.
final class PythonTrace implements TextFormat {
    private static final Pattern EXCEPTION = Pattern.compile("(?:^|[\\s:(\\[])(?:(?:[a-z_0-9]{1,40}\\.){0,6}"
            + "[A-Z][A-Za-z]{0,60}(?:Error|Timeout|Disconnected|TimedOut)|TimeoutError|socket\\.timeout)(?:: |$)");

    private final ClueBook clues;
    private boolean inTraceback;
    private Phase phase = Phase.UNKNOWN;
    private boolean chained;
    private boolean told;

    PythonTrace(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text().strip();
        if (text.startsWith("Traceback (most recent call last)")) {
            told = chained && told;
            inTraceback = true;
            chained = false;
            phase = Phase.UNKNOWN;
            return true;
        }
        if (text.startsWith("During handling of the above exception") || text.startsWith("The above exception was")) {
            chained = true;
            return true;
        }
        boolean indented = line.text().startsWith(" ");
        if (inTraceback && (indented || text.startsWith("File \""))) {
            frame(text);
            return true;
        }
        if (!EXCEPTION.matcher(text).find()) {
            boolean within = inTraceback;
            inTraceback = false;
            return within;
        }
        return exception(line, text);
    }

    private void frame(String text) {
        int in = text.lastIndexOf(", in ");
        String code = in < 0 ? text : text.substring(in + 5);
        if (in >= 0 ? isAccept(code) : code.contains(".accept(")) {
            phase = Phase.ACCEPT;
            return;
        }
        boolean connects = in >= 0
                ? isConnect(code)
                : code.contains(".connect(") || code.contains("sock_connect(") || code.contains("socket.socket(");
        boolean reads = in >= 0 ? isRead(code) : code.contains(".recv(") || code.contains("recv_into(");
        boolean writes = in < 0 && (code.contains(".sendall(") || code.contains(".send("));
        if ((connects && (reads || writes)) || (reads && writes)) {
            phase = Phase.UNKNOWN; // one line of code does both
        } else if (connects || reads || writes) {
            phase = connects ? Phase.CONNECT : reads ? Phase.READ : Phase.WRITE;
        }
    }

    private static boolean isAccept(String function) {
        return function.startsWith("accept")
                || function.startsWith("_accept")
                || function.startsWith("sock_accept")
                || function.startsWith("_sock_accept");
    }

    private static boolean isConnect(String function) {
        return function.startsWith("create_connection")
                || function.startsWith("connect")
                || function.startsWith("_new_conn")
                || function.startsWith("sock_connect")
                || function.startsWith("_sock_connect")
                || function.startsWith("open_connection");
    }

    private static boolean isRead(String function) {
        return function.startsWith("readinto")
                || function.startsWith("getresponse")
                || function.startsWith("_read_status")
                || function.startsWith("recv")
                || function.startsWith("sock_recv")
                || function.startsWith("readline");
    }

    private boolean exception(Line line, String text) {
        Optional<Sign> sign = sign(text, text.toLowerCase(Locale.ROOT));
        boolean within = inTraceback;
        inTraceback = false;
        if (sign.isEmpty() || (within && told)) {
            return within;
        }
        OptionalInt port = Ports.in(text);
        clues.add(sign.get(), line, port);
        told = within;
        return true;
    }

    private Optional<Sign> sign(String text, String lower) {
        if (lower.contains("remote end closed connection")
                || lower.contains("server disconnected")
                || text.startsWith("asyncio.exceptions.IncompleteReadError")) {
            return Optional.of(Sign.CLOSED_BEFORE_ANSWER);
        }
        if (lower.contains("readtimeout") || lower.contains("read timed out")) {
            return Optional.of(Sign.READ_TIMED_OUT);
        }
        if (lower.contains("connecttimeout") || (lower.contains("connection to ") && lower.contains(" timed out."))) {
            return Optional.of(Sign.CONNECT_TIMED_OUT);
        }
        Optional<Trouble> trouble = Trouble.in(lower);
        if (trouble.isEmpty()) {
            return Optional.empty();
        }
        boolean own =
                trouble.get() == Trouble.GIVEN_UP && !lower.contains("errno") && !lower.contains("connection timed");
        boolean connects = lower.contains("failed to establish a new connection")
                || lower.contains("connect call failed")
                || lower.contains("cannot connect to host");
        Phase known = connects ? Phase.CONNECT : phase;
        return Optional.of((own ? Trouble.TIMED_OUT : trouble.get()).sign(known));
    }
}
