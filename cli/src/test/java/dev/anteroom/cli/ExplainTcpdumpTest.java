package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What tcpdump writes of the running kernel.
@NeedsRoot
class ExplainTcpdumpTest {
    /// In a namespace of its own: a listener with backlog 1 that never accepts, four clients until two have sent
    /// their SYN again, then a port where nobody listens, whose reset comes before the clients end. In immediate
    /// mode each packet is written as it comes, and of 256 KB for each, the usual length, the buffer would hold
    /// eight.
    private static final String SCRIPT = """
            set -eu
            ip link set lo up
            tcpdump -i any -U -n --immediate-mode -s 512 -w "$1" tcp 2> "$1.err" &
            dump=$!
            trap 'kill $dump 2> /dev/null || true' EXIT
            until grep -q listening "$1.err"; do kill -0 $dump; sleep 0.05; done
            timeout 30 python3 -c '
            import socket, time
            def sent_again():
                names, values = [l.split() for l in open("/proc/net/snmp") if l.startswith("Tcp:")]
                return int(dict(zip(names, values))["RetransSegs"])
            server = socket.socket()
            server.bind(("127.0.0.1", 8080))
            server.listen(1)
            clients = []
            for i in range(4):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", 8080))
                clients.append(client)
            clients[0].send(b"hello")
            while sent_again() < 2: time.sleep(0.01)
            try:
                socket.create_connection(("127.0.0.1", 9))
            except ConnectionRefusedError:
                pass
            '
            for _ in $(seq 200); do
              [ "$(tcpdump -n -r "$1" port 9 2> /dev/null | wc -l)" -lt 2 ] || break
              sleep 0.05
            done
            kill $dump
            wait $dump || true
            """;

    @TempDir
    Path directory;

    @Test
    void theFullQueueAndTheClosedPortAreToldApart() throws IOException {
        assumeTrue(installed("tcpdump", "--version"));
        Path file = directory.resolve("real.pcap");
        Process staged = new ProcessBuilder("unshare", "-n", "sh", "-c", SCRIPT, "sh", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(staged.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(staged.onExit().join().exitValue()).as(said).isZero();

        Doctor run = Doctor.run("explain", "--json", file.toString());

        JsonNode full = run.listener(8080);
        assertThat(full.get("handshakes").intValue()).isEqualTo(4);
        assertThat(full.get("fates").get("syn-unanswered").intValue()).isEqualTo(2);
        assertThat(full.get("synRetransmissions").get("1").intValue()).isEqualTo(2);
        assertThat(full.get("signs").get("server-is-linux").intValue()).isEqualTo(2);
        assertThat(run.listener(9).get("fates").get("refused").intValue()).isEqualTo(1);
    }

    private static boolean installed(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }
}
