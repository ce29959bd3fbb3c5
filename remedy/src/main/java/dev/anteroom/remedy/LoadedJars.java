package dev.anteroom.remedy;

import dev.anteroom.queue.HostProcess;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipFile;

/// The jars that a running JVM has open, those inside a Spring Boot jar included: they tell which server is in it.
final class LoadedJars {
    /// Where Spring Boot keeps its libraries.
    private static final String NESTED = "BOOT-INF/lib/";

    private LoadedJars() {}

    /// Their names without the folder; none where the process is no JVM, or does not show its files to this user.
    static Collection<String> of(HostProcess process) {
        Set<String> names = new TreeSet<>();
        if (!process.name().equals("java")) {
            return names;
        }
        Path root = Path.of("/proc", Integer.toString(process.pid()));
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(root.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                add(root, descriptor, names);
            }
        } catch (IOException | DirectoryIteratorException hiddenOrGone) {
            // Then it is a JVM, and no more is known.
        }
        return names;
    }

    private static void add(Path root, Path descriptor, Set<String> names) {
        try {
            String file = Files.readSymbolicLink(descriptor).toString();
            if (!file.endsWith(".jar")) {
                return;
            }
            names.add(file.substring(file.lastIndexOf('/') + 1));
            // Through the root of the process: it may live in a container.
            try (ZipFile jar = new ZipFile(root.resolve("root" + file).toFile())) {
                jar.stream()
                        .map(entry -> entry.getName())
                        .filter(name -> name.startsWith(NESTED) && name.endsWith(".jar"))
                        .forEach(name -> names.add(name.substring(NESTED.length())));
            }
        } catch (IOException closedMeanwhile) {
            // Not open any more, or no jar after all.
        }
    }
}
