package dev.anteroom.remedy;

import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.Setting;

/// The limit that a listener shall have, and where the number comes from.
///
/// @param limit 0 or more
/// @param origin a half sentence
public record Target(long limit, String origin) {
    /// What somaxconn is since Linux 5.4 where nobody sets it.
    private static final long KERNEL_DEFAULT = 4096;

    private static final long GUESS_FACTOR = 4;

    private static final String BETTER =
            "; --burst or --rate with --accept-rate here, or 'anteroom size', tell what the load needs";

    /// What is proposed where the user names neither a limit nor a load: as much as needs no change of the
    /// host, if
    /// that is more than there is. How many were turned away does not tell how many came at once, so nothing
    /// better
    /// can be concluded from the kernel's counters.
    public static Target usual(NamespaceEvidence namespace, ListenerEvidence listener) {
        long limit = listener.after().limit().orElse(0);
        long somaxconn = namespace.settings().value(Setting.SOMAXCONN).orElse(KERNEL_DEFAULT);
        if (limit < somaxconn) {
            return new Target(somaxconn, "as much as net.core.somaxconn allows there today" + BETTER);
        }
        if (somaxconn < KERNEL_DEFAULT) {
            return new Target(KERNEL_DEFAULT, "the kernel's own default of somaxconn since Linux 5.4" + BETTER);
        }
        return new Target(
                Math.min(GUESS_FACTOR * limit, Integer.MAX_VALUE), "four times the limit of now, a guess" + BETTER);
    }
}
