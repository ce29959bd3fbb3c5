package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `serve` as a process: what it says when it is ended, and to whom it is refused.
@NeedsRoot
class ServeIT {
    /// The program in a network namespace of its own, run by something else.
    private static Process start(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String[] serve(List<String> before, String... options) {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=dev.anteroom.kernel",
                "--module-path=" + System.getProperty("anteroom.lib"),
                "--module=dev.anteroom.cli/dev.anteroom.cli.Anteroom",
                "serve"));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    private static void awaitOpening(BufferedReader said) throws IOException {
        String line = said.readLine();
        while (line != null && !line.equals("Ctrl-C ends it.")) {
            line = said.readLine();
        }
        assertThat(line).as("the last line of the opening").isNotNull();
    }

    /// What a command prints in the network namespace of a process.
    private static String inside(Process process, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("nsenter", "-t", Long.toString(process.pid()), "-n"));
        words.addAll(List.of(command));
        Process child = new ProcessBuilder(words).redirectErrorStream(true).start();
        return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void endedFromOutsideItTellsWhatItSawAndExitsWithZero() throws Exception {
        Process process = start(serve(List.of(), "pool"));
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            awaitOpening(said);
            assertThat(inside(process, "curl", "-s", "http://127.0.0.1:8100/")).isEqualTo("Hello, world!\n");
            process.toHandle().destroy();

            assertThat(said.lines())
                    .containsExactly(
                            "Accepted 1, served 1, failed 0.",
                            "0 still wait for accept(2) and are reset now. Drop events: 0 (1 for a dropped SYN, 2 for a"
                                    + " dropped final ACK).");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aPrivilegedPortIsRefusedToAnOrdinaryUserInOneLine() throws Exception {
        List<String> ordinaryUser = List.of("setpriv", "--bounding-set", "-net_bind_service", "--inh-caps", "-all");
        Process process = start(serve(ordinaryUser, "pool", "--port", "80"));

        assertThat(process.inputReader(StandardCharsets.UTF_8).lines())
                .containsExactly("anteroom: cannot listen on 0.0.0.0:80: Permission denied; ports below"
                        + " net.ipv4.ip_unprivileged_port_start (1024) are for root: take a higher one");
        assertThat(process.waitFor()).isEqualTo(3);
    }

    @Test
    void aServerOutOfDescriptorsSaysSoWhenItEnds() throws Exception {
        Process process = start(serve(List.of("prlimit", "--nofile=64"), "pool"));
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            awaitOpening(said);
            String deepest = inside(process, "python3", "-c", """
                    import socket, subprocess, time
                    clients = [socket.create_connection(('127.0.0.1', 8100)) for _ in range(80)]
                    depth = 0
                    deadline = time.monotonic() + 20
                    while depth == 0 and time.monotonic() < deadline:
                        time.sleep(0.05)
                        depth = int(subprocess.check_output(['ss', '-ltnH']).split()[1])
                    print('some wait' if depth else 'none waits')
                    """);
            assertThat(deepest).isEqualTo("some wait\n");
            process.toHandle().destroy();

            assertThat(said.lines()).anyMatch(line -> line.matches("accept\\(2\\) itself failed \\d+ times, .*"));
        } finally {
            process.destroyForcibly();
        }
    }
}
