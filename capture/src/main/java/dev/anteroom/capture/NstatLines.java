package dev.anteroom.capture;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `nstat`, as text and as JSON (`-j`).
///
/// Without `-a` it prints steps since it last ran, with `-a` sums; the text does not tell which. Nor does it
/// print zeros without `-z`.
final class NstatLines implements TextFormat {
    private static final Pattern ROW = Pattern.compile(
            "^((?:Ip6?|Icmp6?|IcmpMsg|Tcp|TcpExt|Udp6?|UdpLite6?|IpExt|MPTcpExt|Icmp6Msg)[A-Z]\\w{1,60})"
                    + " +(\\d{1,18}) +-?\\d{1,18}\\.\\d{1,3}$");
    private static final Pattern JSON = Pattern.compile("\"([A-Z]\\w{1,60})\" ?: ?(\\d{1,18})(?=[,}\\s]|$)");
    private static final String START = "{\"kernel\"";

    private final CounterBook counters;
    private boolean inJson;

    NstatLines(CounterBook counters) {
        this.counters = counters;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text().strip();
        if (text.startsWith("#kernel") || text.startsWith("#nstat") || text.matches("#\\d{1,12}\\.\\d{1,12}.*")) {
            counters.end();
            return true;
        }
        if (text.replace(" ", "").startsWith(START)) {
            counters.end();
            inJson = true;
        }
        if (inJson) {
            Matcher counter = JSON.matcher(text);
            while (counter.find()) {
                add(counter.group(1), counter.group(2), line);
            }
            inJson = !text.endsWith("}");
            return true;
        }
        Matcher row = ROW.matcher(text);
        if (!row.matches()) {
            return false;
        }
        add(row.group(1), row.group(2), line);
        return true;
    }

    private void add(String name, String value, Line line) {
        String bare = name.startsWith("TcpExt")
                ? name.substring("TcpExt".length())
                : name.startsWith("Tcp") ? name.substring("Tcp".length()) : name;
        counters.add(bare, Long.parseUnsignedLong(value), line);
    }

    @Override
    public void interrupted() {
        inJson = false;
    }
}
