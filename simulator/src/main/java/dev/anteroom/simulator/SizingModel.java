package dev.anteroom.simulator;

/// What a limit loses under one kind of load.
sealed interface SizingModel permits SizingBurst, SizingBursty, SizingReplay, SizingSteady {
    /// The probability of a loss, which falls as the limit grows: for steady arrivals that of one connection, for a
    /// burst or a pause that it loses one connection or more, for a trace the share of its connections.
    double lossAt(long limit);

    /// How many connections a limit turns away on average: of the burst, of the trace, or per second.
    double lostAt(long limit);

    /// How the two were found.
    SizingMethod method();
}
