package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.SampleServer;
import dev.anteroom.traffic.ServerPlan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// `anteroom surge`, from the command line to what is printed, against servers on a private host.
@NeedsRoot
class SurgeRunTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private dev.anteroom.kernel.PrivateHost host;

    @BeforeEach
    void open() {
        host = dev.anteroom.kernel.PrivateHost.open("surge", Map.of(Setting.SOMAXCONN, 4096L));
    }

    @AfterEach
    void close() {
        host.close();
    }

    private SampleServer server(ServerPlan.Kind kind) throws Exception {
        return host.inside(() -> SampleServer.start(
                ServerPlan.of(kind).at(new InetSocketAddress(HERE, 0)).withBacklog(500)));
    }

    private Doctor surge(int port, String... words) throws Exception {
        String[] all = new String[words.length + 2];
        all[0] = "surge";
        all[1] = "127.0.0.1:" + port;
        System.arraycopy(words, 0, all, 2, words.length);
        return host.inside(() -> Doctor.run(all));
    }

    @Test
    void allServedIsZero() throws Exception {
        try (SampleServer server = server(ServerPlan.Kind.VIRTUAL)) {
            Doctor run = surge(server.address().getPort(), "-n", "50");

            assertThat(run.err()).isEmpty();
            assertThat(run.code()).isEqualTo(ExitCode.OK);
            assertThat(run.out()).startsWith("All 50 connections to 127.0.0.1:").contains("Burst width");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rate 200 --poisson --seed 3",
                "--rate 200 --ramp 100ms",
                "--waves 3 --every 50ms",
                "--concurrency 4",
                "--request 'HEAD /x HTTP/1.1' --header 'Host: here'",
                "--source 127.0.0.2-127.0.0.4",
                "--threads 2 --at-once"
            })
    void everyWayToArriveIsServed(String words) throws Exception {
        try (SampleServer server = server(ServerPlan.Kind.VIRTUAL)) {
            String[] split = words.split(" (?=--|[0-9a-z'])(?=(?:[^']*'[^']*')*[^']*$)", -1);
            String[] more = new String[split.length + 3];
            for (int i = 0; i < split.length; i++) {
                more[i] = split[i].replace("'", "");
            }
            more[split.length] = "-n";
            more[split.length + 1] = "20";
            more[split.length + 2] = "--json";
            Doctor run = surge(server.address().getPort(), more);

            assertThat(run.err()).isEmpty();
            assertThat(run.json().path("outcomes").path("served").asInt()).isEqualTo(20);
            assertThat(run.code()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void whoeverIsNotServedMakesOneAndShowsInTheJson() throws Exception {
        try (ServerSocket stalled = host.inside(() -> new ServerSocket(0, 5, HERE))) {
            Doctor run = surge(stalled.getLocalPort(), "-n", "8", "--server-first", "--patience", "500ms", "--json");

            JsonNode json = run.json();
            assertThat(run.code()).isEqualTo(ExitCode.FINDINGS);
            assertThat(json.path("schema").asString()).isEqualTo("anteroom/surge/1");
            assertThat(json.path("outcomes").path("phantom").asInt()).isEqualTo(6);
            assertThat(json.path("outcomes").path("connect-timeout").asInt()).isEqualTo(2);
            assertThat(json.path("exceptions").size()).isEqualTo(2);
        }
    }

    @Test
    void aPlainTcpServerNeedsNoHttp() throws Exception {
        try (SampleServer server = server(ServerPlan.Kind.SPEAK_FIRST)) {
            int port = server.address().getPort();

            assertThat(surge(port, "-n", "5", "--send", "QUIT\\r\\n").code()).isEqualTo(ExitCode.OK);
            assertThat(surge(port, "-n", "5", "--server-first").code()).isEqualTo(ExitCode.OK);
            assertThat(surge(port, "-n", "5", "--connect-only").code()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void tlsTrustsNobodyByItselfAndAnyoneIfAskedTo(@TempDir Path directory) throws Exception {
        String keys = directory.resolve("keys.p12").toString();
        PrivateHost.output(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                "x",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-storepass",
                "changeit",
                "-keystore",
                keys,
                "-storetype",
                "PKCS12");
        try (TlsServer server = host.inside(() -> TlsServer.start(keys, HERE))) {
            Doctor wary = surge(server.port(), "-n", "3", "--tls", "--json");
            assertThat(wary.json().path("outcomes").path("closed").asInt()).isEqualTo(3);
            assertThat(wary.json().path("exceptions").path(0).path("phase").asString())
                    .isEqualTo("tls");

            Doctor trusting = surge(server.port(), "-n", "20", "--tls", "--insecure", "--json");
            assertThat(trusting.json().path("outcomes").path("served").asInt()).isEqualTo(20);
        }
    }

    @Test
    void helpNamesEveryOption() {
        Doctor run = Doctor.run("surge", "--help");

        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains(
                        "--connections",
                        "--at-once",
                        "--rate",
                        "--poisson",
                        "--seed",
                        "--ramp",
                        "--waves",
                        "--every",
                        "--concurrency",
                        "--request",
                        "--header",
                        "--send",
                        "--server-first",
                        "--connect-only",
                        "--tls",
                        "--insecure",
                        "--patience",
                        "--source",
                        "--threads",
                        "--i-own-this-target",
                        "--json",
                        "--no-header");
    }
}
