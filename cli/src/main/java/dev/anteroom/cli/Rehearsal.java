package dev.anteroom.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A run of the build, not of the user: goes through some commands once, so that the JVM can write down which classes
/// they need (`-XX:AOTCacheOutput`), and leaves beside the program which JDK that was.
///
/// A start loads every class of its cache, needed or not, so doctor has a cache of its own and pays for no other
/// command: see docs/performance.md.
final class Rehearsal {
    private static final List<List<String>> DOCTOR = List.of(
            List.of("doctor", "--window", "10ms"),
            List.of("doctor", "--window", "0", "--all", "--syn-queue"),
            List.of("doctor", "--window", "0", "--json"),
            List.of("doctor", "--help"),
            List.of("doctor", "--no-such-option"),
            List.of("size", "--burst", "1000", "--accept-rate", "100", "--backlog", "128"),
            List.of("size", "--rate", "90", "--accept-rate", "100", "--json"));

    private static final int PACKETS = 400_000;

    private static final String TRACE = """
            java.net.ConnectException: Connection timed out
            \tat java.base/sun.nio.ch.Net.pollConnect(Native Method)
            \tat java.base/sun.nio.ch.Net.pollConnectNow(Net.java:682)
            """;

    private Rehearsal() {}

    /// @param arguments the folder of the built program, and what to rehearse: `doctor`, `explain` or `others`
    static void main(String[] arguments) throws IOException {
        Path dist = Path.of(arguments[0]);
        Files.deleteIfExists(dist.resolve("built"));
        Files.deleteIfExists(dist.resolve(arguments[1] + ".aot")); // one that fits no more is worse than none
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Anteroom anteroom = new Anteroom(nowhere, nowhere);
        switch (arguments[1]) {
            case "doctor" -> rehearseDoctor(anteroom);
            case "explain" -> rehearseExplain(anteroom, dist.resolveSibling("rehearsal"));
            case "others" -> rehearseSurge(anteroom);
            default -> throw new IllegalArgumentException("nothing to rehearse for '" + arguments[1] + "'");
        }
        Files.writeString(dist.resolve("jdk"), System.getProperty("java.home") + "\n");
        Files.writeString(dist.resolve("built"), "");
    }

    private static void rehearseDoctor(Anteroom anteroom) throws IOException {
        // A listener of this process: whatever else runs on the building host, one owner is found.
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket waiting = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            DOCTOR.forEach(words -> anteroom.run(words.toArray(String[]::new)));
            anteroom.run("doctor", "--window", "0", "--port", Integer.toString(listener.getLocalPort()));
            waiting.shutdownOutput();
        }
    }

    /// A capture long enough that the JVM compiles what a large one needs, and a text.
    private static void rehearseExplain(Anteroom anteroom, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path capture = folder.resolve("capture.pcap");
        Path shared = folder.resolve("shared.pcapng");
        Path trace = folder.resolve("trace.txt");
        for (Path left : List.of(capture, shared, trace)) {
            Files.deleteIfExists(left);
        }
        RehearsedCapture.write(capture, PACKETS);
        Files.writeString(trace, TRACE);
        explain(anteroom, capture.toString());
        explain(anteroom, capture.toString(), "--json");
        anteroom.run("explain", capture.toString(), "--anonymise", shared.toString());
        explain(anteroom, shared.toString());
        explain(anteroom, trace.toString());
        anteroom.run("explain", "--help");
        anteroom.run("explain", "--no-such-option");
        for (Path each : List.of(capture, shared, trace, folder)) {
            Files.delete(each);
        }
    }

    /// What goes wrong would be learned instead.
    private static void explain(Anteroom anteroom, String... words) {
        ExitCode code = anteroom.run(
                Stream.concat(Stream.of("explain"), Stream.of(words)).toArray(String[]::new));
        if (code != ExitCode.FINDINGS) {
            throw new IllegalStateException("explain " + List.of(words) + " ended with " + code);
        }
    }

    /// A surge that is served, and one against a listener that never accepts.
    private static void rehearseSurge(Anteroom anteroom) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> answerAll(server));
            String target = "127.0.0.1:" + server.getLocalPort();
            anteroom.run("surge", target, "-n", "100");
            anteroom.run("surge", target, "-n", "20", "--rate", "1000", "--json");
        }
        try (ServerSocket stalled = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket waiting = new Socket(stalled.getInetAddress(), stalled.getLocalPort())) {
            String target = "127.0.0.1:" + stalled.getLocalPort();
            anteroom.run("surge", target, "-n", "4", "--server-first", "--patience", "1500ms");
            waiting.shutdownOutput();
        }
        anteroom.run("surge", "--help");
        anteroom.run("surge", "--no-such-option");
    }

    private static void answerAll(ServerSocket server) {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                .getBytes(StandardCharsets.US_ASCII);
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                int first = client.getInputStream().read();
                if (first >= 0) {
                    client.getOutputStream().write(answer);
                }
            } catch (IOException closed) {
                // The next accept tells whether it is over.
            }
        }
    }
}
