package dev.anteroom.bench;

import static dev.anteroom.bench.StagedCause.plain;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Listen queues of other systems that are full. A script answers as their TCP does; they themselves are not here.
final class StagedStacks {
    static final List<StagedCause> ALL = List.of(
            plain("reset-by-another-stack", List.of(), (stage, random) -> full(stage, random, "macos")),
            plain("refused-by-windows-queue", List.of(), (stage, random) -> full(stage, random, "windows")));

    private StagedStacks() {}

    private static void full(Stage stage, SplittableRandom random, String kind) throws Exception {
        stage.onServer("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "" + stage.port, "-j", "DROP");
        stage.withoutTables();
        int places = random.nextInt(3, 10);
        stage.serveAs(kind, places);
        stage.clients(places + random.nextInt(3, 20), Duration.ofMillis(20), stage.request(1500, 1500));
        stage.await();
    }
}
