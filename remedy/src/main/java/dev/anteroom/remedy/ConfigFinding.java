package dev.anteroom.remedy;

import java.util.Optional;
import java.util.OptionalLong;

/// One listen backlog in a configuration file, and what becomes of it.
///
/// @param file as it was named
/// @param line from 1
/// @param subject whose backlog it is: `listen 80`, `frontend web`
/// @param asks what is passed to listen(2); empty for as much as somaxconn allows
/// @param verdict whether it counts
/// @param text what becomes of it, in a sentence
/// @param corrected the line as it should be, or the line to add; empty if it is fine
public record ConfigFinding(
        String file,
        int line,
        String subject,
        OptionalLong asks,
        Verdict verdict,
        String text,
        Optional<String> corrected) {

    /// What becomes of it.
    public enum Verdict {
        /// It counts as it is.
        OK,
        /// somaxconn cuts it.
        CAPPED,
        /// Nobody set it, and the default is lower than somaxconn allows.
        DEFAULTED,
        /// It changes nothing.
        NO_EFFECT,
        /// The file, or this part of it, cannot be understood.
        UNREADABLE
    }

    /// One that is written down.
    static ConfigFinding written(String file, int line, String subject, long asks, long somaxconn) {
        if (asks < 0) {
            return new ConfigFinding(
                    file,
                    line,
                    subject,
                    OptionalLong.empty(),
                    Verdict.OK,
                    "as much as net.core.somaxconn allows: " + somaxconn,
                    Optional.empty());
        }
        if (asks > somaxconn) {
            return new ConfigFinding(
                    file,
                    line,
                    subject,
                    OptionalLong.of(asks),
                    Verdict.CAPPED,
                    asks + " becomes " + somaxconn + ": net.core.somaxconn caps it",
                    Optional.of(
                            "net.core.somaxconn = " + asks + "    (in /etc/sysctl.d, or as the container's sysctl)"));
        }
        return new ConfigFinding(
                file,
                line,
                subject,
                OptionalLong.of(asks),
                Verdict.OK,
                asks + " counts; a queue of that limit holds " + (asks + 1),
                Optional.empty());
    }

    /// One that nobody set.
    ///
    /// @param corrected the line that sets it to what somaxconn allows
    static ConfigFinding defaulted(String file, int line, String subject, long asks, long somaxconn, String corrected) {
        long limit = Math.min(asks, somaxconn);
        return new ConfigFinding(
                file,
                line,
                subject,
                OptionalLong.of(asks),
                Verdict.DEFAULTED,
                "not set, so " + asks + (asks > somaxconn ? ", which net.core.somaxconn caps to " + limit : "")
                        + "; net.core.somaxconn allows " + somaxconn,
                Optional.of(corrected));
    }

    /// One that leaves it to somaxconn by not being set.
    static ConfigFinding unlimited(String file, int line, String subject, long somaxconn) {
        return new ConfigFinding(
                file,
                line,
                subject,
                OptionalLong.empty(),
                Verdict.OK,
                "not set, which is as much as net.core.somaxconn allows: " + somaxconn,
                Optional.empty());
    }

    /// One that changes nothing.
    static ConfigFinding noEffect(String file, int line, String subject, String why) {
        return new ConfigFinding(file, line, subject, OptionalLong.empty(), Verdict.NO_EFFECT, why, Optional.empty());
    }

    /// A place that cannot be understood.
    static ConfigFinding unreadable(String file, int line, String why) {
        return new ConfigFinding(file, line, "", OptionalLong.empty(), Verdict.UNREADABLE, why, Optional.empty());
    }
}
