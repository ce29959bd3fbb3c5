package dev.anteroom.bench;

import static dev.anteroom.bench.StagedCause.NOTHING;
import static dev.anteroom.bench.StagedCause.plain;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/// What happens before the server's TCP sees a segment, and what its TCP decides without any queue.
final class StagedNetworks {
    static final List<StagedCause> ALL = List.of(
            plain(NOTHING, List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(20, 200), 0);
                stage.clients(random.nextInt(5, 40), Duration.ofMillis(20), stage.request(1000, 1000));
                stage.await();
                stage.pasteTables();
            }),
            plain("no-listener", List.of(), (stage, random) -> {
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(20), stage.request(1000, 1000));
                stage.pasteTables();
                stage.await();
            }),
            plain("firewall-drop", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(20, 200), 0);
                String[] rules = firewall(stage, random, "DROP");
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(30), stage.request(1800, 1000));
                stage.await();
                stage.pasteTables();
                stage.paste(rules);
            }),
            plain("firewall-drop", List.of(), (stage, random) -> {
                        stage.serve("quick", random.nextInt(100, 200), 0);
                        String port = Integer.toString(stage.port);
                        String rate = random.nextInt(2, 8) + "/second";
                        rule(
                                stage,
                                words(
                                        "iptables -A INPUT -p tcp --syn --dport",
                                        port,
                                        "-m limit --limit",
                                        rate,
                                        "-j ACCEPT"));
                        rule(stage, words("iptables -A INPUT -p tcp --syn --dport", port, "-j DROP"));
                        stage.clients(random.nextInt(30, 60), Duration.ofMillis(20), stage.request(2500, 2000));
                        stage.await();
                        stage.pasteTables();
                        stage.paste("iptables", "-nvL", "INPUT");
                    })
                    .as("firewall-drop above a rate"),
            plain("firewall-reject", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(20, 200), 0);
                String[] rules = random.nextBoolean()
                        ? firewall(stage, random, "REJECT", "--reject-with", "tcp-reset")
                        : firewall(stage, random, "REJECT", "--reject-with", "icmp-port-unreachable");
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(30), stage.request(1000, 1000));
                stage.await();
                stage.pasteTables();
                stage.paste(rules);
            }),
            plain("conntrack-full", List.of(), StagedNetworks::fullTable),
            new StagedCause("path-loss", "path-loss", List.of(), Map.of(), 20, 0.25, (stage, random) -> {
                stage.serve("quick", random.nextInt(100, 200), 0);
                stage.clients(random.nextInt(40, 80), Duration.ofMillis(10), stage.request(6000, 6000));
                stage.await();
                stage.pasteTables();
            }),
            new StagedCause("path-loss, every tenth", "path-loss", List.of(), Map.of(), 20, 0.1, (stage, random) -> {
                stage.serve("quick", random.nextInt(100, 200), 0);
                stage.clients(random.nextInt(80, 120), Duration.ofMillis(10), stage.request(6000, 6000));
                stage.await();
                stage.pasteTables();
            }),
            plain("large-packets-lost", List.of(), (stage, random) -> {
                stage.serve("large", random.nextInt(50, 200), random.nextInt(20_000, 200_000));
                String largest = Integer.toString(random.nextInt(600, 1300));
                stage.onClient(words("iptables -A INPUT -p tcp -m length --length", largest + ":65535", "-j DROP"));
                stage.clients(random.nextInt(3, 12), Duration.ofMillis(30), stage.download());
                Thread.sleep(1500);
                stage.pasteTables();
                stage.await();
            }),
            plain("time-wait-reuse-refused", List.of(), (stage, random) -> {
                stage.onClient("sysctl", "-w", "net.ipv4.tcp_timestamps=0");
                stage.serve("brief", random.nextInt(20, 200), random.nextInt(1, 1000));
                int first = random.nextInt(20_000, 30_000);
                int clients = random.nextInt(2, 12);
                int sequence = random.nextInt(100_000_000, 1_000_000_000);
                stage.program("reuse.py", stage.port, first, clients, sequence);
                stage.program("reuse.py", stage.port, first, clients, sequence - random.nextInt(10_000, 10_000_000));
                stage.pasteTables();
            }));

    private static final Path MOST_TRACKED = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");
    private static final ReentrantLock TABLE = new ReentrantLock();

    private StagedNetworks() {}

    /// Adds a rule for the port and returns the command that lists it.
    private static String[] firewall(Stage stage, SplittableRandom random, String... verdict) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "" + stage.port, "-j"));
        words.addAll(List.of(verdict));
        rule(stage, words.toArray(String[]::new));
        return random.nextBoolean()
                ? new String[] {"iptables", "-nvL", "INPUT"}
                : new String[] {"nft", "list", "ruleset"};
    }

    private static String[] words(String... parts) {
        return String.join(" ", parts).split(" ");
    }

    private static void rule(Stage stage, String... command) throws Exception {
        String refused = stage.onServer(command);
        if (!refused.isBlank()) {
            throw new IOException("no firewall rule could be made: " + refused.strip());
        }
    }

    /// Read at once: of such a file the second read(2) gets nothing, and Files.readString begins with one byte.
    private static String mostTracked() throws IOException {
        try (BufferedReader setting = Files.newBufferedReader(MOST_TRACKED)) {
            return Objects.requireNonNull(setting.readLine());
        }
    }

    /// Fills the table of tracked connections by connections that stay, so that none gives way to another.
    private static void fullTable(Stage stage, SplittableRandom random) throws Exception {
        stage.serve("quick", random.nextInt(100, 200), 0);
        rule(stage, "iptables", "-A", "INPUT", "-m", "conntrack", "--ctstate", "ESTABLISHED", "-j", "ACCEPT");
        int most = random.nextInt(5, 30);
        TABLE.lock(); // the limit is the machine's
        String before = mostTracked();
        try {
            Files.writeString(MOST_TRACKED, "" + most);
            stage.clients(most, Duration.ofMillis(20), stage.stay());
            Thread.sleep(200);
            stage.clients(random.nextInt(3, 20), Duration.ofMillis(30), stage.request(2500, 1000));
            Thread.sleep(500);
            stage.pasteTables();
            stage.paste("sysctl", "net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max");
            stage.paste("iptables", "-nvL", "INPUT");
            stage.looked();
            stage.await();
        } finally {
            Files.writeString(MOST_TRACKED, before);
            TABLE.unlock();
        }
    }
}
