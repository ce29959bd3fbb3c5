package dev.anteroom.lab;

import dev.anteroom.queue.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One mapping of a scenario while it is read: typed values, bounds, and at the end what nobody asked for.
final class Fields {
    private final String path;
    private final Tree.Mapping mapping;
    private final Set<String> asked = new LinkedHashSet<>();

    /// @param path how errors name it: `server`; empty for the whole document
    Fields(String path, Tree.Mapping mapping) {
        this.path = path;
        this.mapping = mapping;
    }

    /// Whether a value is there.
    boolean has(String name) {
        asked.add(name);
        return mapping.entries().containsKey(name);
    }

    private Optional<Tree> value(String name) {
        asked.add(name);
        return Optional.ofNullable(mapping.entries().get(name));
    }

    /// A mapping; an empty one if it is not there.
    Fields fields(String name) throws ScenarioException {
        Tree value = value(name).orElse(new Tree.Mapping(mapping.place(), Map.of()));
        if (value instanceof Tree.Mapping inner) {
            return new Fields(label(name), inner);
        }
        throw wrong(name, value, "values by name, as in '{ delay: 20ms }'");
    }

    /// The mapping itself.
    Tree.Mapping mapping() {
        return mapping;
    }

    /// A text.
    Optional<String> text(String name) throws ScenarioException {
        Optional<Tree> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof Tree.Scalar scalar) {
            return Optional.of(scalar.text().strip());
        }
        throw wrong(name, value.get(), "a word or a text");
    }

    /// Texts in order; none if it is not there.
    List<String> texts(String name) throws ScenarioException {
        Optional<Tree> value = value(name);
        List<String> texts = new ArrayList<>();
        if (value.isPresent()) {
            if (!(value.get() instanceof Tree.Sequence sequence)) {
                throw wrong(name, value.get(), "a list, as in '[ nginx, -g, \"daemon off;\" ]'");
            }
            for (Tree element : sequence.elements()) {
                if (!(element instanceof Tree.Scalar scalar)) {
                    throw wrong(name, element, "a word or a text");
                }
                texts.add(scalar.text());
            }
        }
        return texts;
    }

    /// Mappings in order; none if it is not there.
    List<Fields> list(String name) throws ScenarioException {
        Optional<Tree> value = value(name);
        List<Fields> all = new ArrayList<>();
        if (value.isPresent()) {
            if (!(value.get() instanceof Tree.Sequence sequence)) {
                throw wrong(name, value.get(), "a list, each element on a line that starts with '-'");
            }
            for (Tree element : sequence.elements()) {
                if (!(element instanceof Tree.Mapping inner)) {
                    throw wrong(name, element, "values by name, as in '{ at: 1s, set: { somaxconn: 4096 } }'");
                }
                all.add(new Fields(label(name), inner));
            }
        }
        return all;
    }

    /// A whole number within bounds.
    long number(String name, long otherwise, long least, long most) throws ScenarioException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text.get().replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below, as a number out of bounds is
        }
        throw wrong(name, text.get(), "a whole number from " + least + " to " + most);
    }

    /// A time up to a bound.
    Duration time(String name, Duration otherwise, Duration most) throws ScenarioException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        Optional<Duration> time = Durations.parse(text.get()).filter(found -> found.compareTo(most) <= 0);
        if (time.isEmpty()) {
            throw wrong(name, text.get(), "a time such as 500us, 20ms or 1.5s, at most " + Durations.text(most));
        }
        return time.get();
    }

    /// A share: `1%` or `0.01`.
    double share(String name) throws ScenarioException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            boolean percent = text.get().endsWith("%");
            double value = Double.parseDouble(percent ? text.get().replace("%", "") : text.get());
            double share = percent ? value / 100 : value;
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException notANumber) {
            // told below, as a share out of bounds is
        }
        throw wrong(name, text.get(), "a share from 0% to 100%");
    }

    /// One of several words.
    String oneOf(String name, String otherwise, List<String> words) throws ScenarioException {
        String word = text(name).orElse(otherwise);
        if (!words.contains(word)) {
            throw wrong(name, word, "one of " + String.join(", ", words));
        }
        return word;
    }

    /// Complains of a second one of several values of which each says all.
    void oneAtMost(String... names) throws ScenarioException {
        List<String> given = Arrays.stream(names).filter(this::has).toList();
        if (given.size() > 1) {
            throw new ScenarioException(place(given.get(1)) + ": " + label(given.get(1)) + ": expected one of "
                    + String.join(", ", names) + ", found it beside '" + given.getFirst() + "'");
        }
    }

    /// Complains of a value that says nothing without another.
    void onlyBeside(String name, String other) throws ScenarioException {
        if (has(name) && !has(other)) {
            throw new ScenarioException(place(name) + ": " + label(name) + ": expected '" + other
                    + "' beside it, without which it says nothing");
        }
    }

    /// Complains of the first value that nobody asked for.
    void nothingElse() throws ScenarioException {
        for (Map.Entry<String, Tree> entry : mapping.entries().entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw new ScenarioException(entry.getValue().place() + ": " + (path.isEmpty() ? "a scenario" : path)
                        + " has no '" + entry.getKey() + "'; it has " + String.join(", ", asked));
            }
        }
    }

    /// What to say of a value that does not do.
    ScenarioException wrong(String name, String found, String expected) {
        return new ScenarioException(
                place(name) + ": " + label(name) + ": expected " + expected + ", found '" + found + "'");
    }

    private ScenarioException wrong(String name, Tree found, String expected) {
        String what = switch (found) {
            case Tree.Scalar scalar -> scalar.text();
            case Tree.Sequence _ -> "a list";
            case Tree.Mapping _ -> "values by name";
        };
        return new ScenarioException(
                found.place() + ": " + label(name) + ": expected " + expected + ", found '" + what + "'");
    }

    private String place(String name) {
        Tree value = mapping.entries().get(name);
        return value == null ? mapping.place() : value.place();
    }

    private String label(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
