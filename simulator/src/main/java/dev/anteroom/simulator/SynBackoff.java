package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.ClientRules.SynSchedule;
import java.time.Duration;

/// How long a client waits for the answer to each of its SYNs, and when it gives up.
final class SynBackoff {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MAX_TIMEOUT = Duration.ofMinutes(2).toNanos();
    private static final int MAX_DOUBLINGS = 30;

    private final long first;
    private final long retries;
    private final long linear;
    private final long longestWait;

    SynBackoff(HostModel host) {
        ClientRules rules = host.stack().client();
        first = rules.synTimeout().toNanos();
        retries = host.settings().getOrDefault(Setting.TCP_SYN_RETRIES, (long) rules.synRetries());
        linear = rules.schedule() == SynSchedule.LINEAR_THEN_DOUBLES
                ? host.settings().getOrDefault(Setting.TCP_SYN_LINEAR_TIMEOUTS, (long) rules.linearTimeouts())
                : 0;
        // With linear time-outs the retries alone set a second bound: the time that they would take by doubling.
        longestWait = linear > 0 ? ((1L << Math.min(retries + 1, MAX_DOUBLINGS)) - 1) * SECOND : Agenda.NEVER;
    }

    /// The wait after the first SYN.
    long first() {
        return first;
    }

    /// Whether a client gives up at a time-out.
    ///
    /// @param sentAgain how often it has sent its SYN again
    /// @param waited since the first SYN, in nanoseconds
    boolean givesUp(int sentAgain, long waited) {
        return sentAgain >= retries + linear || waited >= longestWait;
    }

    /// The wait after the SYN was sent again.
    ///
    /// @param sentAgain how often, this time included
    long after(int sentAgain) {
        long doublings = Math.clamp(sentAgain - linear, 0, MAX_DOUBLINGS);
        return Math.min(first << doublings, MAX_TIMEOUT);
    }
}
