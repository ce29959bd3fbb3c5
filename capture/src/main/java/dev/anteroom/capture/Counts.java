package dev.anteroom.capture;

import java.util.EnumMap;
import java.util.Map;

/// How often each of a few things was seen, and the first packet of the connection that began first of those that
/// showed it. Makes no object for each count.
final class Counts<E extends Enum<E>> {
    private final Class<E> type;
    private final Map<E, Seen> seen;

    /// One of the things.
    static final class Seen {
        private long count;
        private long firstPacket = Long.MAX_VALUE;

        long count() {
            return count;
        }

        long firstPacket() {
            return firstPacket;
        }
    }

    Counts(Class<E> type) {
        this.type = type;
        seen = new EnumMap<>(type);
    }

    void add(E what) {
        of(what).count++;
    }

    void add(E what, long firstPacket) {
        Seen known = of(what);
        known.count++;
        known.firstPacket = Math.min(known.firstPacket, firstPacket);
    }

    /// What others have counted, too.
    void add(Counts<E> others) {
        others.seen.forEach((what, theirs) -> {
            Seen known = of(what);
            known.count += theirs.count;
            known.firstPacket = Math.min(known.firstPacket, theirs.firstPacket);
        });
    }

    /// A count that is not a sum.
    void set(E what, long count, long firstPacket) {
        Seen known = of(what);
        known.count = count;
        known.firstPacket = Math.min(known.firstPacket, firstPacket);
    }

    private Seen of(E what) {
        Seen known = seen.get(what);
        if (known == null) {
            known = new Seen();
            seen.put(what, known);
        }
        return known;
    }

    long get(E what) {
        Seen known = seen.get(what);
        return known == null ? 0 : known.count;
    }

    Map<E, Seen> seen() {
        return seen;
    }

    /// The counts alone.
    Map<E, Long> told() {
        Map<E, Long> told = new EnumMap<>(type);
        seen.forEach((what, known) -> told.put(what, known.count));
        return told;
    }
}
