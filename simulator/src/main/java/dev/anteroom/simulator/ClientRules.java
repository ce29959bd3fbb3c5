package dev.anteroom.simulator;

import java.time.Duration;
import java.util.List;

/// What a stack does as a client.
///
/// @param schedule how the SYN time-outs grow
/// @param synTimeout the first SYN time-out
/// @param synRetries how often the time-out doubles before the client gives up (net.ipv4.tcp_syn_retries)
/// @param linearTimeouts how many time-outs come before the doubling begins (net.ipv4.tcp_syn_linear_timeouts)
/// @param onReset what it makes of a reset that answers its SYN
/// @param dataTimeoutFloor the least data time-out beyond the round trip
/// @param probesTail whether unanswered data is sent once more before the time-outs double
public record ClientRules(
        SynSchedule schedule,
        Duration synTimeout,
        int synRetries,
        int linearTimeouts,
        ResetRule onReset,
        Duration dataTimeoutFloor,
        boolean probesTail) {

    /// The rules that are more than a number.
    public List<Rule> rules() {
        return List.of(schedule, onReset);
    }

    /// How the SYN time-outs grow.
    public enum SynSchedule implements Rule {
        DOUBLES("each time-out is twice the one before", "net/ipv4/tcp_timer.c tcp_write_timeout; 2.2 to 6.4"),
        LINEAR_THEN_DOUBLES(
                "tcp_syn_linear_timeouts time-outs of one second, then each is twice the one before; gives up after"
                        + " 2^(retries + 1) - 1 seconds at the latest",
                "net/ipv4/tcp_timer.c tcp_retransmit_timer, retransmits_timed_out; 6.5 (ccce324dabfe)"),
        BSD("each time-out is twice the one before", "netinet/tcp_timer.c; constants from memory"),
        WINDOWS("each time-out is twice the one before", "constants from memory");

        private final String says;
        private final String source;

        SynSchedule(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }

    /// What a client makes of a reset that answers its SYN.
    public enum ResetRule implements Rule {
        REFUSED("the connection is refused at once", "net/ipv4/tcp_input.c tcp_rcv_synsent_state_process; RFC 9293"),
        TRIES_AGAIN(
                "the SYN is sent again half a second later, three times, before the connection counts as refused",
                "KB175523; the half second is from memory");

        private final String says;
        private final String source;

        ResetRule(String says, String source) {
            this.says = says;
            this.source = source;
        }

        @Override
        public String says() {
            return says;
        }

        @Override
        public String source() {
            return source;
        }
    }
}
