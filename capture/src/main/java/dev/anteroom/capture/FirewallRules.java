package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The counters of firewall rules: `iptables -nvL`, `iptables-save -c`, `nft list ruleset`, and those of
/// connection tracking, `conntrack -S`. A rule without a counter shows nothing.
final class FirewallRules implements TextFormat {
    private static final Pattern LISTED =
            Pattern.compile("^ *(\\d{1,12}[KMGT]?) +\\d{1,12}[KMGT]? +(DROP|REJECT) +(?:tcp|all|0|6) .{0,400}$");
    private static final Pattern SAVED =
            Pattern.compile("^\\[(\\d{1,18}):\\d{1,18}\\] -A .{0,400} -j (DROP|REJECT)\\b.{0,200}$");
    private static final Pattern POLICY =
            Pattern.compile("^Chain \\S{1,40} \\(policy (DROP|REJECT) (\\d{1,12}[KMGT]?) .*");
    private static final Pattern NFT =
            Pattern.compile("^.{0,400}?counter packets (\\d{1,18}) bytes \\d{1,18}.{0,200}? (drop|reject)\\b.*");
    private static final Pattern PORT = Pattern.compile("(?:dpt:|--dport |dport (?:\\{ )?|dports )(\\d{1,5})(?!\\d)");
    private static final Pattern SOURCE =
            Pattern.compile("(?<= )!?(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9a-f]{0,4}:[0-9a-f:]{1,36})(?:/\\d{1,3})?(?= )");
    private static final Pattern CONNTRACK = Pattern.compile("^cpu=\\d{1,4}\\s.{0,300}\\bdrop=(\\d{1,18})\\b.*");

    private final ClueBook clues;
    private Optional<Line> rules = Optional.empty();
    private boolean counted;

    FirewallRules(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String text = line.text();
        for (Pattern form : new Pattern[] {LISTED, SAVED, NFT}) {
            Matcher rule = form.matcher(text);
            if (rule.matches()) {
                rule(line, rule.group(1), rule.group(2));
                return true;
            }
        }
        Matcher policy = POLICY.matcher(text);
        if (policy.matches()) {
            rule(line, policy.group(2), policy.group(1));
            return true;
        }
        Matcher conntrack = CONNTRACK.matcher(text);
        if (conntrack.matches()) {
            if (!isZero(conntrack.group(1))) {
                clues.add(Sign.CONNTRACK_FULL, line, OptionalInt.empty());
            }
            return true;
        }
        return isRuleset(line, text);
    }

    private boolean isRuleset(Line line, String text) {
        boolean start = text.matches("Chain \\S{1,40} \\(.{0,80}\\)")
                || text.matches("table (?:ip|ip6|inet|arp|bridge|netdev) \\S{1,60} \\{")
                || text.startsWith("*filter");
        if (start && rules.isEmpty()) {
            rules = Optional.of(line);
        }
        return start
                || (rules.isPresent()
                        && (text.contains("pkts")
                                || text.matches("^ *\\d{1,12}[KMGT]? +\\d{1,12}[KMGT]? .{0,400}")
                                || text.startsWith("\t")
                                || text.equals("}")
                                || text.startsWith("[")
                                || text.startsWith(":")
                                || text.equals("COMMIT")));
    }

    private void rule(Line line, String packets, String verdict) {
        if (rules.isEmpty()) {
            rules = Optional.of(line);
        }
        if (isZero(packets)) {
            return;
        }
        counted = true;
        Matcher named = PORT.matcher(line.text());
        OptionalInt port = named.find() ? Ports.number(named.group(1)) : OptionalInt.empty();
        boolean drop = verdict.equalsIgnoreCase("drop");
        if (isOfSomeSources(line.text())) {
            port = OptionalInt.empty(); // whether the client is among them is not known
        }
        Sign sign = port.isPresent()
                ? drop ? Sign.FIREWALL_DROP_COUNTED : Sign.FIREWALL_REJECT_COUNTED
                : drop ? Sign.FIREWALL_DROPS_SOMETHING : Sign.FIREWALL_REJECTS_SOMETHING;
        clues.add(sign, line, port);
    }

    /// Whether the rule is for some source addresses only. In a list the first address is the source.
    private static boolean isOfSomeSources(String text) {
        if (NFT.matcher(text).matches() || SAVED.matcher(text).matches()) {
            return text.contains(" saddr ") || text.contains(" -s ");
        }
        Matcher source = SOURCE.matcher(text);
        return source.find()
                && !source.group().equals("0.0.0.0/0")
                && !source.group().equals("::/0");
    }

    private static boolean isZero(String packets) {
        return packets.chars().allMatch(c -> c == '0');
    }

    @Override
    public void interrupted() {}

    @Override
    public void end() {
        if (!counted) {
            rules.ifPresent(line -> clues.add(
                    Sign.FIREWALL_COUNTED_NOTHING, line, OptionalInt.empty(), 1, "no rule here dropped or rejected"));
        }
        rules = Optional.empty();
    }
}
