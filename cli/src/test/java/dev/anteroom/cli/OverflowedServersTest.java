package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.diagnosis.Finding;
import dev.anteroom.kernel.Watch;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.traffic.Arrivals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The servers that people run, each overflowed with a backlog of 5 from across a link.
@NeedsRoot
class OverflowedServersTest {
    private static final int BACKLOG = 5;
    private static final int CAPACITY = BACKLOG + 1;
    private static final int CLIENTS = 40;
    private static final int PORT = 8081;

    @TempDir
    private Path folder;

    private String written(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static CompletableFuture<SurgeResult> surge(TwoHosts hosts, int connections, Duration patience) {
        return hosts.surge(PORT, connections, new Arrivals.AtOnce(), patience);
    }

    private static long limit(TwoHosts hosts) {
        return hosts.queue(PORT).orElseThrow().limit().orElseThrow();
    }

    private static int count(SurgeResult surge, Outcome... outcomes) {
        return Stream.of(outcomes)
                .mapToInt(outcome -> surge.outcomes().getOrDefault(outcome, 0))
                .sum();
    }

    @Test
    void nginxWhoseWorkerStandsStillHoldsSixAndServesAgainWhenItGoesOn() throws Exception {
        try (TwoHosts hosts = new TwoHosts(Map.of(), Map.of())) {
            Process nginx =
                    hosts.serve(PORT, "nginx", "-c", written("nginx.conf", """
                    daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr; events {}
                    http { access_log off; server { listen %2$d backlog=%3$d; return 200 "Hello, world!"; } }
                    """.formatted(folder, PORT, BACKLOG)));
            assertThat(limit(hosts)).isEqualTo(BACKLOG);
            assertThat(surge(hosts, 3, Duration.ofSeconds(20)).get().outcomes()).isEqualTo(Map.of(Outcome.SERVED, 3));

            TwoHosts.signal("STOP", nginx.pid());
            List<Finding> findings;
            SurgeResult stopped;
            try (Watch watch = hosts.server.watch()) {
                CompletableFuture<SurgeResult> fired = surge(hosts, CLIENTS, Duration.ofSeconds(3));
                TwoHosts.await(
                        "a full queue and an overflow",
                        () -> hosts.queue(PORT).filter(QueueSample::isFull).isPresent()
                                && hosts.counter(Counter.LISTEN_OVERFLOWS) > 0);
                findings = Diagnosis.of(watch.evidence());
                assertThat(hosts.queue(PORT).orElseThrow().depth()).isEqualTo(CAPACITY);
                stopped = fired.get();
            }
            assertThat(count(stopped, Outcome.PHANTOM)).isGreaterThanOrEqualTo(CAPACITY);
            assertThat(count(stopped, Outcome.PHANTOM, Outcome.CONNECT_TIMEOUT)).isEqualTo(CLIENTS);
            assertThat(findings)
                    .extracting(finding -> finding.cause().id())
                    .contains("accept-queue-full", "accept-queue-overflow");

            TwoHosts.signal("CONT", nginx.pid());
            assertThat(surge(hosts, 3, Duration.ofSeconds(20)).get().outcomes()).isEqualTo(Map.of(Outcome.SERVED, 3));
        }
    }

    @Test
    void httpServerOfPythonServesOneAfterTheOtherAndTheSurgeCountsWhoWasLate() throws Exception {
        Path handled = folder.resolve("handled");
        try (TwoHosts hosts = new TwoHosts(Map.of(Setting.TCP_SYNCOOKIES, 0L), Map.of())) {
            hosts.serve(PORT, "python3", written("server.py", """
                    import http.server, time
                    class Slow(http.server.BaseHTTPRequestHandler):
                        def do_GET(self):
                            time.sleep(0.1)
                            with open('%s', 'a') as f: f.write('.')
                            self.send_response(200)
                            self.send_header('Content-Length', '5')
                            self.end_headers()
                            self.wfile.write(b'Hello')
                        def log_message(self, *words): pass
                    http.server.HTTPServer(('', %d), Slow).serve_forever()
                    """.formatted(handled, PORT)));
            // request_queue_size of socketserver.TCPServer, which nobody sets
            assertThat(limit(hosts)).isEqualTo(BACKLOG);

            SurgeResult surge = surge(hosts, CLIENTS, Duration.ofSeconds(40)).get();

            // Without cookies it is the SYN queue, of six places too, that turns most of them away.
            assertThat(hosts.counter(Counter.LISTEN_DROPS)).isPositive();
            assertThat(count(surge, Outcome.SERVED)).isEqualTo(CLIENTS);
            assertThat(Files.size(handled)).isEqualTo(CLIENTS);
            assertThat(surge.synRetransmissions().tailMap(1)).isNotEmpty();
            assertThat(surge.firstByte().max()).isGreaterThan(Duration.ofSeconds(CLIENTS / 10 - 1));
        }
    }

    @Test
    void nodeWhoseEventLoopIsHeldUpLosesWhatDoesNotFit() throws Exception {
        Path hold = folder.resolve("hold");
        try (TwoHosts hosts = new TwoHosts(Map.of(), Map.of())) {
            hosts.serve(PORT, "node", written("server.js", """
                    const http = require('http'), fs = require('fs');
                    const still = new Int32Array(new SharedArrayBuffer(4));
                    http.createServer((request, response) => {
                      // What a long computation does to the event loop, without the computation.
                      while (fs.existsSync('%s')) Atomics.wait(still, 0, 0, 5);
                      response.setHeader('Connection', 'close');
                      response.end('Hello');
                    }).listen({ port: %d, backlog: %d });
                    """.formatted(hold, PORT, BACKLOG)));
            assertThat(limit(hosts)).isEqualTo(BACKLOG);

            Files.createFile(hold);
            CompletableFuture<SurgeResult> held = surge(hosts, 1, Duration.ofSeconds(60));
            TwoHosts.await(
                    "the first request to be accepted",
                    () -> hosts.counter(Counter.PASSIVE_OPENS) == 1
                            && hosts.queue(PORT).orElseThrow().depth() == 0);
            SurgeResult lost = surge(hosts, CLIENTS, Duration.ofSeconds(3)).get();
            Files.delete(hold);

            assertThat(count(lost, Outcome.SERVED)).isZero();
            assertThat(count(lost, Outcome.PHANTOM, Outcome.CONNECT_TIMEOUT)).isEqualTo(CLIENTS);
            assertThat(hosts.counter(Counter.LISTEN_OVERFLOWS)).isPositive();
            assertThat(held.get().outcomes()).isEqualTo(Map.of(Outcome.SERVED, 1));
        }
    }
}
