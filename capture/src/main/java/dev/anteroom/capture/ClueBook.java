package dev.anteroom.capture;

import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Sign;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The clues found so far: the same sign at the same port of the same source is one, with its first place and the
/// number of them.
final class ClueBook {
    private static final int MOST = 10_000;
    private static final int LONGEST_WORDS = 300;

    private record Key(Sign sign, String source, OptionalInt port) {}

    private final Map<Key, Clue> found = new LinkedHashMap<>();

    void add(Sign sign, Line line, OptionalInt port) {
        add(sign, line, port, 1, line.text().strip());
    }

    void add(Sign sign, Line line, OptionalInt port, long count, String words) {
        Key key = new Key(sign, line.source(), port);
        Clue known = found.get(key);
        if (known == null && found.size() >= MOST) {
            return;
        }
        String kept = words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS) + "…";
        found.put(
                key,
                known == null
                        ? new Clue(sign, line.source(), line.where(), count, kept, port)
                        : new Clue(sign, known.source(), known.where(), known.count() + count, known.words(), port));
    }

    List<Clue> all() {
        return List.copyOf(found.values());
    }
}
