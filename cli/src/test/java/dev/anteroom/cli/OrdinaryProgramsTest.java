package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.kernel.Link;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.traffic.Arrivals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A server and a client as people write them, as processes of their own, and the surge in the place of that client:
/// both see the same, and the surge can say why.
@NeedsRoot
class OrdinaryProgramsTest {
    private static final String JAVA = System.getProperty("java.home") + "/bin/java";
    private static final int PORT = 8100;

    private static String program(String name) {
        return Path.of("src/test/resources/programs", name + ".java")
                .toAbsolutePath()
                .toString();
    }

    private static Process serve(TwoHosts hosts, String name) throws IOException {
        return hosts.serve(PORT, JAVA, "-XX:TieredStopAtLevel=1", program(name));
    }

    /// The client, which waits for a word to begin.
    private static Process client(TwoHosts hosts, int threads, Duration pace) throws IOException {
        Process client = hosts.client.start(new ProcessBuilder(
                        JAVA,
                        "-XX:TieredStopAtLevel=1",
                        "-Xss256k",
                        program("Client"),
                        "http://" + Link.SERVER_ADDRESS + ":" + PORT + "/",
                        Integer.toString(threads),
                        Long.toString(pace.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        assertThat(client.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        return client;
    }

    private static void begin(Process client) throws IOException {
        client.getOutputStream().write('\n');
        client.getOutputStream().flush();
    }

    /// What one request got, and when.
    private record Got(long millis, String text) {}

    private static List<Got> results(Process client, int count) throws IOException {
        BufferedReader lines = client.inputReader(StandardCharsets.UTF_8);
        List<Got> results = new ArrayList<>();
        while (results.size() < count) {
            String[] parts = lines.readLine().split(" ", 2);
            results.add(new Got(Long.parseLong(parts[0]), parts[1]));
        }
        return results;
    }

    /// Stops the server until its queue has overflowed, as a long garbage collection does.
    private static void pauseUntilOverflow(TwoHosts hosts, Process server, Step begin) throws Exception {
        long before = hosts.counter(Counter.LISTEN_OVERFLOWS);
        TwoHosts.signal("STOP", server.pid());
        begin.take();
        TwoHosts.await("an overflow", () -> hosts.counter(Counter.LISTEN_OVERFLOWS) > before);
        TwoHosts.signal("CONT", server.pid());
    }

    private interface Step {
        void take() throws IOException;
    }

    @Test
    void aThousandThreadsGetNoExceptionAndSomeOfThemASecondLateAsTheSurgeSays() throws Exception {
        int threads = 1000;
        try (TwoHosts hosts = new TwoHosts(Map.of(), Map.of())) {
            Process server = serve(hosts, "PoolServer");
            assertThat(hosts.queue(PORT).orElseThrow().limit()).hasValue(50);

            Process client = client(hosts, threads, Duration.ZERO);
            pauseUntilOverflow(hosts, server, () -> begin(client));
            List<Got> seen = results(client, threads);
            assertThat(seen).extracting(Got::text).containsOnly("Hello, world!");
            assertThat(seen).anyMatch(got -> got.millis >= 900);

            List<CompletableFuture<SurgeResult>> fired = new ArrayList<>();
            pauseUntilOverflow(
                    hosts,
                    server,
                    () -> fired.add(hosts.surge(PORT, threads, new Arrivals.AtOnce(), Duration.ofSeconds(90))));
            SurgeResult said = fired.getFirst().get();
            assertThat(said.outcomes()).isEqualTo(Map.of(Outcome.SERVED, threads));
            assertThat(said.exceptions()).isEmpty();
            assertThat(said.firstByte().max()).isGreaterThanOrEqualTo(Duration.ofMillis(900));
            // The client's threads take their time to start; what they cannot know is how often they were dropped.
            assertThat(said.burstWidth()).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void ofTenClientsOfAStalledServerFourTimeOutInConnectAsTheSurgeSays() throws Exception {
        Duration pace = Duration.ofMillis(200);
        String thrown;
        try (TwoHosts hosts = impatientHosts()) {
            serve(hosts, "StalledServer");
            SurgeResult said = hosts.surge(PORT, 10, new Arrivals.Uniform(1e9 / pace.toNanos()), Duration.ofSeconds(8))
                    .get();
            assertThat(said.outcomes()).isEqualTo(Map.of(Outcome.PHANTOM, 6, Outcome.CONNECT_TIMEOUT, 4));
            ExceptionGroup inConnect = said.exceptions().stream()
                    .filter(group -> group.phase() == Phase.CONNECT)
                    .findFirst()
                    .orElseThrow();
            assertThat(inConnect.count()).isEqualTo(4);
            thrown = inConnect.type() + ": " + inConnect.message();
        }
        try (TwoHosts hosts = impatientHosts()) {
            serve(hosts, "StalledServer");
            Process client = client(hosts, 10, pace);
            begin(client);
            assertThat(results(client, 4)).extracting(Got::text).containsOnly(thrown);
            assertThat(hosts.queue(PORT).orElseThrow().depth()).isEqualTo(6);
        }
    }

    /// A client that gives up after 3 s instead of two minutes, and a limit of 5.
    private static TwoHosts impatientHosts() {
        return new TwoHosts(
                Map.of(Setting.SOMAXCONN, 5L),
                Map.of(Setting.TCP_SYN_RETRIES, 1L, Setting.TCP_SYN_LINEAR_TIMEOUTS, 0L));
    }
}
