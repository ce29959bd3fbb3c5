package dev.anteroom.diagnosis;

import dev.anteroom.queue.HostProcess;
import java.util.List;
import java.util.OptionalLong;

/// Where the program behind a listener takes the backlog from that it passes to listen(2).
///
/// @param setting what to change, in the program's own words
/// @param defaultBacklog what it asks for when nobody set it; empty where that depends on something else
record ListenKnob(String setting, OptionalLong defaultBacklog) {
    private static final ListenKnob UNKNOWN = new ListenKnob(
            "the program's own setting for the backlog, the second argument of listen(2)", OptionalLong.empty());

    /// The knob of a listener's first process, from the [ServerSoftware#catalogue()].
    static ListenKnob of(List<HostProcess> processes) {
        return processes.stream()
                .findFirst()
                .flatMap(process -> ServerSoftware.recognise(process, List.of()))
                .map(row -> new ListenKnob(row.advice(), row.defaultBacklog()))
                .orElse(UNKNOWN);
    }
}
