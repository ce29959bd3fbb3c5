package dev.anteroom.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Kills staged programs at random moments and counts what is left of them. It has to run where /proc shows nothing
/// but its own processes and the network namespace is its own, so that what others do is not counted.
final class KillCensus {
    private static final int AT_ONCE = 4;
    private static final int LONGEST_LIFE_MILLIS = 700;

    /// What there is.
    private record Census(
            Set<String> namespaces,
            Set<String> processes,
            Set<String> devices,
            Set<String> mounts,
            Map<String, String> settings) {
        static Census take() {
            try {
                return new Census(namespacesNow(), processesNow(), lines("/proc/net/dev"), mountsNow(), settingsNow());
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        private static Set<String> namespacesNow() throws IOException {
            Set<String> links = new TreeSet<>();
            for (Path process : children(Path.of("/proc"))) {
                for (Path task : children(process.resolve("task"))) {
                    try {
                        links.add(Files.readSymbolicLink(task.resolve("ns/net")).toString());
                    } catch (IOException gone) {
                        // It has ended meanwhile.
                    }
                }
            }
            return links;
        }

        /// Those that have not ended, reaped or not.
        private static Set<String> processesNow() throws IOException {
            Set<String> running = new TreeSet<>();
            for (Path process : children(Path.of("/proc"))) {
                ProcFile.text(process.resolve("stat").toString())
                        .map(stat -> stat.substring(0, stat.lastIndexOf(')') + 3))
                        .filter(stat -> !stat.endsWith("Z"))
                        .ifPresent(stat -> running.add(stat.substring(0, stat.length() - 2)));
            }
            return running;
        }

        private static Set<String> lines(String file) {
            Set<String> names = new TreeSet<>();
            ProcFile.text(file)
                    .orElseThrow()
                    .lines()
                    .forEach(line -> names.add(line.strip().split("[: ]", 2)[0]));
            return names;
        }

        private static Set<String> mountsNow() {
            return new TreeSet<>(
                    ProcFile.text("/proc/self/mounts").orElseThrow().lines().toList());
        }

        private static Map<String, String> settingsNow() throws IOException {
            Map<String, String> values = new TreeMap<>();
            try (Stream<Path> files = Files.walk(Path.of("/proc/sys/net"))) {
                files.filter(Files::isRegularFile)
                        .map(Path::toString)
                        .forEach(file -> ProcFile.text(file).ifPresent(value -> values.put(file, value)));
            }
            return values;
        }

        private static List<Path> children(Path directory) throws IOException {
            try (Stream<Path> all = Files.list(directory)) {
                return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                        .toList();
            } catch (NoSuchFileException | UncheckedIOException gone) {
                return List.of();
            }
        }
    }

    private KillCensus() {}

    /// Kills, looks, and says what is left.
    ///
    /// @param arguments how many kills, and the seed of their moments
    public static void main(String[] arguments) throws InterruptedException {
        int kills = Integer.parseInt(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        Census before = Census.take();
        for (int done = 0; done < kills; done += AT_ONCE) {
            List<Thread> lives = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                int millis = random.nextInt(LONGEST_LIFE_MILLIS);
                lives.add(Thread.ofPlatform().start(() -> liveAndBeKilled(millis)));
            }
            for (Thread life : lives) {
                life.join();
            }
            PrivateNetwork.await(
                    "a host as it was before " + before, () -> Census.take().equals(before));
        }
        System.out.println(kills + " kills, left: " + before.namespaces.size() + " namespace, "
                + before.processes.size() + " processes");
    }

    private static void liveAndBeKilled(int millis) {
        try {
            Process process = new ProcessBuilder(
                            ChildJvm.command(System.getProperty("java.class.path"), StagedForKill.class))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!"started".equals(process.inputReader().readLine())) {
                throw new AssertionError("the staged program did not start");
            }
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            if (!process.isAlive()) {
                throw new AssertionError("the staged program has failed");
            }
            process.destroyForcibly().waitFor();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }
}
