package dev.anteroom.queue;

import java.time.Duration;
import java.util.List;

/// What is known of the queues of a host over a window of time: the one input of every diagnosis.
///
/// @param kernel the kernel whose rules hold
/// @param window the time between the two looks at each listener; zero if there was only one look
/// @param namespaces what was seen, the observer's own namespace first
/// @param notMeasured what could not be seen
public record Evidence(
        KernelVersion kernel, Duration window, List<NamespaceEvidence> namespaces, List<NotMeasured> notMeasured) {

    /// Below this a window is told in milliseconds.
    private static final long MILLIS_IN_SECONDS = 500;

    public Evidence {
        namespaces = List.copyOf(namespaces);
        notMeasured = List.copyOf(notMeasured);
    }

    /// How long the window was, in words: `1.0 s`, `50 ms`.
    public String windowText() {
        long millis = Math.round(window.toNanos() / 1e6);
        return millis < MILLIS_IN_SECONDS ? millis + " ms" : Math.round(millis / 100.0) / 10.0 + " s";
    }
}
