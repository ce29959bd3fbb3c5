package dev.anteroom.diagnosis;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Sign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One cause that may lie behind what was seen: the signs that prove it, those that make it likely or possible,
/// those that rule it out, and the measurement that would settle it.
///
/// @param cause its stable id
/// @param summary one sentence; `PORT` stands for the port
/// @param rules the first that holds gives the certainty; ordered by it
/// @param ruledOutBy signs that exclude it, each with the signs beside which it does not
/// @param refutedBy the same in words, for what was not looked at
/// @param next a command or a place to look; `PORT` stands for the port
record Suspect(
        String cause,
        String summary,
        List<Rule> rules,
        Map<Sign, Set<Sign>> ruledOutBy,
        List<String> refutedBy,
        String next) {

    /// A conclusion that holds if every part has at least one of its signs, and none of some others was seen.
    record Rule(Certainty certainty, List<Set<Sign>> parts, Set<Sign> unless) {

        boolean holds(Set<Sign> seen) {
            return unless.stream().noneMatch(seen::contains)
                    && parts.stream().allMatch(part -> part.stream().anyMatch(seen::contains));
        }
    }

    /// The strongest conclusion that what was seen allows.
    Optional<Rule> judge(Set<Sign> seen) {
        boolean ruledOut = ruledOutBy.entrySet().stream()
                .anyMatch(entry -> seen.contains(entry.getKey())
                        && entry.getValue().stream().noneMatch(seen::contains));
        return ruledOut
                ? Optional.empty()
                : rules.stream().filter(rule -> rule.holds(seen)).findFirst();
    }

    /// Every sign that any of its rules knows.
    Set<Sign> signs() {
        Set<Sign> signs = EnumSet.noneOf(Sign.class);
        rules.forEach(rule -> rule.parts.forEach(signs::addAll));
        return signs;
    }

    static Writing of(String cause, String summary) {
        return new Writing(cause, summary);
    }

    /// One of these signs.
    static Set<Sign> any(Sign... signs) {
        return Set.of(signs);
    }

    /// One of either.
    @SafeVarargs
    static Set<Sign> either(Set<Sign>... sets) {
        Set<Sign> all = EnumSet.noneOf(Sign.class);
        for (Set<Sign> set : sets) {
            all.addAll(set);
        }
        return all;
    }

    /// A suspect while it is being written down.
    static final class Writing {
        private final String cause;
        private final String summary;
        private final List<Rule> rules = new ArrayList<>();
        private final Map<Sign, Set<Sign>> ruledOutBy = new EnumMap<>(Sign.class);
        private final List<String> refutedBy = new ArrayList<>();

        private Writing(String cause, String summary) {
            this.cause = cause;
            this.summary = summary;
        }

        @SafeVarargs
        final Writing proved(Set<Sign>... parts) {
            List<Set<Sign>> all = new ArrayList<>();
            for (Set<Sign> part : parts) {
                all.add(part);
            }
            return rule(Certainty.PROVED, all);
        }

        @SafeVarargs
        final Writing likely(Set<Sign>... parts) {
            List<Set<Sign>> all = new ArrayList<>();
            for (Set<Sign> part : parts) {
                all.add(part);
            }
            return rule(Certainty.LIKELY, all);
        }

        /// The rule before this one does not hold beside any of these.
        Writing unless(Set<Sign> signs) {
            Rule last = rules.removeLast();
            rules.add(new Rule(last.certainty, last.parts, signs));
            return this;
        }

        /// Each of these signs alone.
        Writing possible(Set<Sign> signs) {
            rules.add(new Rule(Certainty.POSSIBLE, List.of(signs), Set.of()));
            return this;
        }

        private Writing rule(Certainty certainty, List<Set<Sign>> parts) {
            rules.add(new Rule(certainty, List.copyOf(parts), Set.of()));
            return this;
        }

        Writing ruledOutBy(Sign... signs) {
            Arrays.stream(signs).forEach(sign -> ruledOutBy.put(sign, Set.of()));
            return this;
        }

        /// A sign that excludes it, but not beside these: then both were seen, on different connections.
        Writing ruledOutUnless(Sign sign, Sign... beside) {
            ruledOutBy.put(sign, Set.of(beside));
            return this;
        }

        Writing refutedBy(String... words) {
            refutedBy.addAll(List.of(words));
            return this;
        }

        Suspect next(String measurement) {
            rules.sort((one, other) -> one.certainty.compareTo(other.certainty));
            return new Suspect(
                    cause, summary, List.copyOf(rules), Map.copyOf(ruledOutBy), List.copyOf(refutedBy), measurement);
        }
    }
}
