package dev.anteroom.remedy;

import java.util.List;

/// The same surge before and after a change.
///
/// @param place where both were fired
/// @param subject at what, as a table names it
/// @param changes what was changed in between, one sentence each
/// @param commands what makes the same change to the real thing, or takes it back
/// @param before the surge before it
/// @param after the surge after it
public record Verification(
        Place place, String subject, List<String> changes, List<String> commands, Trial before, Trial after) {

    public Verification {
        changes = List.copyOf(changes);
        commands = List.copyOf(commands);
    }

    /// Where the two surges were fired.
    public enum Place {
        LISTENER("the running listener"),
        COPY("a copy in the lab"),
        SCENARIO("a scenario of the lab");

        private final String text;

        Place(String text) {
            this.text = text;
        }

        /// In words.
        public String text() {
            return text;
        }
    }

    /// What the two surges say of the change.
    public enum Verdict {
        GONE("loss gone"),
        SMALLER("loss smaller, not gone"),
        NO_CHANGE("no change"),
        LARGER("loss larger"),
        NONE_EITHER_TIME("no loss, neither before nor after: this surge does not try the queue");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        /// In words.
        public String text() {
            return text;
        }
    }

    /// Clients first; where they were as many both times, the segments that were refused.
    public Verdict verdict() {
        if (after.isClean()) {
            return before.isClean() ? Verdict.NONE_EITHER_TIME : Verdict.GONE;
        }
        int change = Long.compare(turnedAway(after), turnedAway(before));
        int segments = Long.compare(after.drops().orElse(0), before.drops().orElse(0));
        int direction = change == 0 ? segments : change;
        return direction == 0 ? Verdict.NO_CHANGE : direction < 0 ? Verdict.SMALLER : Verdict.LARGER;
    }

    private static long turnedAway(Trial trial) {
        return trial.lost() + trial.late();
    }
}
