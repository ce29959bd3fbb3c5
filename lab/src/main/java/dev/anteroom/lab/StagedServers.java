package dev.anteroom.lab;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Family;
import dev.anteroom.traffic.SampleServer;
import dev.anteroom.traffic.ServerPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The servers of a scenario, listening.
final class StagedServers implements AutoCloseable {
    /// How long a program may take until it listens.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
    private static final int SHOWN_LINES = 3;

    private final List<AutoCloseable> opened = new ArrayList<>();

    private StagedServers() {}

    /// Starts each in turn and waits until it listens.
    ///
    /// @throws KernelException if one does not come to listen, with the last lines of what it printed
    static StagedServers start(PrivateHost host, List<Scenario.ServerSpec> specs) throws InterruptedException {
        StagedServers servers = new StagedServers();
        try {
            for (Scenario.ServerSpec spec : specs) {
                switch (spec) {
                    case Scenario.ServerSpec.Sample sample ->
                        servers.opened.add(sample(host, sample.plan(), specs.size() > 1));
                    case Scenario.ServerSpec.Command command -> servers.command(host, command);
                }
            }
            return servers;
        } catch (KernelException | InterruptedException failed) {
            servers.close();
            throw failed;
        }
    }

    private static SampleServer sample(PrivateHost host, ServerPlan plan, boolean reusePort) {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.ofLiteral(Link.SERVER_ADDRESS), plan.address().getPort());
        ServerPlan there = plan.at(address);
        try {
            return host.inside(() -> reusePort ? SampleServer.startMember(there) : SampleServer.start(there));
        } catch (KernelException refused) {
            throw refused;
        } catch (Exception unexpected) {
            throw new IllegalStateException("the sample server did not start", unexpected);
        }
    }

    private void command(PrivateHost host, Scenario.ServerSpec.Command command) throws InterruptedException {
        try {
            Path log = Files.createTempFile("anteroom-server", ".log");
            opened.add(() -> Files.deleteIfExists(log));
            Process process = host.start(new ProcessBuilder(command.words())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile()));
            opened.add(() -> process.destroyForcibly().waitFor());
            awaitListener(host, command, process, log);
        } catch (IOException failed) {
            throw new KernelException("cannot start " + command.words().getFirst() + ": " + failed.getMessage());
        }
    }

    private static void awaitListener(PrivateHost host, Scenario.ServerSpec.Command command, Process process, Path log)
            throws InterruptedException, IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (SockDiag sockDiag = host.sockDiag()) {
            while (sockDiag.listeners(Family.INET, command.port()).isEmpty()
                    && sockDiag.listeners(Family.INET6, command.port()).isEmpty()) {
                boolean ended = !process.isAlive();
                if (ended || System.nanoTime() > deadline) {
                    throw new KernelException(command.words().getFirst()
                            + (ended ? " ended" : " did not listen") + " on port " + command.port()
                            + (ended ? " before it listened" : " within " + PATIENCE.toSeconds() + " s")
                            + "; it printed: " + lastLines(log));
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty()
                ? "nothing"
                : String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    @Override
    public void close() {
        for (AutoCloseable one : opened.reversed()) {
            try {
                one.close();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (Exception endedAlready) {
                // what was to be achieved; the private host ends the rest
            }
        }
    }
}
