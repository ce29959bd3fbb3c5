package dev.anteroom.lab;

import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.SplitMix64;
import dev.anteroom.simulator.Stack;
import java.util.Optional;
import java.util.Set;

/// Cases drawn by lot, without those that are racy by nature.
final class SoundCases {
    /// A draw is racy now and then, never for ever.
    private static final int MOST_RACY_IN_A_ROW = 1000;

    private final Stack stack;
    private final Set<Setting> settings;
    private final long seed;
    private final SplitMix64 random;
    private int drawn;
    private int racy;

    /// @param settings those of this kernel; the others are left out of what is drawn
    /// @param seed the same seed draws the same cases on any machine
    SoundCases(Stack stack, Set<Setting> settings, long seed) {
        this.stack = stack;
        this.settings = settings;
        this.seed = seed;
        this.random = new SplitMix64(seed);
    }

    /// A case that can be staged.
    ///
    /// @param name says of which seed it is which draw
    /// @param drawn what is in it
    /// @param forecast what the simulator says of it
    record Sound(String name, ConformanceCase drawn, Forecast forecast) {}

    /// The next one.
    Sound next() {
        for (int i = 0; i < MOST_RACY_IN_A_ROW; i++) {
            drawn++;
            ConformanceCase draw = ConformanceCase.draw(random).among(settings);
            Optional<Sound> sound = sound(draw, "conform-" + seed + "-" + drawn);
            if (sound.isPresent()) {
                return sound.get();
            }
            racy++;
        }
        throw new IllegalStateException("each of " + MOST_RACY_IN_A_ROW + " cases in a row is racy");
    }

    /// A given case, if it is not racy.
    Optional<Sound> sound(ConformanceCase given, String name) {
        Forecast forecast = new Forecast(given.scenario(name), stack, Disturbance.USUAL);
        return forecast.racy().isEmpty() ? Optional.of(new Sound(name, given, forecast)) : Optional.empty();
    }

    /// How many were drawn until now.
    int drawn() {
        return drawn;
    }

    /// How many of them were left out.
    int racy() {
        return racy;
    }
}
