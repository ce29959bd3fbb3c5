package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// `fix --live` on servers as they come, each in a network namespace of its own.
@NeedsRoot
class FixLiveTest {
    /// A listener that holds nine of twenty clients; the others go on trying.
    private static final String OVERFLOWING = """
            server = listen('127.0.0.1', 8100, 8)
            connect('127.0.0.1', 8100, 20)
            until(lambda: counter('ListenOverflows') >= 11)
            """;

    @TempDir
    Path folder;

    @Test
    void aDryRunTellsWhatWouldBeDoneAndChangesNothing() throws IOException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOWING)) {
            Doctor fix = fix(host, "--port", "8100", "--limit", "5000");

            assertThat(fix.code()).isEqualTo(ExitCode.OK);
            assertThat(fix.json().path("applied").asBoolean()).isFalse();
            assertThat(fix.json().path("steps").path(0).asString()).contains("net.core.somaxconn from 4096 to 5000");
            assertThat(fix.json().path("steps").path(1).asString()).contains("listen(2) on 127.0.0.1:8100");
            assertThat(limit(host, 8100)).isEqualTo(8);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void theClientsThatWereTurnedAwayGetInAndUndoRestoresBothValues() throws Exception {
        try (PrivateHost host = PrivateHost.staging(OVERFLOWING)) {
            Doctor fix = fix(host, "--port", "8100", "--limit", "5000", "--apply");

            assertThat(fix.code()).as(fix.err()).isEqualTo(ExitCode.OK);
            JsonNode listener = fix.json().path("listeners").path(0);
            assertThat(listener.path("before").path("limit").asLong()).isEqualTo(8);
            assertThat(listener.path("after").path("limit").asLong()).isEqualTo(5000);
            assertThat(limit(host, 8100)).isEqualTo(5000);
            assertThat(somaxconn(host)).isEqualTo("5000");
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (depth(host, 8100) < 20 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(depth(host, 8100)).isEqualTo(20);

            Doctor undo = Doctor.run("fix", "--undo", "--state", folder.toString());

            assertThat(undo.code()).as(undo.out()).isEqualTo(ExitCode.OK);
            assertThat(limit(host, 8100)).isEqualTo(8);
            assertThat(depth(host, 8100)).isEqualTo(20);
            assertThat(somaxconn(host)).isEqualTo("4096");
            assertThat(Doctor.run("fix", "--undo", "--state", folder.toString()).out())
                    .startsWith("Nothing to undo");
        }
    }

    @Test
    void nginxRedisAJvmAndHttpServerGetAnotherLimitWhileTheyRun() throws Exception {
        Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; pid %1$s/nginx.pid; error_log stderr; events {}
                http { access_log off; server { listen 8081; } }
                """.formatted(folder));
        Files.writeString(folder.resolve("Waiting.java"), """
                class Waiting {
                    public static void main(String[] arguments) throws Exception {
                        try (var server = new java.net.ServerSocket(8100)) { Thread.currentThread().join(); }
                    }
                }
                """);
        try (PrivateHost host =
                PrivateHost.staging("""
                quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                children = [
                    subprocess.Popen(['nginx', '-c', '%1$s/nginx.conf'], **quiet),
                    subprocess.Popen(['redis-server', '--port', '6379', '--save', '', '--dir', '%1$s'], **quiet),
                    subprocess.Popen([sys.executable, '-m', 'http.server', '8000'], **quiet),
                    subprocess.Popen(['%2$s', '%1$s/Waiting.java'], **quiet)]
                def listening():
                    return frozenset(int(l.split()[1].split(':')[1], 16) for f in ('tcp', 'tcp6')
                               for l in open('/proc/thread-self/net/' + f).readlines()[1:] if l.split()[3] == '0A')
                until(lambda: listening() >= frozenset([8081, 6379, 8000, 8100]))
                """.formatted(folder, System.getProperty("java.home") + "/bin/java"))) {
            for (int port : new int[] {8081, 6379, 8000, 8100}) {
                long before = limit(host, port);

                Doctor fix = fix(host, "--port", Integer.toString(port), "--limit", "2000", "--apply");

                assertThat(fix.code()).as(port + " " + fix.err()).isEqualTo(ExitCode.OK);
                assertThat(limit(host, port)).as("port " + port).isEqualTo(2000);
                assertThat(Doctor.run(
                                        "fix",
                                        "--undo",
                                        "--state",
                                        folder.resolve("state").toString())
                                .code())
                        .isEqualTo(ExitCode.OK);
                assertThat(limit(host, port)).as("port " + port).isEqualTo(before);
            }
        }
    }

    @Test
    void whatSomebodyElseChangedSinceIsLeftAlone() throws Exception {
        try (PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 8)")) {
            fix(host, "--port", "8100", "--limit", "5000", "--apply");
            host.run("sysctl", "-qw", "net.core.somaxconn=6000");

            Doctor undo = Doctor.run("fix", "--undo", "--json", "--state", folder.toString());

            assertThat(undo.code()).isEqualTo(ExitCode.FINDINGS);
            assertThat(undo.json().path("steps").path(0).path("restored").asBoolean())
                    .isTrue();
            assertThat(undo.json().path("steps").path(1).path("text").asString())
                    .contains("net.core.somaxconn is 6000, not the 5000 of the change");
            assertThat(somaxconn(host)).isEqualTo("6000");
        }
    }

    @Test
    void aListenerThatEndedTookItsLimitWithIt() throws Exception {
        PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 8)");
        try (host) {
            fix(host, "--port", "8100", "--limit", "100", "--apply");
        }

        Doctor undo = Doctor.run("fix", "--undo", "--state", folder.toString());

        assertThat(undo.code()).isEqualTo(ExitCode.OK);
        assertThat(undo.out()).contains("it listens no more");
    }

    @Test
    void theCommandThatDoctorNamesRaisesTheLimit() throws IOException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOWING)) {
            String said = Doctor.run("doctor", "-N", host.pid()).out();
            Matcher named = Pattern.compile("anteroom (fix --live .*) --limit N --apply")
                    .matcher(said);
            assertThat(named.find()).as(said).isTrue();

            Doctor fix = Doctor.run((named.group(1) + " --limit 70 --apply --state " + folder).split(" ", -1));

            assertThat(fix.code()).as(fix.err()).isEqualTo(ExitCode.OK);
            assertThat(limit(host, 8100)).isEqualTo(70);
        }
    }

    @Test
    void runsAtTheSameTimeWaitForNobodyAndEachThatSucceededIsUndone() throws Exception {
        try (PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 8)")) {
            List<CompletableFuture<Doctor>> runs = new ArrayList<>();
            try (ExecutorService together = Executors.newFixedThreadPool(4)) {
                for (int limit = 101; limit <= 104; limit++) {
                    String word = Integer.toString(limit);
                    runs.add(CompletableFuture.supplyAsync(
                            () -> fix(host, "--port", "8100", "--limit", word, "--apply"), together));
                }
            }
            List<Doctor> done = new ArrayList<>();
            for (CompletableFuture<Doctor> run : runs) {
                if (run.get().code() == ExitCode.OK) {
                    done.add(run.get());
                } else {
                    assertThat(run.get().err())
                            .contains("another 'anteroom fix' is at work")
                            .contains("nothing was changed");
                }
            }

            assertThat(done).isNotEmpty();
            assertThat(done)
                    .anySatisfy(
                            run -> assertThat(run.json().path("limit").asLong()).isEqualTo(limit(host, 8100)));
            for (int i = 0; i < done.size(); i++) {
                Doctor undo = Doctor.run("fix", "--undo", "--state", folder.toString());
                assertThat(undo.code()).as(undo.out() + undo.err()).isEqualTo(ExitCode.OK);
            }
            assertThat(limit(host, 8100)).isEqualTo(8);
            assertThat(Doctor.run("fix", "--undo", "--state", folder.toString()).out())
                    .startsWith("Nothing to undo");
        }
    }

    @Test
    void allMembersOfAReuseportGroupAreChangedTogether() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                small = listen('127.0.0.1', 8100, 3, reuseport=True)
                large = listen('127.0.0.1', 8100, 30, reuseport=True)
                """)) {
            fix(host, "--port", "8100", "--limit", "200", "--apply");

            assertThat(Doctor.on(host, "--window", "0").listeners(8100))
                    .hasSize(2)
                    .allSatisfy(one -> assertThat(one.path("limit").asLong()).isEqualTo(200));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 8100                       | fix --live needs --limit N",
                "--limit 5                         | needs --port PORT or --pid PID",
                "--port 8100 --limit 2147483648    | --limit takes a whole number from 0 to 2147483647",
                "--port 8100 --limit -1            | --limit takes a whole number from 0 to 2147483647",
                "--port 0 --limit 5                | --port takes a whole number from 1 to 65535"
            })
    void aWrongWordIsToldInOneLine(String words, String message) {
        Doctor fix = Doctor.run(("fix --live " + words).split("\\s+", -1));

        assertThat(fix.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fix.err()).contains(message).hasLineCount(1);
    }

    @Test
    void aPortNobodyListensOnIsToldInOneLine() throws IOException {
        try (PrivateHost host = PrivateHost.staging("")) {
            Doctor fix = fix(host, "--port", "8100", "--limit", "5");

            assertThat(fix.code()).isEqualTo(ExitCode.COULD_NOT_LOOK);
            assertThat(fix.err()).startsWith("anteroom: nothing that can be seen listens on port 8100");
        }
    }

    private Doctor fix(PrivateHost host, String... words) {
        String state = Files.exists(folder.resolve("nginx.conf"))
                ? folder.resolve("state").toString()
                : folder.toString();
        return Doctor.run(Stream.concat(
                        Stream.of("fix", "--live", "--json", "-N", host.pid(), "--state", state), Stream.of(words))
                .toArray(String[]::new));
    }

    private static long limit(PrivateHost host, int port) {
        return Doctor.on(host, "--window", "0")
                .listeners(port)
                .getFirst()
                .path("limit")
                .asLong();
    }

    private static long depth(PrivateHost host, int port) {
        return Doctor.on(host, "--window", "0").listener(port).path("depth").asLong();
    }

    private static String somaxconn(PrivateHost host) throws IOException, InterruptedException {
        return host.run("cat", "/proc/sys/net/core/somaxconn").strip();
    }
}
