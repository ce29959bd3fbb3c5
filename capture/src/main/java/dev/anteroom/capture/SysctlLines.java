package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Settings as `sysctl` prints them: `net.ipv4.tcp_syncookies = 1`.
final class SysctlLines implements TextFormat {
    private static final Pattern SETTING =
            Pattern.compile("^((?:net|kern|vm|fs)\\.[\\w.]{2,80}) ?[=:] ?(-?\\d{1,18}(?:\\s-?\\d{1,18}){0,8})$");

    private final ClueBook clues;
    private OptionalLong tracked = OptionalLong.empty();
    private OptionalLong trackedAtMost = OptionalLong.empty();

    SysctlLines(ClueBook clues) {
        this.clues = clues;
    }

    @Override
    public boolean take(Line line) {
        Matcher setting = SETTING.matcher(line.text().strip());
        if (!setting.matches()) {
            return false;
        }
        sign(setting.group(1) + "=" + setting.group(2)).ifPresent(sign -> clues.add(sign, line, OptionalInt.empty()));
        conntrack(setting, line);
        return true;
    }

    private static Optional<Sign> sign(String setting) {
        return switch (setting) {
            case "net.ipv4.tcp_abort_on_overflow=1" -> Optional.of(Sign.ABORT_ON_OVERFLOW_ON);
            case "net.ipv4.tcp_abort_on_overflow=0" -> Optional.of(Sign.ABORT_ON_OVERFLOW_OFF);
            case "net.ipv4.tcp_syncookies=0" -> Optional.of(Sign.COOKIES_OFF);
            case "net.ipv4.tcp_syncookies=1" -> Optional.of(Sign.COOKIES_ON);
            case "net.ipv4.tcp_syncookies=2" -> Optional.of(Sign.COOKIES_ALWAYS);
            default -> Optional.empty();
        };
    }

    private void conntrack(Matcher setting, Line line) {
        boolean count = setting.group(1).endsWith(".nf_conntrack_count");
        if (!count && !setting.group(1).endsWith(".nf_conntrack_max")) {
            return;
        }
        OptionalLong value = OptionalLong.of(Long.parseLong(setting.group(2).replaceFirst("\\s.*", "")));
        tracked = count ? value : tracked;
        trackedAtMost = count ? trackedAtMost : value;
        if (tracked.isPresent() && trackedAtMost.isPresent() && tracked.getAsLong() >= trackedAtMost.getAsLong()) {
            clues.add(
                    Sign.CONNTRACK_FULL_NOW,
                    line,
                    OptionalInt.empty(),
                    1,
                    "nf_conntrack_count " + tracked.getAsLong() + " of nf_conntrack_max " + trackedAtMost.getAsLong());
        }
    }
}
