package dev.anteroom.capture;

import dev.anteroom.queue.Clue;
import dev.anteroom.queue.CounterStep;
import dev.anteroom.queue.Sign;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Readings of the kernel's counters, by the names of Linux without their group (`ListenOverflows`), and what
/// they show: the difference of the first and the last where there are two, otherwise values of unknown age.
///
/// The later of two readings is the one whose counters are higher. Where some are higher and some lower they
/// are not two readings of one host, or nstat printed steps instead of sums, and no difference is made.
final class CounterBook {
    private static final int MOST_READINGS = 1000;
    private static final int MOST_NAMES = 2000;

    /// Not zero where there is any TCP at all, of two groups; and nobody picks so many by hand.
    private static final Set<String> ALWAYS = Set.of("InSegs", "TCPOrigDataSent");

    private static final int MANY = 10;

    /// One reading, from the text and line where it began.
    private record Reading(Line start, Map<String, Long> values) {
        String place() {
            return start.source() + " " + start.where();
        }

        /// 0 also where it is not known.
        long value(String name) {
            return values.getOrDefault(name, 0L);
        }

        /// nstat and netstat leave out what is zero: where they list all there is, what is not there is known, too.
        boolean isKnown(String name) {
            return values.containsKey(name) || (values.keySet().containsAll(ALWAYS) && values.size() >= MANY);
        }
    }

    private final List<Reading> readings = new ArrayList<>();
    private Optional<Reading> current = Optional.empty();

    /// Takes a counter in. A name that the reading has already begins another.
    void add(String name, long value, Line line) {
        if (current.isPresent() && current.get().values.containsKey(name)) {
            end();
        }
        if (current.isEmpty()) {
            current = Optional.of(new Reading(line, new HashMap<>()));
        }
        if (current.get().values.size() < MOST_NAMES) {
            current.get().values.put(name, value);
        }
    }

    /// The reading is over.
    void end() {
        current.filter(_ -> readings.size() < MOST_READINGS).ifPresent(readings::add);
        current = Optional.empty();
    }

    List<Clue> clues() {
        List<Clue> clues = new ArrayList<>();
        Map<List<Boolean>, List<Reading>> kinds = new HashMap<>();
        readings.forEach(reading -> kinds.computeIfAbsent(
                        List.of(
                                reading.values.containsKey("ListenOverflows"),
                                reading.values.containsKey("BsdOverflows")),
                        _ -> new ArrayList<>())
                .add(reading));
        kinds.values().forEach(kind -> clues.addAll(clues(kind)));
        return clues;
    }

    private static List<Clue> clues(List<Reading> kind) {
        Reading first = kind.getFirst();
        Reading last = kind.getLast();
        boolean inOneFile = first.start.source().equals(last.start.source());
        Optional<Boolean> forward = (kind.size() == 1 ? Optional.<Boolean>empty() : forward(first, last))
                .filter(up -> up || !inOneFile); // lower further down: steps, as nstat without -a prints them
        if (forward.isEmpty()) {
            return kind.stream()
                    .flatMap(one -> new Judged(one).sinceBoot().stream())
                    .toList();
        }
        Reading earlier = forward.get() ? first : last;
        Reading later = forward.get() ? last : first;
        Map<String, Long> moved = new HashMap<>();
        Map<String, Long> alone = new HashMap<>();
        later.values.forEach((name, value) -> {
            if (earlier.isKnown(name)) {
                moved.put(name, CounterStep.between(earlier.value(name), value));
            } else {
                alone.put(name, value);
            }
        });
        String when = "from " + earlier.place() + " to " + later.place() + ", the later one";
        List<Clue> clues = new Judged(new Reading(later.start, moved), when).moved();
        clues.addAll(new Judged(new Reading(later.start, alone)).sinceBoot());
        return clues;
    }

    /// Whether the first reading is the earlier one; empty if they cannot be compared.
    private static Optional<Boolean> forward(Reading first, Reading last) {
        boolean up = false;
        boolean down = false;
        for (Map.Entry<String, Long> entry : first.values.entrySet()) {
            Long then = last.values.get(entry.getKey());
            if (then != null && !entry.getKey().equals("CurrEstab")) {
                up |= then > entry.getValue();
                down |= then < entry.getValue();
            }
        }
        return up && down ? Optional.empty() : Optional.of(!down);
    }

    /// Turns values into signs.
    private record Judged(Reading reading, String when) {
        Judged(Reading reading) {
            this(reading, "since the namespace was made, or since nstat last ran");
        }

