package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// `fix --verify`: the same surge before and after.
@NeedsRoot
class FixVerifyTest {
    /// One at a time, 20 ms each; the backlog is an argument.
    private static final String SLOW = """
            import http.server, os, sys, time
            with open(sys.argv[0] + '.pid', 'w') as f: f.write(str(os.getpid()))
            class Slow(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    time.sleep(0.02)
                    self.send_response(200)
                    self.send_header('Content-Length', '5')
                    self.end_headers()
                    self.wfile.write(b'Hello')
                def log_message(self, *words): pass
            class Server(http.server.HTTPServer):
                request_queue_size = int(sys.argv[1])
            Server(('127.0.0.1', 8100), Slow).serve_forever()
            """;

    private static final String STARTED = """
            child = subprocess.Popen([sys.executable, '%s', '4'])
            until(lambda: any(l.split()[3] == '0A' for l in open('/proc/thread-self/net/tcp').readlines()[1:]))
            """;

    @TempDir
    Path folder;

    @Test
    void aCopyInTheLabLosesWhatTheListenerWouldAndHoldsItWithTheNewLimit() throws IOException {
        try (PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 8)")) {
            Doctor verify = verify(host, "--limit", "50", "--burst", "20", "--patience", "2s");

            assertThat(verify.code()).as(verify.err()).isEqualTo(ExitCode.OK);
            assertThat(verify.json().path("place").asString()).isEqualTo("copy");
            assertThat(verify.json().path("verdict").asString()).isEqualTo("gone");
            assertTrial(verify.json().path("before"), 8, 20, 11);
            assertThat(verify.json().path("before").path("drops").asLong()).isGreaterThanOrEqualTo(11);
            assertTrial(verify.json().path("after"), 50, 20, 0);
            JsonNode listener = Doctor.on(host, "--window", "0").listener(8100);
            assertThat(listener.path("limit").asLong()).isEqualTo(8);
            assertThat(listener.path("dropEvents").path("total").asLong()).isZero();
        }
    }

    @Test
    void aCopyThatIsStillTooShortKeepsItsLossAndTheExitCodeSaysSo() throws IOException {
        try (PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 8)")) {
            Doctor verify = verify(host, "--limit", "11", "--burst", "20", "--patience", "2s");

            assertThat(verify.code()).isEqualTo(ExitCode.FINDINGS);
            assertThat(verify.json().path("verdict").asString()).isEqualTo("smaller");
            assertTrial(verify.json().path("after"), 11, 20, 8);
        }
    }

    @Test
    void withAcceptRateTheCopyAcceptsAndTheLimitIsComputed() throws IOException {
        try (PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 8)")) {
            Doctor verify = verify(host, "--burst", "60", "--accept-rate", "100/s", "--patience", "8s");

            assertThat(verify.code()).as(verify.out() + verify.err()).isEqualTo(ExitCode.OK);
            assertThat(verify.json().path("verdict").asString()).isEqualTo("gone");
            assertThat(verify.json().path("before").path("drops").asLong()).isPositive();
            assertThat(verify.json().path("after").path("drops").asLong()).isZero();
            assertThat(verify.json().path("after").path("served").asInt()).isEqualTo(60);
        }
    }

    @Test
    void aRunningServerLosesNobodyAfterTheLiveChangeAndUndoTakesItBack() throws IOException {
        String server = Files.writeString(folder.resolve("slow.py"), SLOW).toString();
        try (PrivateHost host = PrivateHost.staging(STARTED.formatted(server))) {
            Doctor verify = verify(host, "--apply", "--limit", "64", "--burst", "40", "--patience", "20s");

            assertThat(verify.code()).as(verify.out() + verify.err()).isEqualTo(ExitCode.OK);
            assertThat(verify.json().path("place").asString()).isEqualTo("listener");
            assertThat(verify.json().path("verdict").asString()).isEqualTo("gone");
            assertThat(verify.json().path("before").path("late").asInt()).isPositive();
            assertThat(verify.json()
                            .path("after")
                            .path("outcomes")
                            .path("served")
                            .asInt())
                    .isEqualTo(40);
            assertThat(verify.json().path("after").path("drops").asLong()).isZero();

            Doctor undo = Doctor.run(
                    "fix", "--undo", "--state", folder.resolve("state").toString());
            assertThat(undo.code()).isEqualTo(ExitCode.OK);
            assertThat(Doctor.on(host, "--window", "0")
                            .listener(8100)
                            .path("limit")
                            .asLong())
                    .isEqualTo(4);
        }
    }

    @Test
    void aCommandOfTheUsersMayMakeTheChange() throws Exception {
        String server = Files.writeString(folder.resolve("slow.py"), SLOW).toString();
        try (PrivateHost host = PrivateHost.staging(STARTED.formatted(server))) {
            String restart = "kill $(cat %1$s.pid); nsenter -t %2$s -n setsid python3 %1$s 100 >&- 2>&- &"
                    .formatted(server, host.pid());
            Doctor verify = verify(host, "--apply", "--by", restart, "--burst", "40", "--patience", "20s");
            host.run("sh", "-c", "kill $(cat " + server + ".pid)");

            assertThat(verify.code()).as(verify.out() + verify.err()).isEqualTo(ExitCode.OK);
            assertThat(verify.json().path("verdict").asString()).isEqualTo("gone");
            assertThat(verify.json().path("before").path("limit").asInt()).isEqualTo(4);
            assertThat(verify.json().path("after").path("limit").asInt()).isEqualTo(100);
        }
    }

    @Test
    void theCommandThatTheReportOfBacklogClampedPrintsShowsTheLossGone() {
        Doctor lab = Doctor.run("lab", "backlog-clamped");
        Matcher printed = Pattern.compile("anteroom (fix --verify \\S+)").matcher(lab.out());
        assertThat(printed.find()).as(lab.out()).isTrue();

        Doctor verify = Doctor.run(Stream.concat(Stream.of(printed.group(1).split(" ", -1)), Stream.of("--json"))
                .toArray(String[]::new));

        assertThat(verify.code()).as(verify.out() + verify.err()).isEqualTo(ExitCode.OK);
        assertThat(verify.json().path("verdict").asString()).isEqualTo("gone");
        assertThat(verify.json().path("changes").path(0).asString()).contains("net.core.somaxconn");
        assertTrial(verify.json().path("before"), 128, 150, 21);
        assertTrial(verify.json().path("after"), 1024, 150, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--limit 5                              | needs --port PORT, --pid PID or a SCENARIO",
                "--port 8100 --by true                  | say --apply too",
                "--port 8100 --rate 100/s               | fix --verify fires one burst",
                "no-such-scenario                       | no scenario 'no-such-scenario'",
                "backlog-clamped --apply                | where nothing is applied",
                "--port 8100 --patience 0               | --patience takes a time above 0"
            })
    void aWrongWordIsToldInOneLine(String words, String message) {
        Doctor fix = Doctor.run(("fix --verify " + words).split("\\s+", -1));

        assertThat(fix.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fix.err()).contains(message).hasLineCount(1);
    }

    private Doctor verify(PrivateHost host, String... words) {
        return Doctor.run(Stream.concat(
                        Stream.of(
                                "fix",
                                "--verify",
                                "--json",
                                "-N",
                                host.pid(),
                                "--port",
                                "8100",
                                "--state",
                                folder.resolve("state").toString()),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    private static void assertTrial(JsonNode trial, int limit, int connections, int lost) {
        assertThat(trial.path("limit").asInt()).isEqualTo(limit);
        assertThat(trial.path("connections").asInt()).isEqualTo(connections);
        assertThat(trial.path("lost").asInt()).isEqualTo(lost);
    }
}
