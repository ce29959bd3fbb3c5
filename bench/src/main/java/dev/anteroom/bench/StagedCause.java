package dev.anteroom.bench;

import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A cause that can be staged here, with numbers drawn anew for each run.
///
/// @param id the cause that the explainer shall name
/// @param alsoTrue causes that are true of the same run: a server that is stopped also lets its queue overflow
/// @param settings of the server's host
/// @param roundTrip between the hosts, in milliseconds
/// @param loss the share of packets that the link loses
/// @param play what happens
record StagedCause(
        String id, List<String> alsoTrue, Map<Setting, Long> settings, int roundTrip, double loss, Play play) {

    /// What happens on the stage, between the first and the second reading of the counters.
    interface Play {
        void on(Stage stage, SplittableRandom random) throws Exception;
    }

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final String ABSENT = "stalled";

    /// Wherever a queue overflows, a final ACK may be what meets it.
    private static final String FINAL_ACK = "final-ack-dropped";

    private static final int PATIENT = 15_000;

    static final List<StagedCause> ALL = List.of(
            plain("accept-queue-full", List.of("not-accepting", FINAL_ACK), StagedCause::fullQueue),
            new StagedCause(
                    "final-ack-dropped",
                    List.of("accept-queue-full", "not-accepting", "server-paused"),
                    Map.of(Setting.TCP_SYNCOOKIES, 0L),
                    60,
                    0,
                    (stage, random) -> burstIntoFullQueue(stage, random, 1500)),
            new StagedCause(
                    "phantom-by-cookie",
                    List.of("accept-queue-full", "not-accepting", "syn-cookies-sent"),
                    Map.of(Setting.TCP_SYNCOOKIES, 2L),
                    60,
                    0,
                    (stage, random) -> burstIntoFullQueue(stage, random, 1500)),
            new StagedCause(
                    "reset-by-abort-on-overflow",
                    List.of("accept-queue-full", "not-accepting"),
                    Map.of(Setting.TCP_ABORT_ON_OVERFLOW, 1L, Setting.TCP_SYNCOOKIES, 0L),
                    60,
                    0,
                    (stage, random) -> burstIntoFullQueue(stage, random, 1500)),
            new StagedCause(
                    "syn-queue-full", List.of(), Map.of(Setting.TCP_SYNCOOKIES, 0L), 300, 0, (stage, random) -> {
                        stage.serve("quick", random.nextInt(4, 12), 0);
                        stage.clients(random.nextInt(50, 80), AT_ONCE, stage.request(random.nextInt(700, 2500), 3000));
                        Thread.sleep(150);
                        stage.pasteTables();
                        stage.paste("sysctl", "net.ipv4.tcp_syncookies");
                        stage.await();
                    }),
            new StagedCause(
                    "syn-refused-by-max-syn-backlog",
                    List.of(),
                    Map.of(Setting.TCP_SYNCOOKIES, 0L, Setting.TCP_MAX_SYN_BACKLOG, 16L),
                    300,
                    0,
                    (stage, random) -> {
                        stage.serve("quick", random.nextInt(150, 250), 0);
                        stage.clients(random.nextInt(50, 80), AT_ONCE, stage.request(random.nextInt(700, 2500), 3000));
                        Thread.sleep(150);
                        stage.pasteTables();
                        stage.paste("sysctl", "net.ipv4.tcp_syncookies");
                        stage.await();
                    }),
            plain("syn-flood", List.of("syn-cookies-sent"), (stage, random) -> {
                stage.serve("quick", random.nextInt(16, 64), 0);
                stage.clients(5, Duration.ofMillis(30), stage.request(1000, 2000));
                stage.flood(random.nextInt(200, 400));
                stage.pasteTables();
                stage.clients(5, Duration.ofMillis(30), stage.request(1000, 2000));
                stage.await();
                Thread.sleep(3500); // until those who sent the last SYNs have been silent for long enough
            }),
            plain("no-listener", List.of(), (stage, random) -> {
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(20), stage.request(1000, 1000));
                stage.pasteTables();
                stage.await();
            }),
            plain("firewall-drop", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(20, 200), 0);
                firewall(stage, "-j", "DROP");
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(30), stage.request(1800, 1000));
                stage.await();
                stage.pasteTables();
                stage.paste("iptables", "-nvL", "INPUT");
            }),
            plain("firewall-reject", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(20, 200), 0);
                String with = random.nextBoolean() ? "tcp-reset" : "icmp-port-unreachable";
                firewall(stage, "-j", "REJECT", "--reject-with", with);
                stage.clients(random.nextInt(3, 20), Duration.ofMillis(30), stage.request(1000, 1000));
                stage.await();
                stage.pasteTables();
                stage.paste("iptables", "-nvL", "INPUT");
            }),
            new StagedCause("path-loss", List.of(), Map.of(), 20, 0.25, (stage, random) -> {
                stage.serve("quick", random.nextInt(100, 200), 0);
                stage.clients(random.nextInt(40, 80), Duration.ofMillis(10), stage.request(6000, 6000));
                stage.await();
                stage.pasteTables();
            }),
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
            plain("server-paused", List.of("accept-queue-full", "not-accepting", FINAL_ACK), (stage, random) -> {
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
            plain("accepted-but-slow", List.of(), (stage, random) -> {
                stage.serve("slow", random.nextInt(50, 200), 1.2 + random.nextDouble());
                stage.clients(random.nextInt(5, 30), Duration.ofMillis(20), stage.request(1000, PATIENT));
                Thread.sleep(700);
                stage.pasteTables();
                stage.await();
            }),
            plain("client-time-out", List.of("accepted-but-slow"), (stage, random) -> {
                stage.serve("slow", random.nextInt(50, 200), 1.2 + random.nextDouble());
                stage.clients(random.nextInt(5, 30), Duration.ofMillis(20), stage.request(1000, 700));
                Thread.sleep(600);
                stage.pasteTables();
                stage.await();
                Thread.sleep(2500);
            }),
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
            plain("max-connections", List.of("accept-queue-full", "not-accepting", FINAL_ACK), (stage, random) -> {
                int most = random.nextInt(3, 10);
                stage.serve("limited", random.nextInt(30, 60), most);
                stage.clients(most, Duration.ofMillis(30), socket -> {
                    stage.request(1000, 2000).with(socket);
                    Thread.sleep(4000);
                });
                Thread.sleep(300);
                stage.clients(random.nextInt(5, 20), Duration.ofMillis(20), stage.request(1000, 1500));
                Thread.sleep(1000);
                stage.pasteTables();
                stage.await();
            }),
            plain("client-out-of-ports", List.of(), (stage, random) -> {
                stage.serve("quick", random.nextInt(100, 200), 0);
                int ports = random.nextInt(20, 40);
                stage.onClient("sysctl", "-w", "net.ipv4.ip_local_port_range=40000 " + (40_000 + ports));
                stage.clients(ports + 30, Duration.ofMillis(5), socket -> {
                    stage.request(1000, 2000).with(socket);
                    Thread.sleep(2000);
                });
                stage.await();
                stage.pasteTables();
            }));

    private static StagedCause plain(String id, List<String> alsoTrue, Play play) {
        return new StagedCause(id, alsoTrue, Map.of(), 10, 0, play);
    }

    private static void fullQueue(Stage stage, SplittableRandom random) throws Exception {
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
    private static void burstIntoFullQueue(Stage stage, SplittableRandom random, int settleMillis) throws Exception {
        int backlog = random.nextInt(5, 20);
        stage.serve(ABSENT, backlog, 0);
        stage.hold(backlog);
        stage.clients(backlog, AT_ONCE, stage.request(3000, 3500));
        Thread.sleep(settleMillis);
        stage.pasteTables();
        stage.paste("sysctl", "net.ipv4.tcp_abort_on_overflow", "net.ipv4.tcp_syncookies");
        stage.await();
    }

    private static void firewall(Stage stage, String... verdict) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "" + stage.port));
        words.addAll(List.of(verdict));
        String refused = stage.onServer(words.toArray(String[]::new));
        if (!refused.isBlank()) {
            throw new IOException("no firewall rule could be made: " + refused.strip());
        }
    }

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
