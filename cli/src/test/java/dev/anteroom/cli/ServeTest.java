package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.ServerPlan.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `serve` prints when it starts, in a network namespace of its own.
@NeedsRoot
class ServeTest {
    private static final long SOMAXCONN = 5;
    private static final Pattern PORT = Pattern.compile("--port (\\d+)");

    private final dev.anteroom.kernel.PrivateHost host =
            dev.anteroom.kernel.PrivateHost.open("server", Map.of(Setting.SOMAXCONN, SOMAXCONN));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        host.close();
    }

    /// Runs the command on a thread inside; closing the host interrupts it.
    private CompletableFuture<ExitCode> start(String... words) {
        CompletableFuture<ExitCode> code = new CompletableFuture<>();
        Anteroom anteroom = new Anteroom(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        host.thread("serve", () -> code.complete(anteroom.run(words)));
        return code;
    }

    private String opening(String... words) {
        CompletableFuture<ExitCode> code = start(words);
        while (!out.toString(StandardCharsets.UTF_8).contains("Ctrl-C ends it.\n")) {
            assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isNotDone();
            LockSupport.parkNanos(1_000_000);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theLimitPrintedIsTheOneOfSs() throws Exception {
        String text = opening("serve", "pool", "--port", "0", "--backlog", "50", "--address", "127.0.0.1");

        assertThat(text)
                .contains(
                        "  backlog   50, asked of listen(2)\n",
                        "  limit     5, given by the kernel: cut down by net.core.somaxconn",
                        "  capacity  6, ");
        Process ss = host.start(new ProcessBuilder("ss", "-ltnH"));
        String[] columns = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s+");
        Matcher port = PORT.matcher(text);
        assertThat(port.find()).isTrue();
        assertThat(columns).startsWith("LISTEN", "0", "5").anyMatch(column -> column.endsWith(":" + port.group(1)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindSaysWhatItDoesAndWhatToRunNext(Kind kind) {
        assertThat(opening("serve", kind.id(), "--port", "8100", "--backlog", "3"))
                .startsWith("'" + kind.id() + "' listens on port 8100 of every address of this host: it "
                        + kind.meaning() + ".\n")
                .contains("limit     3, given by the kernel: all that was asked for", "capacity  4,")
                .contains("Next: anteroom surge 127.0.0.1:8100", "anteroom doctor --port 8100");
    }

    @Test
    void whatIsNotUsualIsSaid() {
        assertThat(opening(
                        "serve",
                        "--workers",
                        "1",
                        "pool",
                        "--service-time",
                        "10ms",
                        "--accept-every",
                        "20ms",
                        "--pause-every",
                        "5s",
                        "--pause",
                        "200ms"))
                .contains("  manner    1 worker, service time 10.0 ms, an accept every 20.0 ms at most, "
                        + "a pause of 200 ms every 5.00 s\n");
    }

    @Test
    void aPortInUseEndsWithThreeAndOneLine() throws Exception {
        try (ServerSocket taken = host.inside(() -> new ServerSocket(8100, 1, InetAddress.getLoopbackAddress()))) {
            assertThat(start("serve", "stalled").join()).isEqualTo(ExitCode.COULD_NOT_LOOK);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .hasLineCount(1)
                    .contains("0.0.0.0:" + taken.getLocalPort() + ": Address already in use; 'anteroom doctor --port");
        }
    }
}
