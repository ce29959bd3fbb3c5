package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lines of the kernel's log: Linux (`net/ipv4/tcp_input.c` tcp_syn_flood_action,
/// `net/netfilter/nf_conntrack_core.c`, `net/ipv4/tcp.c`), FreeBSD and macOS (`sonewconn`). They stay in the
/// log for days: evidence that it happened, not that it happened now.
final class KernelLog implements TextFormat {
    private static final Pattern SYN_FLOOD = Pattern.compile(
            "(?i)possible syn flooding on port (?:\\S{0,64}[:.])?(\\d{1,5})\\. ?(Sending cookies|Dropping request)?");
    private static final Pattern BSD_OVERFLOW = Pattern.compile("(?i)listen queue overflow: ");

    private final ClueBook clues;

    KernelLog(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        String lower = line.lower();
        Matcher flood = SYN_FLOOD.matcher(line.text());
        if (flood.find()) {
            boolean drops = lower.contains("dropping request");
            clues.add(drops ? Sign.SYN_FLOOD_DROPS_LOGGED : Sign.SYN_FLOOD_LOGGED, line, Ports.number(flood.group(1)));
            return true;
        }
        Sign sign = sign(lower);
        if (sign == null) {
            return false;
        }
        clues.add(sign, line, OptionalInt.empty());
        return true;
    }

    private static @Nullable Sign sign(String lower) {
        if (lower.contains("conntrack: table full")
                || (lower.contains("nf_conntrack: ") && lower.contains("dropping packet"))) {
            return Sign.CONNTRACK_FULL;
        }
        if (lower.contains("tcp: too many orphaned sockets") || lower.contains("too many of orphaned sockets")) {
            return Sign.ORPHANS_LOGGED;
        }
        if (lower.contains("tcp: out of memory")) {
            return Sign.TCP_MEMORY_LOGGED;
        }
        if (lower.contains("out of memory: kill") || lower.contains("oom-kill:")) {
            return Sign.PROCESS_KILLED_FOR_MEMORY;
        }
        return BSD_OVERFLOW.matcher(lower).find() ? Sign.LISTEN_OVERFLOW_LOGGED : null;
    }
}
