package dev.anteroom.capture;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tallies of a share of the connections, by the number of their listener.
final class Tallies {
    private @Nullable ListenerTally[] byListener = new @Nullable ListenerTally[4];

    ListenerTally get(int listener) {
        if (listener >= byListener.length) {
            byListener = Arrays.copyOf(byListener, Math.max(listener + 1, 2 * byListener.length));
        }
        ListenerTally known = byListener[listener];
        if (known == null) {
            known = new ListenerTally();
            byListener[listener] = known;
        }
        return known;
    }

    /// What all shares together counted of one listener.
    static ListenerTally sum(List<Tallies> shares, int listener) {
        ListenerTally sum = new ListenerTally();
        for (Tallies share : shares) {
            ListenerTally known = listener < share.byListener.length ? share.byListener[listener] : null;
            if (known != null) {
                sum.add(known);
            }
        }
        return sum;
    }
}
