package dev.anteroom.bench;

import static dev.anteroom.bench.StagedCause.plain;

import java.time.Duration;
import java.util.List;

/// Causes on the client's own side.
final class StagedClients {
    static final List<StagedCause> ALL = List.of(
            plain("client-time-out", List.of("accepted-but-slow"), (stage, random) -> {
                stage.serve("slow", random.nextInt(50, 200), 1.2 + random.nextDouble());
                stage.clients(random.nextInt(5, 30), Duration.ofMillis(20), stage.request(1000, 700));
                Thread.sleep(600);
                stage.pasteTables();
                stage.await();
                Thread.sleep(2500);
            }),
            plain("client-out-of-ports", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(100, 200), 0);
                int ports = random.nextInt(20, 40);
                stage.onClient("sysctl", "-w", "net.ipv4.ip_local_port_range=40000 " + (40_000 + ports));
                stage.clients(ports + 30, Duration.ofMillis(5), stage.stay(2000));
                stage.await();
                stage.pasteTables();
            }),
            plain("client-out-of-descriptors", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(100, 200), 0);
                int descriptors = random.nextInt(20, 60);
                stage.program("client.py", stage.port, descriptors, descriptors + random.nextInt(1, 30));
                stage.pasteTables();
            }));

    private StagedClients() {}
}
