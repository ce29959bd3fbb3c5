package dev.anteroom.simulator;

import java.util.OptionalLong;
import java.util.function.LongPredicate;

/// Finds the first number for which something holds that, once true, stays true.
final class SizingSearch {
    private SizingSearch() {}

    /// @param least where to begin, tried first
    /// @param most the last number to try
    static OptionalLong smallest(long least, long most, LongPredicate holds) {
        if (holds.test(least)) {
            return OptionalLong.of(least);
        }
        long no = least;
        long yes = least;
        for (long step = 1; ; step *= 2) {
            yes = Math.min(most, least + step);
            if (holds.test(yes)) {
                break;
            }
            if (yes == most) {
                return OptionalLong.empty();
            }
            no = yes;
        }
        while (yes - no > 1) {
            long middle = no + (yes - no) / 2;
            if (holds.test(middle)) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return OptionalLong.of(yes);
    }
}
