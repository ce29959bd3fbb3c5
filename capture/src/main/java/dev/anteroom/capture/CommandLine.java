package dev.anteroom.capture;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command that was pasted with its output: a prompt, then the command. It tells that what follows is
/// complete, and where new readings begin.
final class CommandLine implements TextFormat {
    private static final Pattern COMMAND = Pattern.compile(
            "^(?:\\S{0,80}[$#%>] ?|\\+ )(?:sudo )?(ss|netstat|nstat|cat|dmesg|date|sysctl|iptables|nft|ps)"
                    + "( .{0,400})?$");

    private final SocketRows rows;
    private final CounterBook counters;

    CommandLine(SocketRows rows, CounterBook counters) {
        this.rows = rows;
        this.counters = counters;
    }

    @Override
    public boolean take(Line line) {
        Matcher command = COMMAND.matcher(line.text());
        if (!command.matches()) {
            return false;
        }
        counters.end();
        String options = command.group(2) == null ? "" : command.group(2);
        boolean filtered = options.contains("port") || options.contains("state ") || options.contains("|");
        if (command.group(1).equals("ss") && options.matches(" -[a-zA-Z]*[la][a-zA-Z]*(?: .*)?") && !filtered) {
            rows.listsListeners(line);
        }
        return true;
    }
}
