package dev.anteroom.bench;

import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A cause that can be staged here, with numbers drawn anew for each run.
///
/// @param name of the stage
/// @param cause what the explainer shall name
/// @param alsoTrue causes that are true of the same run: a server that is stopped also lets its queue overflow
/// @param settings of the server's host
/// @param roundTrip between the hosts, in milliseconds
/// @param loss the share of packets that the link loses
/// @param play what happens
record StagedCause(
        String name,
        String cause,
        List<String> alsoTrue,
        Map<Setting, Long> settings,
        int roundTrip,
        double loss,
        Play play) {

    /// What happens on the stage, between the first and the second reading of the counters.
    interface Play {
        void on(Stage stage, SplittableRandom random) throws Exception;
    }

    /// Where nothing was found.
    static final String NOTHING = "nothing wrong";

    static final Duration AT_ONCE = Duration.ZERO;
    static final int PATIENT = 15_000;

    static StagedCause plain(String cause, List<String> alsoTrue, Play play) {
        return with(Map.of(), 10, cause, alsoTrue, play);
    }

    static StagedCause with(
            Map<Setting, Long> settings, int roundTrip, String cause, List<String> alsoTrue, Play play) {
        return new StagedCause(cause, cause, alsoTrue, settings, roundTrip, 0, play);
    }

    /// The same cause, staged in another way.
    StagedCause as(String otherName) {
        return new StagedCause(otherName, cause, alsoTrue, settings, roundTrip, loss, play);
    }

    /// Whether it needs servers that Maven has to fetch.
    boolean ofOthers() {
        return name.endsWith("of Tomcat") || name.endsWith("of Jetty");
    }

    boolean isTrue(String named) {
        return named.equals(cause) || alsoTrue.contains(named);
    }
}
