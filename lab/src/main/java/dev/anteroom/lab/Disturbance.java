package dev.anteroom.lab;

import dev.anteroom.simulator.TimerModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How a run may differ from its script on a machine that is busy with other things too.
///
/// @param sway by how much a packet may be early or late
/// @param late by how much a step, an accept or a client that has lost its patience is late, and how wide a burst is
/// @param timers how punctual the retransmission timers are
/// @param seed decides which packet is how late
record Disturbance(Duration sway, Duration late, TimerModel timers, long seed) {
    /// How much of it every case has to bear.
    static final Duration USUAL = Duration.ofMillis(30);

    /// Kernels are built with one of these as CONFIG_HZ; what a timer wheel makes of a time-out depends on it.
    private static final List<TimerModel> TIMERS =
            List.of(TimerModel.EXACT, TimerModel.wheel(1000), TimerModel.wheel(250), TimerModel.wheel(100));

    private static final int SEEDS = 3;

    /// The disturbances of one size under which a case has to come out the same: every kind of timer, packets and
    /// programs on time and not.
    ///
    /// @param most by how much anything is early or late
    static List<Disturbance> upTo(Duration most) {
        List<Disturbance> all = new ArrayList<>();
        for (TimerModel timers : TIMERS) {
            all.add(new Disturbance(Duration.ZERO, Duration.ZERO, timers, 0));
            all.add(new Disturbance(Duration.ZERO, most, timers, 0));
            for (int seed = 1; seed <= SEEDS; seed++) {
                all.add(new Disturbance(most, seed % 2 == 0 ? most : Duration.ZERO, timers, seed));
            }
        }
        return all;
    }
}
