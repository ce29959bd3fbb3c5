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
        if (command.group(1).equals("ss") || command.group(1).equals("netstat")) {
            if (isWhole(options)) {
                rows.listsListeners(line);
            } else {
                rows.listsSome();
            }
        }
        return true;
    }

    /// Whether every TCP listener is listed: no filter, no other protocol or one family alone, nothing behind it.
    private static boolean isWhole(String options) {
        boolean lists = options.matches("(?: -[a-zA-Z]{1,20}){1,8} ?") && options.matches(".*[la].*");
        boolean others = options.matches(".*[uxwdS].*") && !options.contains("t");
        return lists && !others;
    }
}
