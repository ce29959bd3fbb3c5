package dev.anteroom.diagnosis;

import java.util.List;

/// The state of one listener in a word or two, gravest first.
public enum Verdict {
    FULL_AND_DROPPING("FULL, DROPPING"),
    FULL("FULL"),
    DROPPING("DROPPING"),
    STALLED("NOT ACCEPTING"),
    DROPPED_BEFORE("dropped before"),
    ATTENTION("see below"),
    OK("ok");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    /// As a table shows it: capitals for what goes on now.
    public String text() {
        return text;
    }

    /// The verdict on a listener.
    ///
    /// @param own the findings about it
    public static Verdict of(List<Finding> own) {
        boolean full = has(own, Cause.ACCEPT_QUEUE_FULL);
        boolean dropping =
                own.stream().anyMatch(finding -> isDrop(finding.cause()) && finding.severity() == Severity.CRITICAL);
        boolean dropped =
                own.stream().anyMatch(finding -> isDrop(finding.cause()) && finding.severity() == Severity.WARNING);
        if (full || dropping) {
            return full && dropping ? FULL_AND_DROPPING : full ? FULL : DROPPING;
        }
        if (has(own, Cause.ACCEPTOR_STALLED)) {
            return STALLED;
        }
        if (dropped) {
            return DROPPED_BEFORE;
        }
        return own.isEmpty() ? OK : ATTENTION;
    }

    private static boolean isDrop(Cause cause) {
        return switch (cause) {
            case ACCEPT_QUEUE_OVERFLOW,
                    SYN_QUEUE_OVERFLOW,
                    SYN_REFUSED_BY_MAX_SYN_BACKLOG,
                    DROPS_FOR_ANOTHER_REASON,
                    DROPS_UNATTRIBUTED -> true;
            default -> false;
        };
    }

    private static boolean has(List<Finding> findings, Cause cause) {
        return findings.stream().anyMatch(finding -> finding.cause() == cause);
    }
}
