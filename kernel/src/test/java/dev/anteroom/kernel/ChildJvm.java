package dev.anteroom.kernel;

import dev.anteroom.queue.Setting;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The words that start a program of the test tree in a JVM of its own, quickly.
final class ChildJvm {
    private ChildJvm() {}

    static List<String> command(String classPath, Class<?> program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                program.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    /// Where the classes of this module, its tests and what it needs are.
    static List<Path> classes() {
        Path main = locationOf(PrivateHost.class);
        return List.of(main, main.resolveSibling("test-classes"), locationOf(Setting.class));
    }

    static String classPath() {
        return String.join(
                File.pathSeparator, classes().stream().map(Path::toString).toList());
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
