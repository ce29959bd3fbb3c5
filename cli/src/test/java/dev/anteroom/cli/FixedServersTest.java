package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.traffic.Talk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Servers as people run them, each with the backlog that it asks for by itself, standing still while a surge comes
/// that is larger than its queue. `fix` names its setting; a raised limit lets those in who were turned away; and after
/// exactly the printed change the same surge is refused nothing.
@NeedsRoot
class FixedServersTest {
    private static final int PORT = 8081;
    private static final int LIMIT = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Talk HTTP = new Talk.Http("GET / HTTP/1.1", List.of("Host: server", "Connection: close"));

    @TempDir
    private Path folder;

    /// How a changed setting is put where it belongs and made to count.
    private interface Change {
        Process make(TwoHosts hosts, Process running, JsonNode printed) throws Exception;
    }

    @Test
    void nginx() throws Exception {
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; pid %1$s/nginx.pid; error_log stderr;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  server {
                    listen %2$d;
                    return 200 "Hello, world!";
                  }
                }
                """.formatted(folder, PORT));
        losesNobodyAfterTheFix("nginx", 511, HTTP, List.of("nginx", "-c", config.toString()), (_, running, printed) -> {
            assertThat(printed.path("then").asString()).isEqualTo("reload it");
            replaceLine(printed);
            Set<ProcessHandle> workers = workers(running);
            TwoHosts.signal("HUP", running.pid());
            // The socket has its new limit before there are new workers: one that is yet to come would not stand still.
            TwoHosts.await("new workers alone", () -> {
                Set<ProcessHandle> now = workers(running);
                return !now.isEmpty() && Collections.disjoint(now, workers);
            });
            return running;
        });
    }

    @Test
    void redis() throws Exception {
        Path config = Files.writeString(
                folder.resolve("redis.conf"),
                "port %d\nprotected-mode no\nsave \"\"\ndir %s\n".formatted(PORT, folder));
        List<String> command = List.of("redis-server", config.toString());
        losesNobodyAfterTheFix("Redis", 511, new Talk.ClientFirst("PING\r\n"), command, (hosts, running, printed) -> {
            // It has overwritten its command line, so that its file is where it usually is.
            assertThat(printed.path("file").asString()).isEqualTo("/etc/redis/redis.conf");
            Files.writeString(
                    config, Files.readString(config) + printed.path("text").asString() + "\n");
            return restart(hosts, running, command);
        });
    }

    @Test
    void tomcat() throws Exception {
        Path home = FetchedServers.tomcat(folder);
        Path config = Files.writeString(home.resolve("conf/server.xml"), """
                <Server port="-1">
                  <Service name="Catalina">
                    <Connector port="%d" protocol="HTTP/1.1"/>
                    <Engine name="Catalina" defaultHost="localhost">
                      <Host name="localhost" appBase="none"/>
                    </Engine>
                  </Service>
                </Server>
                """.formatted(PORT));
        List<String> command = List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "sh",
                "-c",
                "exec sh " + home + "/bin/catalina.sh run 2> /dev/null"); // it logs there
        losesNobodyAfterTheFix("Tomcat", 100, HTTP, command, (hosts, running, printed) -> {
            assertThat(printed.path("file").asString()).isEqualTo(config + ":3");
            assertThat(printed.path("text").asString()).isEqualTo("acceptCount=\"1000\" in this Connector");
            Files.writeString(
                    config, Files.readString(config).replace("<Connector", "<Connector acceptCount=\"1000\""));
            return restart(hosts, running, command);
        });
    }

    @Test
    void springBoot() throws Exception {
        String classPath = FetchedServers.springBoot(folder);
        Path config = folder.resolve("application.properties");
        List<String> command = List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                "app.App",
                "--server.port=" + PORT,
                "--spring.config.location=optional:file:" + config);
        losesNobodyAfterTheFix("Spring Boot with Tomcat", 100, HTTP, command, (hosts, running, printed) -> {
            assertThat(printed.path("file").asString()).isEqualTo("application.properties");
            Files.writeString(config, printed.path("text").asString() + "\n");
            return restart(hosts, running, command);
        });
    }

    @Test
    void node() throws Exception {
        String listen = "server.listen({ port });";
        Path source = Files.writeString(folder.resolve("server.js"), """
                const port = %d;
                const server = require('http').createServer((request, response) => {
                  response.setHeader('Connection', 'close');
                  response.end('Hello');
                });
                %s
                """.formatted(PORT, listen));
        List<String> command = List.of("node", source.toString());
        losesNobodyAfterTheFix("Node.js", 511, HTTP, command, (hosts, running, printed) -> {
            Files.writeString(
                    source,
                    Files.readString(source)
                            .replace(listen, printed.path("text").asString()));
            return restart(hosts, running, command);
        });
    }

    @Test
    void httpServerOfPython() throws Exception {
        String settings = "allow_reuse_address = True";
        Path source = Files.writeString(folder.resolve("server.py"), """
                import http.server
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(200)
                        self.send_header('Content-Length', '5')
                        self.end_headers()
                        self.wfile.write(b'Hello')
                    def log_message(self, *words): pass
                class Server(http.server.ThreadingHTTPServer):
                    %s
                Server(('', %d), Handler).serve_forever()
                """.formatted(settings, PORT));
        List<String> command = List.of("python3", source.toString());
        losesNobodyAfterTheFix("Python http.server, socketserver", 5, HTTP, command, (hosts, running, printed) -> {
            Files.writeString(
                    source,
                    Files.readString(source)
                            .replace(
                                    settings,
                                    settings + "; " + printed.path("text").asString()));
            return restart(hosts, running, command);
        });
    }

    private void losesNobodyAfterTheFix(String software, int asks, Talk talk, List<String> command, Change change)
            throws Exception {
        // Those whose final ACK was dropped send again all at once, seven times in the time they have: a server that
        // gets no processor in those moments takes no more than a queue of them each time.
        int clients = asks + Math.min(60, 4 * asks);
        try (TwoHosts hosts = new TwoHosts(Map.of(), Map.of())) {
            Process server = hosts.serve(PORT, command.toArray(String[]::new));
            assertThat(limit(hosts)).isEqualTo(asks);

            assertThat(refusedOf(hosts, server, clients, talk)).isPositive();
            raisedWhileItComes(hosts, server, clients, talk, asks);

            JsonNode printed = fix(hosts, "--port", Integer.toString(PORT), "--limit", Integer.toString(LIMIT))
                    .path("listeners")
                    .path(0);
            assertThat(printed.path("software").asString()).isEqualTo(software);
            assertThat(printed.path("changes")).hasSize(1);
            server = change.make(hosts, server, printed.path("changes").path(0));
            TwoHosts.await("the new limit", () -> limit(hosts) == LIMIT);

            assertThat(refusedOf(hosts, server, clients, talk)).isZero();
            TwoHosts.signal("KILL", server.pid());
        }
    }

    /// How many segments are refused while the server stands still and the surge comes; all are served afterwards.
    private static long refusedOf(TwoHosts hosts, Process server, int clients, Talk talk) throws Exception {
        long before = hosts.counter(Counter.LISTEN_DROPS);
        stop(server);
        CompletableFuture<SurgeResult> surge = hosts.surge(PORT, clients, talk, PATIENCE);
        TwoHosts.await(
                "a full queue, or everybody in it",
                () -> hosts.queue(PORT).orElseThrow().depth() == clients
                        || hosts.counter(Counter.LISTEN_DROPS) > before);
        long refused = hosts.counter(Counter.LISTEN_DROPS) - before;
        goOn(server);
        SurgeResult result = surge.get();
        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.SERVED, clients));
        if (refused == 0) {
            assertThat(result.synRetransmissions().keySet()).containsExactly(0);
        }
        return refused;
    }

    private void raisedWhileItComes(TwoHosts hosts, Process server, int clients, Talk talk, int asks) throws Exception {
        long before = hosts.counter(Counter.LISTEN_DROPS);
        stop(server);
        CompletableFuture<SurgeResult> surge = hosts.surge(PORT, clients, talk, PATIENCE);
        TwoHosts.await("a refusal", () -> hosts.counter(Counter.LISTEN_DROPS) > before);
        String state = folder.resolve("state").toString();
        String[] port = {"--port", Integer.toString(PORT)};

        JsonNode done =
                fix(hosts, "--live", port[0], port[1], "--limit", Integer.toString(LIMIT), "--apply", "--state", state);

        assertThat(done.path("applied").asBoolean()).isTrue();
        assertThat(limit(hosts)).isEqualTo(LIMIT);
        long refused = hosts.counter(Counter.LISTEN_DROPS);
        TwoHosts.await(
                "those who were turned away",
                () -> hosts.queue(PORT).orElseThrow().depth() == clients);
        assertThat(hosts.counter(Counter.LISTEN_DROPS)).isEqualTo(refused);
        goOn(server);
        assertThat(surge.get().outcomes()).isEqualTo(Map.of(Outcome.SERVED, clients));
        assertThat(server.isAlive()).isTrue();

        assertThat(Doctor.run("fix", "--undo", "--state", state).code()).isEqualTo(ExitCode.OK);
        assertThat(limit(hosts)).isEqualTo(asks);
    }

    private static JsonNode fix(TwoHosts hosts, String... words) {
        Doctor fix = Doctor.run(
                Stream.concat(Stream.of("fix", "--json", "-N", Long.toString(hosts.server.inode())), Stream.of(words))
                        .toArray(String[]::new));
        assertThat(fix.code()).as(fix.err()).isIn(ExitCode.OK, ExitCode.FINDINGS);
        return fix.json();
    }

    private static long limit(TwoHosts hosts) {
        return hosts.queue(PORT).map(queue -> queue.limit().orElseThrow()).orElse(-1L);
    }

    private static Process restart(TwoHosts hosts, Process running, List<String> command) throws Exception {
        signal("KILL", running);
        running.waitFor();
        TwoHosts.await("an end of the old listener", () -> hosts.queue(PORT).isEmpty());
        return hosts.serve(PORT, command.toArray(String[]::new));
    }

    private static Set<ProcessHandle> workers(Process server) {
        return server.children().collect(Collectors.toSet());
    }

    private static void replaceLine(JsonNode printed) throws IOException {
        String place = printed.path("file").asString();
        Path file = Path.of(place.substring(0, place.lastIndexOf(':')));
        int line = Integer.parseInt(place.substring(place.lastIndexOf(':') + 1));
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(line - 1, printed.path("text").asString());
        Files.write(file, lines);
    }

    /// The parent first: once it stands still it starts no worker more.
    private static void stop(Process server) throws Exception {
        TwoHosts.signal("STOP", server.pid());
        TwoHosts.await("a standstill", () -> isStopped(server.pid()));
        signal("STOP", server);
    }

    /// By the state in proc(5), stat.
    private static boolean isStopped(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    private static void goOn(Process server) throws Exception {
        signal("CONT", server);
    }

    private static void signal(String name, Process server) throws Exception {
        List<Long> all = new ArrayList<>(List.of(server.pid()));
        server.descendants().forEach(child -> all.add(child.pid()));
        for (long pid : all) {
            TwoHosts.signal(name, pid);
        }
    }
}
