package dev.anteroom.bench;

import static dev.anteroom.bench.StagedCause.AT_ONCE;
import static dev.anteroom.bench.StagedCause.plain;
import static dev.anteroom.bench.StagedCause.with;

import dev.anteroom.queue.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Queues that are full, each with another face.
final class StagedQueues {
    /// Wherever a queue overflows, a final ACK may be what meets it.
    static final String FINAL_ACK = "final-ack-dropped";

    private static final String ABSENT = "stalled";

    static final List<StagedCause> ALL = List.of(
            plain("accept-queue-full", List.of("not-accepting"), StagedQueues::full),
            plain("accept-queue-full", List.of("not-accepting"), (stage, random) -> {
                        stage.serve("slow-acceptor", random.nextInt(4, 12), 0.08 + random.nextDouble() * 0.1);
                        stage.clients(random.nextInt(50, 90), Duration.ofMillis(5), stage.request(4000, 9000));
                        stage.pasteTables();
                        stage.await();
                    })
                    .as("accept-queue-full, slow acceptor"),
            with(
                    Map.of(Setting.TCP_SYNCOOKIES, 0L),
                    60,
                    FINAL_ACK,
                    List.of("accept-queue-full", "not-accepting", "server-paused"),
                    StagedQueues::burst),
            with(
                    Map.of(Setting.TCP_SYNCOOKIES, 2L),
                    60,
                    "phantom-by-cookie",
                    List.of("accept-queue-full", "not-accepting", "syn-cookies-sent"),
                    StagedQueues::burst),
            with(
                    Map.of(Setting.TCP_ABORT_ON_OVERFLOW, 1L, Setting.TCP_SYNCOOKIES, 0L),
                    60,
                    "reset-by-abort-on-overflow",
                    List.of("accept-queue-full", "not-accepting"),
                    StagedQueues::burst),
            with(
                    Map.of(Setting.TCP_SYNCOOKIES, 0L),
                    300,
                    "syn-queue-full",
                    List.of(),
                    (stage, random) -> crowd(stage, random, random.nextInt(4, 12))),
            with(
                    Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, 16L),
                    300,
                    "syn-refused-by-max-syn-backlog",
                    List.of(),
                    (stage, random) -> crowd(stage, random, random.nextInt(150, 250))),
            plain("syn-flood", List.of("syn-cookies-sent"), StagedQueues::flood),
            with(
                            Map.of(Setting.TCP_SYNCOOKIES, 0L),
                            10,
                            "syn-flood",
                            List.of("syn-queue-full", "syn-refused-by-max-syn-backlog"),
                            StagedQueues::flood)
                    .as("syn-flood, cookies off"),
            with(
                    Map.of(Setting.TCP_SYNCOOKIES, 2L),
                    30,
                    "lost-options-of-a-cookie",
                    List.of("syn-cookies-sent"),
                    (stage, random) -> {
                        stage.onClient("sysctl", "-w", "net.ipv4.tcp_timestamps=0");
                        stage.serve("large", random.nextInt(50, 200), random.nextInt(300_000, 900_000));
                        stage.clients(random.nextInt(3, 10), Duration.ofMillis(30), stage.download());
                        stage.pasteTables();
                        stage.await();
                    }));

    private StagedQueues() {}

    private static void full(Stage stage, SplittableRandom random) throws Exception {
        int backlog = random.nextInt(2, 20);
        stage.serve(ABSENT, backlog, 0);
        stage.hold(backlog + 1);
        stage.clients(random.nextInt(5, 30), Duration.ofMillis(20), stage.request(random.nextInt(1200, 2600), 2000));
        Thread.sleep(1000);
        stage.pasteTables();
        stage.await();
    }

    /// Leaves one place in the accept queue and lets as many SYNs in as the SYN queue takes: of their final
    /// ACKs one fits.
    private static void burst(Stage stage, SplittableRandom random) throws Exception {
        int backlog = random.nextInt(5, 20);
        stage.serve(ABSENT, backlog, 0);
        stage.hold(backlog);
        stage.clients(backlog, AT_ONCE, stage.request(3000, 3500));
        Thread.sleep(1500);
        stage.pasteTables();
        stage.paste("sysctl", "net.ipv4.tcp_abort_on_overflow", "net.ipv4.tcp_syncookies");
        stage.await();
    }

    /// More clients at once, over a long way, than the SYN queue may hold.
    private static void crowd(Stage stage, SplittableRandom random, int backlog) throws Exception {
        stage.serve("quick", backlog, 0);
        stage.clients(random.nextInt(50, 80), AT_ONCE, stage.request(random.nextInt(700, 2500), 3000));
        Thread.sleep(150);
        stage.pasteTables();
        stage.paste("sysctl", "net.ipv4.tcp_syncookies");
        stage.await();
    }

    private static void flood(Stage stage, SplittableRandom random) throws Exception {
        stage.serve("quick", random.nextInt(16, 64), 0);
        stage.clients(5, Duration.ofMillis(30), stage.request(1000, 2000));
        stage.flood(random.nextInt(200, 400));
        stage.pasteTables();
        stage.clients(5, Duration.ofMillis(30), stage.request(1000, 2000));
        stage.await();
        Thread.sleep(3500); // until those who sent the last SYNs have been silent for long enough
    }
}
