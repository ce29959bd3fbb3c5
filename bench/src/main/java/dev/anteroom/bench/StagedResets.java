package dev.anteroom.bench;

import static dev.anteroom.bench.StagedCause.plain;

import java.net.SocketException;
import java.time.Duration;
import java.util.List;

/// Connections that the server ends.
final class StagedResets {
    static final List<StagedCause> ALL = List.of(
            plain("closed-with-reset", List.of(), (stage, random) -> {
                stage.serve(random.nextBoolean() ? "unread" : "linger", random.nextInt(50, 200), 0.05);
                stage.clients(random.nextInt(3, 30), Duration.ofMillis(30), stage.request(1000, 3000));
                stage.await();
                stage.pasteTables();
            }),
            plain("closed-without-answer", List.of(), (stage, random) -> {
                stage.serve("silent-close", random.nextInt(50, 200), 0);
                stage.clients(random.nextInt(3, 30), Duration.ofMillis(30), stage.request(1000, 3000));
                stage.await();
                stage.pasteTables();
            }),
            plain("idle-connection-closed", List.of(), (stage, random) -> {
                double patience = 0.4 + random.nextDouble() * 1.5;
                stage.serve("keep-alive", random.nextInt(50, 200), patience);
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(20), twoRequests(stage, patience));
                stage.await();
                stage.pasteTables();
            }),
            plain("listener-closed", List.of(), (stage, random) -> {
                stage.serve("close", random.nextInt(30, 60), 0.9);
                stage.clients(random.nextInt(8, 25), Duration.ofMillis(15), stage.request(1000, 3000));
                stage.pasteTables();
                Thread.sleep(900);
                stage.clients(random.nextInt(5, 15), Duration.ofMillis(15), stage.request(1000, 3000));
                stage.await();
                stage.pasteTables();
            }),
            plain("listener-closed", List.of(), (stage, random) -> {
                        int backlog = random.nextInt(50, 200);
                        Process server = stage.serve("slow", backlog, 0.3);
                        stage.clients(random.nextInt(10, 25), Duration.ofMillis(15), stage.request(1000, 3000));
                        stage.onServer("kill", "-KILL", "" + server.pid());
                        stage.clients(random.nextInt(5, 15), Duration.ofMillis(15), stage.request(1000, 3000));
                        stage.serve("slow", backlog, 0.3);
                        stage.clients(random.nextInt(5, 15), Duration.ofMillis(15), stage.request(1000, 3000));
                        stage.await();
                        stage.pasteTables();
                    })
                    .as("listener-closed, killed and started again"));

    private StagedResets() {}

    /// The second request goes out when the server has just closed, or a moment before.
    private static Stage.Talk twoRequests(Stage stage, double patience) {
        return socket -> {
            stage.request(1000, 2000).with(socket);
            socket.getInputStream().skip(socket.getInputStream().available());
            Thread.sleep(Math.round(patience * 1000) + 20);
            socket.getOutputStream().write(Stage.REQUEST);
            Thread.sleep(50);
            socket.getOutputStream().write(Stage.REQUEST);
            if (socket.getInputStream().read() < 0) {
                throw new SocketException("Unexpected end of file from server");
            }
        };
    }
}
