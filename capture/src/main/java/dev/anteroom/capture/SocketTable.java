package dev.anteroom.capture;

import dev.anteroom.capture.SocketRows.Row;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tables of sockets: `ss` in its forms, with or without the State column and with `-m`, `-p`, `-i` behind or
/// below, and `netstat -an` of Linux, macOS, the BSDs and Windows.
///
/// Only ss shows a listener's limit, in Send-Q. netstat prints 0 there.
final class SocketTable implements TextFormat {
    private static final Map<String, String> STATES = Map.ofEntries(
            Map.entry("LISTEN", "LISTEN"),
            Map.entry("LISTENING", "LISTEN"),
            Map.entry("ESTAB", "ESTAB"),
            Map.entry("ESTABLISHED", "ESTAB"),
            Map.entry("SYN-RECV", "SYN-RECV"),
            Map.entry("SYN_RECV", "SYN-RECV"),
            Map.entry("SYN_RCVD", "SYN-RECV"),
            Map.entry("SYN_RECEIVED", "SYN-RECV"),
            Map.entry("SYN-SENT", "SYN-SENT"),
            Map.entry("SYN_SENT", "SYN-SENT"),
            Map.entry("TIME-WAIT", "TIME-WAIT"),
            Map.entry("TIME_WAIT", "TIME-WAIT"),
            Map.entry("CLOSE-WAIT", "CLOSE-WAIT"),
            Map.entry("CLOSE_WAIT", "CLOSE-WAIT"),
            Map.entry("FIN-WAIT-1", "OTHER"),
            Map.entry("FIN_WAIT1", "OTHER"),
            Map.entry("FIN_WAIT_1", "OTHER"),
            Map.entry("FIN-WAIT-2", "OTHER"),
            Map.entry("FIN_WAIT2", "OTHER"),
            Map.entry("FIN_WAIT_2", "OTHER"),
            Map.entry("LAST-ACK", "OTHER"),
            Map.entry("LAST_ACK", "OTHER"),
            Map.entry("CLOSING", "OTHER"),
            Map.entry("UNCONN", "OTHER"),
            Map.entry("CLOSED", "OTHER"),
            Map.entry("BOUND", "OTHER"));

    private static final Pattern SUMMARY =
            Pattern.compile("^TCP: {1,8}\\d{1,9} \\(estab .{0,100}timewait (\\d{1,9})(?:/\\d{1,9})?\\).{0,100}");

    private final SocketRows rows;
    private boolean inTable;

    SocketTable(SocketRows rows) {
        this.rows = rows;
    }

    @Override
    public boolean take(Line line) {
        String[] fields = line.fields();
        String text = line.text();
        if (isHeader(text)) {
            inTable = true;
            rows.header(line);
            return true;
        }
        if (isSummary(text, line) || isBelow(text, fields)) {
            return true;
        }
        if (fields.length >= 5 && STATES.containsKey(fields[0])) {
            return ssRow(fields, 0, line);
        }
        boolean tcp = fields[0].toLowerCase(Locale.ROOT).startsWith("tcp");
        if (fields.length >= 6 && tcp) {
            return STATES.containsKey(fields[1]) ? ssRow(fields, 1, line) : netstatRow(fields, line);
        }
        if (fields.length >= 4 && tcp && windowsRow(fields, line)) {
            return true;
        }
        inTable = inTable && (stateless(fields, line) || isOther(fields));
        return inTable;
    }

    private static boolean isHeader(String text) {
        return (text.contains("Local") && text.contains("Recv-Q"))
                || (text.contains("Local Address") && text.contains("Foreign Address"))
                || text.startsWith("Active Internet connections")
                || text.startsWith("Active Connections");
    }

    /// `ss -s`.
    private boolean isSummary(String text, Line line) {
        Matcher summary = SUMMARY.matcher(text);
        if (summary.matches()) {
            inTable = true;
            rows.timeWaiting(Long.parseLong(summary.group(1)), line);
            return true;
        }
        return text.startsWith("Total: ") || text.startsWith("Transport Total");
    }

    /// What ss prints below a row, and the counts below `ss -s`.
    private boolean isBelow(String text, String[] fields) {
        boolean protocol = fields.length == 4
                && fields[0].chars().allMatch(Character::isUpperCase)
                && fields[3].chars().allMatch(Character::isDigit);
        boolean inner = text.startsWith("\t") && (text.contains(":") || text.startsWith("\t "));
        return inTable && (protocol || inner || text.contains("skmem:("));
    }

    /// State Recv-Q Send-Q Local Peer.
    private boolean ssRow(String[] fields, int state, Line line) {
        OptionalLong received = number(fields[state + 1]);
        OptionalLong sent = number(fields[state + 2]);
        OptionalInt port = Ports.ofAddress(fields[state + 3]);
        if (received.isEmpty() || sent.isEmpty() || port.isEmpty()) {
            return received.isPresent() && sent.isPresent();
        }
        String name = STATES.getOrDefault(fields[state], "OTHER");
        rows.add(new Row(name, port.getAsInt(), Ports.ofAddress(fields[state + 4]), received.getAsLong(), sent), line);
        return true;
    }

    /// Proto Recv-Q Send-Q Local Foreign State.
    private boolean netstatRow(String[] fields, Line line) {
        OptionalLong received = number(fields[1]);
        OptionalLong sent = number(fields[2]);
        String state = STATES.get(fields[5]);
        if (received.isEmpty() || sent.isEmpty() || state == null) {
            return false;
        }
        OptionalLong shown = state.equals("LISTEN") ? OptionalLong.empty() : sent;
        OptionalInt port = Ports.ofAddress(fields[3]);
        if (port.isPresent()) {
            OptionalInt peer = Ports.ofAddress(fields[4]);
            rows.add(new Row(state, port.getAsInt(), peer, received.getAsLong(), shown), line);
        }
        return true;
    }

    /// TCP Local Foreign State, and perhaps a process.
    private boolean windowsRow(String[] fields, Line line) {
        String state = STATES.get(fields[3]);
        OptionalInt port = Ports.ofAddress(fields[1]);
        if (state == null || port.isEmpty()) {
            return false;
        }
        rows.add(new Row(state, port.getAsInt(), Ports.ofAddress(fields[2]), 0, OptionalLong.empty()), line);
        return true;
    }

    /// Recv-Q Send-Q Local Peer: what `ss state …` prints. Only a listener's far end is `*`.
    private boolean stateless(String[] fields, Line line) {
        if (fields.length < 4) {
            return false;
        }
        OptionalLong received = number(fields[0]);
        OptionalLong sent = number(fields[1]);
        OptionalInt port = Ports.ofAddress(fields[2]);
        if (received.isEmpty() || sent.isEmpty() || port.isEmpty()) {
            return false;
        }
        OptionalInt peer = Ports.ofAddress(fields[3]);
        rows.add(new Row(peer.isEmpty() ? "LISTEN" : "OTHER", port.getAsInt(), peer, received.getAsLong(), sent), line);
        return true;
    }

    /// What is indented from here on is of another text.
    @Override
    public void interrupted() {
        inTable = false;
    }

    private static boolean isOther(String[] fields) {
        return fields[0].startsWith("udp") || fields[0].startsWith("UDP") || fields[0].startsWith("raw");
    }

    private static OptionalLong number(String text) {
        return !text.isEmpty() && text.length() <= 12 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }
}
