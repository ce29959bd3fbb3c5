package dev.anteroom.capture;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `netstat -s` of Linux (net-tools `statistics.c`), macOS, the BSDs and Windows.
///
/// Linux words most counters and prints the newer ones by name. Windows counts nothing about listeners. Lines that
/// grep(1) picked are known by their words.
final class NetstatStatistics implements TextFormat {
    private static final Pattern COUNTED = Pattern.compile("^\\s{0,8}(\\d{1,18}) (.{3,200})$");
    private static final Pattern NAMED = Pattern.compile("^\\s{0,8}([A-Z]\\w{2,60}): (\\d{1,18})$");

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("times the listen queue of a socket overflowed", "ListenOverflows"),
            Map.entry("syns to listen sockets dropped", "ListenDrops"),
            Map.entry("syns to listen sockets ignored", "ListenDrops"),
            Map.entry("syn cookies sent", "SyncookiesSent"),
            Map.entry("syn cookies received", "SyncookiesRecv"),
            Map.entry("invalid syn cookies received", "SyncookiesFailed"),
            Map.entry("resets received for embryonic syn_recv sockets", "EmbryonicRsts"),
            Map.entry("connections reset due to unexpected data", "TCPAbortOnData"),
            Map.entry("connections reset due to early user close", "TCPAbortOnClose"),
            Map.entry("connections aborted due to memory pressure", "TCPAbortOnMemory"),
            Map.entry("segments received", "InSegs"),
            Map.entry("segments retransmitted", "RetransSegs"),
            Map.entry("segments retransmited", "RetransSegs"),
            Map.entry("resets sent", "OutRsts"),
            Map.entry("connection resets received", "EstabResets"),
            Map.entry("failed connection attempts", "AttemptFails"),
            Map.entry("passive connection openings", "PassiveOpens"),
            Map.entry("listen queue overflows", "BsdOverflows"),
            Map.entry("listen queue overflow", "BsdOverflows"));

    /// Of those that it prints by name, outside of their section.
    private static final Set<String> PICKED =
            Set.of("TCPReqQFullDrop", "TCPSynRetrans", "TCPAbortOnClose", "TCPAbortOnData", "TCPAbortOnMemory");

    private static final List<String> SECTIONS = List.of(
            "ip:",
            "icmp:",
            "icmpmsg:",
            "tcp:",
            "udp:",
            "udplite:",
            "tcpext:",
            "ipext:",
            "mptcpext:",
            "ip6:",
            "icmp6:",
            "igmp:",
            "arp:",
            "ipsec:",
            "sctp:",
            "syncache:");

    private final CounterBook counters;
    private boolean inSection;

    NetstatStatistics(CounterBook counters) {
        this.counters = counters;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text();
        String lower = line.lower();
        if (SECTIONS.contains(lower.strip())
                || lower.matches("(ipv4|ipv6|icmpv4|icmpv6|tcp|udp) statistics( for ipv[46])?")) {
            inSection = true;
            return true;
        }
        inSection = inSection && (text.startsWith(" ") || text.startsWith("\t"));
        String spaced = text.replace('\t', ' ');
        Matcher counted = COUNTED.matcher(spaced);
        String name = counted.matches()
                ? NAMES.get(counted.group(2).toLowerCase(Locale.ROOT).strip())
                : null;
        if (name != null) {
            counters.add(name, Long.parseLong(counted.group(1)), line);
            return true;
        }
        Matcher named = NAMED.matcher(spaced);
        if (named.matches() && (inSection || PICKED.contains(named.group(1)))) {
            counters.add(named.group(1), Long.parseLong(named.group(2)), line);
            return true;
        }
        return inSection;
    }

    /// Another format's line between its own does not happen; a section then is over.
    @Override
    public void interrupted() {
        inSection = false;
    }
}
