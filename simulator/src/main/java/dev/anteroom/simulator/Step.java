package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.Map;

/// A change of the server while the surge runs.
public sealed interface Step {
    /// When, from the start of the surge.
    Duration at();

    /// Sysctls are written. somaxconn counts at the next listen(2), the others at once.
    ///
    /// @param settings the new values
    record Write(Duration at, Map<Setting, Long> settings) implements Step {
        public Write {
            settings = Map.copyOf(settings);
        }
    }

    /// Every listener calls listen(2) again. What waits in its queues stays.
    ///
    /// @param backlog the argument
    record ListenAgain(Duration at, int backlog) implements Step {}

    /// Every listener is closed. What waits for accept(2) is reset, and so is whatever comes later.
    record Close(Duration at) implements Step {}
}
