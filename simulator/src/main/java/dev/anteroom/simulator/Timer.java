package dev.anteroom.simulator;

import org.jspecify.annotations.Nullable;

/// A timer of a connection: it is due once at most.
final class Timer {
    /// When it fires, NEVER if it does not.
    long due = Agenda.NEVER;

    /// Where its event waits, if it can be taken out there.
    @Nullable
    Lane lane;

    long number;
}
