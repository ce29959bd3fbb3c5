package dev.anteroom.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What of a sizing was read from a file.
///
/// @param file as it was named
/// @param what it is
/// @param taken the values that count, in words by the name of their option; those that an option overrides are not
///     among them
/// @param missing what neither the file nor an option told, each with what is assumed
public record SizingSource(String file, String what, Map<String, String> taken, List<String> missing) {

    public SizingSource {
        taken = Collections.unmodifiableMap(new LinkedHashMap<>(taken));
        missing = List.copyOf(missing);
    }

    /// The same in sentences.
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        String values = taken.entrySet().stream()
                .map(value -> value.getKey() + " " + value.getValue())
                .collect(Collectors.joining(", "));
        sentences.add("from " + Style.printable(file) + " (" + what + "): " + (values.isEmpty() ? "nothing" : values));
        if (!missing.isEmpty()) {
            sentences.add("neither in it nor given: " + String.join(", ", missing));
        }
        return sentences;
    }
}
