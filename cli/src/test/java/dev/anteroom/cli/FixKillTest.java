package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.Setting;
import dev.anteroom.remedy.Journal;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// kill -9 at random moments of changes that come one after another.
@NeedsRoot
class FixKillTest {
    private static final int LONGEST_MILLIS = 60;

    @TempDir
    Path state;

    /// In the first case the change raises somaxconn, in the second it is the undoing that needs a larger one for a
    /// moment: the limit of before dates from it.
    @ParameterizedTest
    @CsvSource({"100, 8, 4096, 5000", "30, 3000, 100, 50"})
    void undoRestoresBothValuesAfterAKillAtAnyMoment(int moments, long limit, long somaxconn, long other)
            throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (PrivateHost host = PrivateHost.staging("""
                server = listen('127.0.0.1', 8100, %d)
                set('net/core/somaxconn', %d)
                """.formatted(limit, somaxconn))) {
            for (int moment = 0; moment < moments; moment++) {
                Process changing = new ProcessBuilder(command(host.pid(), other))
                        .redirectErrorStream(true)
                        .start();
                BufferedReader said = changing.inputReader();
                assertThat(said.readLine()).isEqualTo("started");
                Thread.sleep(random.nextInt(LONGEST_MILLIS)); // the moment to kill it
                assertThat(changing.isAlive()).isTrue();
                changing.destroyForcibly().onExit().join();

                assertThat(limit(host)).as("seed " + seed).isIn(limit, other);
                assertThat(somaxconn(host)).as("seed " + seed).isIn(somaxconn, Math.max(limit, other));
                Doctor undo = Doctor.run("fix", "--undo", "--state", state.toString());

                assertThat(undo.code())
                        .as(undo.out() + undo.err() + ", seed " + seed)
                        .isEqualTo(ExitCode.OK);
                assertThat(limit(host)).as("seed " + seed).isEqualTo(limit);
                assertThat(somaxconn(host)).as("seed " + seed).isEqualTo(somaxconn);
                assertThat(Doctor.run("fix", "--undo", "--state", state.toString())
                                .out())
                        .startsWith("Nothing to undo");
            }
        }
    }

    private String[] command(String pid, long limit) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            Stream.of(AppliedForKill.class, Journal.class, KernelException.class, Diagnosis.class, Setting.class)
                    .map(FixKillTest::location)
                    .distinct()
                    .collect(Collectors.joining(File.pathSeparator)),
            AppliedForKill.class.getName(),
            pid,
            state.toString(),
            Long.toString(limit)
        };
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static long limit(PrivateHost host) {
        return Doctor.on(host, "--window", "0").listener(8100).path("limit").asLong();
    }

    private static long somaxconn(PrivateHost host) throws IOException, InterruptedException {
        return Long.parseLong(host.run("cat", "/proc/sys/net/core/somaxconn").strip());
    }
}
