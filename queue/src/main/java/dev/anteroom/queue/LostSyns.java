package dev.anteroom.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The fingerprint that lost SYNs leave in connect times: those who got in late did so when their kernel sent the
/// SYN again, and so at a few moments only.
///
/// @param peaks of the connections that were made after their SYN was sent again, by how often it was
/// @param schedule whose clock the peaks follow
public record LostSyns(List<Peak> peaks, Schedule schedule) {
    public LostSyns {
        peaks = List.copyOf(peaks);
    }

    /// Connections whose SYN was sent again equally often.
    ///
    /// @param retransmissions how often, at least once
    /// @param connections how many connections
    /// @param median after which time they were made, half of them earlier
    public record Peak(int retransmissions, int connections, Duration median) {}

    /// When a client's kernel sends a SYN again, in seconds after the first (`net/ipv4/tcp_timer.c`).
    public enum Schedule {
        /// Linux 6.5 and later, with tcp_syn_linear_timeouts at its default of 4.
        LINEAR_FIRST("1, 2, 3, 4, 5, 7, 11, 19 s", List.of(1, 2, 3, 4, 5, 7, 11, 19, 35, 67)),
        /// Linux before 6.5, or tcp_syn_linear_timeouts 0.
        DOUBLING("1, 3, 7, 15, 31 s", List.of(1, 3, 7, 15, 31, 63)),
        /// The first second only, which both have in common.
        EITHER("1 s", List.of(1)),
        /// None of these: another first time-out, or another system.
        UNKNOWN("", List.of());

        /// How far from its moment a peak may be, as a part of it: timers are late, never early.
        private static final double TOLERANCE = 0.2;

        private final String text;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<Integer> seconds;

        Schedule(String text, List<Integer> seconds) {
            this.text = text;
            this.seconds = seconds;
        }

        /// Its first moments: `1, 3, 7, 15, 31 s`; empty if unknown.
        public String text() {
            return text;
        }

        private boolean explains(Peak peak) {
            int place = peak.retransmissions - 1;
            return place < seconds.size()
                    && Math.abs(peak.median.toNanos() / 1e9 - seconds.get(place)) <= TOLERANCE * seconds.get(place);
        }
    }

    /// What the fates show; empty if no connection was made after its SYN was sent again.
    public static Optional<LostSyns> of(List<ConnectionFate> fates) {
        SortedMap<Integer, List<Duration>> times = new TreeMap<>();
        for (ConnectionFate fate : fates) {
            int retransmissions = fate.synRetransmissions().orElse(0);
            if (retransmissions > 0 && fate.connected().isPresent()) {
                times.computeIfAbsent(retransmissions, _ -> new ArrayList<>())
                        .add(fate.connected().get());
            }
        }
        if (times.isEmpty()) {
            return Optional.empty();
        }
        List<Peak> peaks = times.entrySet().stream()
                .map(entry -> new Peak(entry.getKey(), entry.getValue().size(), median(entry.getValue())))
                .toList();
        return Optional.of(new LostSyns(peaks, schedule(peaks)));
    }

    /// The fingerprint of the SYNs themselves.
    ///
    /// @param peaks when each SYN was sent again, from the first
    public static LostSyns ofSyns(List<Peak> peaks) {
        return new LostSyns(peaks, schedule(peaks));
    }

    private static Schedule schedule(List<Peak> peaks) {
        for (Schedule candidate : List.of(Schedule.EITHER, Schedule.LINEAR_FIRST, Schedule.DOUBLING)) {
            if (peaks.stream().allMatch(candidate::explains)) {
                return candidate;
            }
        }
        return Schedule.UNKNOWN;
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElse(Duration.ZERO);
    }

    /// How many connections are in the peaks together.
    public int connections() {
        return peaks.stream().mapToInt(Peak::connections).sum();
    }
}
