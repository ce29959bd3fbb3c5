package dev.anteroom.bench;

import static dev.anteroom.bench.StagedCause.PATIENT;
import static dev.anteroom.bench.StagedCause.plain;
import static dev.anteroom.bench.StagedQueues.FINAL_ACK;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Server programs that do not accept, or do not answer.
final class StagedServers {
    private static final List<String> NOT_ACCEPTING = List.of("accept-queue-full", "not-accepting", FINAL_ACK);

    static final List<StagedCause> ALL = List.of(
            plain(
                    "server-stopped",
                    List.of("accept-queue-full", "not-accepting", "server-paused", FINAL_ACK),
                    (stage, random) -> {
                        Process server = stage.serve("quick", random.nextInt(4, 30), 0);
                        stage.clients(10, Duration.ofMillis(20), stage.request(1000, 2000));
                        stage.await();
                        stage.onServer("kill", "-STOP", "" + server.pid());
                        stage.clients(random.nextInt(20, 60), Duration.ofMillis(10), stage.request(1500, 2000));
                        stage.await();
                        stage.pasteTables();
                        stage.paste("ps", "-o", "pid,stat,comm", "-p", "" + server.pid());
                    }),
            plain("server-paused", NOT_ACCEPTING, (stage, random) -> {
                Process server = stage.serve("quick", random.nextInt(100, 200), 0);
                stage.clients(10, Duration.ofMillis(20), stage.request(1000, 5000));
                stage.await();
                stage.onServer("kill", "-STOP", "" + server.pid());
                stage.clients(random.nextInt(20, 60), Duration.ofMillis(10), stage.request(1500, 5000));
                Thread.sleep(random.nextInt(1500, 2500));
                stage.pasteTables();
                stage.onServer("kill", "-CONT", "" + server.pid());
                stage.await();
            }),
            plain("server-paused", NOT_ACCEPTING, (stage, random) -> {
                        Process server = stage.serveWithHeap(random.nextInt(100, 200), random.nextInt(350, 600));
                        stage.clients(10, Duration.ofMillis(20), stage.request(1000, 5000));
                        stage.await();
                        server.outputWriter().append('\n').flush();
                        stage.clients(random.nextInt(20, 60), Duration.ofMillis(10), stage.request(1500, PATIENT));
                        stage.pasteTables();
                        stage.await();
                    })
                    .as("server-paused by garbage collection"),
            plain("accepted-but-slow", List.of(), (stage, random) -> {
                stage.serve("slow", random.nextInt(50, 200), 1.2 + random.nextDouble());
                stage.clients(random.nextInt(5, 30), Duration.ofMillis(20), stage.request(1000, PATIENT));
                Thread.sleep(700);
                stage.pasteTables();
                stage.await();
            }),
            plain("max-connections", NOT_ACCEPTING, (stage, random) -> {
                int most = random.nextInt(3, 10);
                stage.serve("limited", random.nextInt(30, 60), most);
                tooMany(stage, random, most);
            }),
            plain("max-connections", NOT_ACCEPTING, (stage, random) -> {
                        int most = random.nextInt(3, 10);
                        Process server = stage.serveWith("TomcatServer", random.nextInt(10, 60), most);
                        tooMany(
                                stage,
                                random,
                                most,
                                System.getProperty("java.home") + "/bin/jstack",
                                "" + server.pid());
                    })
                    .as("max-connections of Tomcat"),
            plain("max-connections", NOT_ACCEPTING, (stage, random) -> {
                        int most = random.nextInt(3, 10);
                        stage.serveWith("JettyServer", random.nextInt(10, 60), most);
                        tooMany(stage, random, most);
                    })
                    .as("max-connections of Jetty"),
            plain("server-out-of-descriptors", NOT_ACCEPTING, (stage, random) -> {
                int descriptors = random.nextInt(10, 30);
                stage.serve("few-descriptors", random.nextInt(30, 60), descriptors);
                tooMany(stage, random, descriptors);
            }));

    private StagedServers() {}

    /// Connections that stay, so many as are taken, and then some more.
    ///
    /// @param look another command whose output is evidence
    private static void tooMany(Stage stage, SplittableRandom random, int most, String... look) throws Exception {
        stage.clients(most, Duration.ofMillis(30), stage.stay());
        Thread.sleep(300);
        stage.clients(random.nextInt(5, 20), Duration.ofMillis(20), stage.request(1000, 1500));
        Thread.sleep(1000);
        stage.pasteTables();
        if (look.length > 0) {
            stage.paste(look);
        }
        stage.looked();
        stage.await();
    }
}
