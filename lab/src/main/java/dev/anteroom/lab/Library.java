package dev.anteroom.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The scenarios that come with the program, and those in files.
public final class Library {
    /// In the order in which they are best read.
    private static final List<String> BUILT_IN = List.of(
            "surge-1000",
            "stalled-server",
            "overflow-at-syn",
            "overflow-at-ack",
            "phantoms",
            "cookies",
            "reset-on-overflow",
            "slow-acceptor",
            "reuseport",
            "backlog-clamped",
            "raised-too-late");

    private Library() {}

    /// The names of the scenarios that come with the program.
    public static List<String> names() {
        return BUILT_IN;
    }

    /// The YAML of one of them.
    ///
    /// @throws ScenarioException if there is none of this name
    public static String text(String name) throws ScenarioException {
        if (!BUILT_IN.contains(name)) {
            throw new ScenarioException(
                    "no scenario '" + name + "'; 'anteroom lab list' lists them, 'anteroom lab run FILE' takes a file");
        }
        try (InputStream in = Library.class.getResourceAsStream(name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the scenario " + name + " is not packed with the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read the scenario " + name, broken);
        }
    }

    /// What one of them is about, in a sentence; empty if it does not say.
    ///
    /// @throws ScenarioException if there is none of this name
    public static String about(String name) throws ScenarioException {
        String whole =
                new Fields("", Tree.parse(text(name), name)).text("about").orElse("");
        int end = whole.indexOf(". ");
        return end < 0 ? whole : whole.substring(0, end + 1);
    }

    /// The variants of one of them.
    ///
    /// @param overrides values by path that replace its own: `server.backlog` to `128`
    public static List<Scenario> scenarios(String name, Map<String, String> overrides) throws ScenarioException {
        return scenarios(name, text(name), name, overrides);
    }

    /// Whether a scenario is one that comes with the program, nothing in it replaced.
    public static boolean isOwn(Scenario scenario) {
        try {
            return BUILT_IN.contains(scenario.name())
                    && scenarios(scenario.name(), Map.of()).stream()
                            .anyMatch(own -> own.yaml().equals(scenario.yaml()));
        } catch (ScenarioException impossible) {
            throw new IllegalStateException("a scenario of the program's own is wrong", impossible);
        }
    }

    /// The variants of the scenario in a file.
    ///
    /// @throws ScenarioException if it cannot be read or is wrong
    public static List<Scenario> scenarios(Path file, Map<String, String> overrides) throws ScenarioException {
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
        return scenarios(name, text(file), file.toString(), overrides);
    }

    /// The text of a file.
    public static String text(Path file) throws ScenarioException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException gone) {
            throw new ScenarioException(file + ": no such file; 'anteroom lab show surge-1000' prints an example");
        } catch (MalformedInputException binary) {
            throw new ScenarioException(file + ": not a text in UTF-8");
        } catch (IOException | OutOfMemoryError unreadable) {
            throw new ScenarioException(file + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private static List<Scenario> scenarios(String name, String text, String source, Map<String, String> overrides)
            throws ScenarioException {
        Tree.Mapping whole = Tree.parse(text, source);
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            whole = whole.overlaidEverywhere(
                    Tree.at(override.getKey(), override.getValue(), "--set " + override.getKey()));
        }
        return ScenarioReader.read(name, whole);
    }
}