        List<Clue> moved() {
            List<Clue> clues = new ArrayList<>();
            has("ListenOverflows")
                    .ifPresent(value -> put(
                            clues,
                            value > 0 ? Sign.LISTEN_OVERFLOWS_MOVED : Sign.LISTEN_OVERFLOWS_UNMOVED,
                            Math.max(1, value),
                            "ListenOverflows +" + value));
            has("ListenDrops")
                    .filter(value -> value == 0)
                    .ifPresent(_ -> put(clues, Sign.LISTEN_DROPS_UNMOVED, 1, "ListenDrops +0"));
            above(clues, Sign.LISTEN_DROPS_MOVED, otherDrops(), "ListenDrops less overflows and full SYN queues +");
            above(clues, Sign.SYN_QUEUE_DROPS_MOVED, value("TCPReqQFullDrop"), "TCPReqQFullDrop +");
            above(clues, Sign.SYN_COOKIES_SENT, value("SyncookiesSent"), "SyncookiesSent +");
            above(clues, Sign.SYN_COOKIES_RETURNED, value("SyncookiesRecv"), "SyncookiesRecv +");
            above(clues, Sign.SYN_COOKIES_FAILED, value("SyncookiesFailed"), "SyncookiesFailed +");
            above(clues, Sign.EMBRYONIC_RESETS_MOVED, value("EmbryonicRsts"), "EmbryonicRsts +");
            above(clues, Sign.ABORTED_ON_CLOSE_MOVED, value("TCPAbortOnClose"), "TCPAbortOnClose +");
            above(clues, Sign.ABORTED_ON_DATA_MOVED, value("TCPAbortOnData"), "TCPAbortOnData +");
            above(clues, Sign.ABORTED_ON_MEMORY_MOVED, value("TCPAbortOnMemory"), "TCPAbortOnMemory +");
            above(clues, Sign.SYN_ACKS_REPEATED_MOVED, value("TCPSynRetrans"), "TCPSynRetrans +");
            above(clues, Sign.RETRANSMISSIONS_MOVED, repeatedAfterHandshake(), "RetransSegs less TCPSynRetrans +");
            above(clues, Sign.RESETS_SENT_MOVED, value("OutRsts"), "OutRsts +");
            above(
                    clues,
                    Sign.QUEUED_CONNECTIONS_RESET_MOVED,
                    Math.min(value("EstabResets"), value("OutRsts")),
                    "EstabResets and OutRsts each at least +");
            above(clues, Sign.OVERFLOWS_OF_ANOTHER_STACK, value("BsdOverflows"), "listen queue overflows +");
            return clues;
        }

        List<Clue> sinceBoot() {
            List<Clue> clues = new ArrayList<>();
            above(clues, Sign.LISTEN_OVERFLOWS_SINCE_BOOT, value("ListenOverflows"), "ListenOverflows ");
            above(clues, Sign.LISTEN_DROPS_SINCE_BOOT, otherDrops(), "ListenDrops less overflows and full SYN queues ");
            above(clues, Sign.SYN_QUEUE_DROPS_SINCE_BOOT, value("TCPReqQFullDrop"), "TCPReqQFullDrop ");
            above(clues, Sign.SYN_COOKIES_SINCE_BOOT, value("SyncookiesSent"), "SyncookiesSent ");
            above(clues, Sign.OVERFLOWS_OF_ANOTHER_STACK, value("BsdOverflows"), "listen queue overflows ");
            return clues;
        }

        /// 0 also where it is not known: ListenDrops alone counts what overflowed, too.
        private long otherDrops() {
            return reading.isKnown("ListenOverflows") && reading.isKnown("TCPReqQFullDrop")
                    ? value("ListenDrops") - value("ListenOverflows") - value("TCPReqQFullDrop")
                    : 0;
        }

        private long repeatedAfterHandshake() {
            return reading.isKnown("TCPSynRetrans") ? value("RetransSegs") - value("TCPSynRetrans") : 0;
        }

        private void above(List<Clue> clues, Sign sign, long value, String words) {
            if (value > 0) {
                put(clues, sign, value, words + value);
            }
        }

        private void put(List<Clue> clues, Sign sign, long count, String words) {
            clues.add(new Clue(sign, reading.start.source(), reading.start.where(), count, words + ", " + when));
        }

        private Optional<Long> has(String name) {
            return Optional.ofNullable(reading.values.get(name));
        }

        private long value(String name) {
            return reading.value(name);
        }
    }
}
