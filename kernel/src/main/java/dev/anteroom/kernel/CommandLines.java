package dev.anteroom.kernel;

import java.util.List;
import java.util.Set;

/// What a process really runs, where its name is only that of an interpreter.
final class CommandLines {
    /// Options of java that take the next word as their value.
    private static final Set<String> JAVA_WITH_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--add-modules",
            "--add-opens",
            "--add-exports",
            "--add-reads",
            "--upgrade-module-path",
            "--limit-modules",
            "--patch-module",
            "--enable-native-access",
            "--source");

    /// Options of python and node that do so.
    private static final Set<String> PYTHON_WITH_VALUE = Set.of("-W", "-X");

    private static final Set<String> NODE_WITH_VALUE = Set.of("-r", "--require", "--import");

    private CommandLines() {}

    /// The main class, module or jar of a JVM, or the script or module of an interpreter; empty for other programs.
    ///
    /// @param commandLine /proc/PID/cmdline: words that end in a zero byte
    static String program(String commandLine) {
        List<String> words = List.of(commandLine.split("\0", -1));
        String executable = lastName(words.getFirst());
        if (executable.equals("java")) {
            return java(words);
        }
        if (executable.startsWith("python")) {
            return interpreter(words, PYTHON_WITH_VALUE);
        }
        if (executable.equals("node")) {
            return interpreter(words, NODE_WITH_VALUE);
        }
        if (executable.equals("ruby")) {
            return interpreter(words, Set.of());
        }
        return "";
    }

    private static String java(List<String> words) {
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if ((word.equals("-jar") || word.equals("-m") || word.equals("--module")) && i + 1 < words.size()) {
                return lastName(words.get(i + 1));
            }
            if (JAVA_WITH_VALUE.contains(word)) {
                i++;
            } else if (!word.startsWith("-") && !word.startsWith("@")) {
                return lastName(word);
            }
        }
        return "";
    }

    private static String interpreter(List<String> words, Set<String> withValue) {
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-m") && i + 1 < words.size()) {
                return words.get(i + 1);
            }
            if (word.equals("-c") || word.equals("-e") || word.equals("-")) {
                return "";
            }
            if (withValue.contains(word)) {
                i++;
            } else if (!word.isEmpty() && !word.startsWith("-")) {
                return lastName(word);
            }
        }
        return "";
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
