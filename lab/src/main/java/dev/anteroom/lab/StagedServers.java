package dev.anteroom.lab;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Family;
import dev.anteroom.traffic.SampleServer;
import dev.anteroom.traffic.ServerPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The servers of a scenario, listening.
final class StagedServers implements AutoCloseable {
    /// How long a program may take until it listens.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

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
            Process process = host.start(new ProcessBuilder(command.words()).redirectErrorStream(true));
            opened.add(() -> process.destroyForcibly().waitFor());
            awaitListener(host, command, process, LastLines.of(process));
        } catch (IOException failed) {
            throw new KernelException("cannot start " + command.words().getFirst() + ": " + failed.getMessage());
        }
    }

    private static void awaitListener(
            PrivateHost host, Scenario.ServerSpec.Command command, Process process, LastLines said)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (SockDiag sockDiag = host.sockDiag()) {
            while (sockDiag.listeners(Family.INET, command.port()).isEmpty()
                    && sockDiag.listeners(Family.INET6, command.port()).isEmpty()) {
                boolean ended = !process.isAlive();
                if (ended || System.nanoTime() > deadline) {
                    throw new KernelException(command.words().getFirst()
                            + (ended ? " ended" : " did not listen") + " on port " + command.port()
                            + (ended ? " before it listened" : " within " + PATIENCE.toSeconds() + " s")
                            + "; it printed: " + said.text(ended));
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }

    /// What a program prints is read as it comes, so that its pipe never fills, and no file is left behind by it.
    private static final class LastLines {
        private static final int KEPT = 3;

        private final Deque<String> lines = new ArrayDeque<>();
        private final Thread reader;

        private LastLines(Process process) {
            this.reader = Thread.ofPlatform()
                    .daemon()
                    .name("output of " + process.pid())
                    .unstarted(() -> {
                        try (BufferedReader output = process.inputReader()) {
                            output.lines().filter(line -> !line.isBlank()).forEach(this::keep);
                        } catch (IOException | UncheckedIOException ended) {
                            // The program was ended; what it had printed is kept.
                        }
                    });
        }

        static LastLines of(Process process) {
            LastLines last = new LastLines(process);
            last.reader.start();
            return last;
        }

        private synchronized void keep(String line) {
            lines.addLast(line);
            if (lines.size() > KEPT) {
                lines.removeFirst();
            }
        }

        /// @param ended whether the program has ended, so that there is an end to what it printed
        private String text(boolean ended) throws InterruptedException {
            if (ended) {
                reader.join(PATIENCE);
            }
            synchronized (this) {
                return lines.isEmpty() ? "nothing" : String.join(" | ", lines);
            }
        }
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
