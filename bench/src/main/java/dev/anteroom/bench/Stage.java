package dev.anteroom.bench;

import dev.anteroom.capture.LinkCapture;
import dev.anteroom.kernel.Link;
import dev.anteroom.kernel.LinkShape;
import dev.anteroom.kernel.PrivateHost;
import dev.anteroom.queue.Setting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Two private hosts and a link between them, a server program on one and Java clients on the other, and the
/// evidence that they leave: the capture of the link, what the clients threw, what the server's tables show.
final class Stage implements AutoCloseable {
    /// The system property that holds the class path of other people's servers; without it they are left out.
    static final String SERVERS = "anteroom.bench.servers";

    static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: server\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int COMMAND_SECONDS = 20;
    private static final int CONNECT_MILLIS = 5000;

    private final Path folder;
    private final PrivateHost client;
    private final PrivateHost server;
    private final LinkCapture capture;
    private final LinkCapture fromClient;
    private final LinkCapture fromServer;
    private final Link link;
    private final StringWriter thrown = new StringWriter();
    private final PrintWriter clientLog = new PrintWriter(thrown, true);
    private final StringBuilder serverLog = new StringBuilder();
    private final List<Socket> held = new ArrayList<>();
    private final List<Process> programs = new ArrayList<>();
    private final List<String> tables = new ArrayList<>();
    private final List<Thread> running = new ArrayList<>();
    private final CountDownLatch looked = new CountDownLatch(1);
    private int sockets;
    private boolean tabled = true;
    final int port;

    private Stage(Path folder, PrivateHost client, PrivateHost server, LinkShape shape, int port, boolean atServer) {
        this.folder = folder;
        this.client = client;
        this.server = server;
        this.port = port;
        capture = LinkCapture.to(folder.resolve("capture.pcapng"));
        fromClient = LinkCapture.to(folder.resolve("from-client.pcapng"));
        fromServer = LinkCapture.to(folder.resolve("from-server.pcapng"));
        link = Link.between(client, server, shape, 1, (nanos, byClient, lost, packet) -> {
            // Recorded at one end: what that sends is seen, what does not reach it is not.
            if (!lost || byClient != atServer) {
                capture.packet(nanos, byClient, false, packet);
                (byClient ? fromClient : fromServer).packet(nanos, byClient, false, packet);
            }
        });
    }

    /// Sets it up.
    ///
    /// @param settings of the server's host
    static Stage open(Path folder, Map<Setting, Long> settings, Duration delay, double loss, SplittableRandom random)
            throws IOException {
        Files.createDirectories(folder);
        PrivateHost client = PrivateHost.open("client", Map.of());
        PrivateHost server = PrivateHost.open("server", settings);
        LinkShape shape = new LinkShape(delay, Duration.ZERO, loss, OptionalLong.empty(), random.nextLong());
        return new Stage(folder, client, server, shape, random.nextInt(8000, 9000), random.nextBoolean());
    }

    /// Starts the server program and waits until it listens.
    Process serve(String mode, int backlog, double number) throws Exception {
        return serve("python3", script("server.py").toString(), mode, "" + port, "" + backlog, "" + number);
    }

    /// Starts the script that answers as another system's TCP does.
    Process serveAs(String kind, int places) throws Exception {
        return serve("python3", script("stack.py").toString(), kind, "" + port, "" + places);
    }

    /// Starts a server of other people's, `TomcatServer` or `JettyServer`, and waits until it listens.
    ///
    /// @param most the maximum of connections that it is given
    Process serveWith(String program, int backlog, int most) throws Exception {
        return serve(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty(SERVERS),
                program,
                Link.SERVER_ADDRESS,
                "" + port,
                "" + backlog,
                "" + most);
    }

    /// Starts a JVM that serves and logs its collections of garbage, and waits until it listens.
    ///
    /// @param megabytes of its heap that stay in use: at the first byte that it reads it moves all of that
    Process serveWithHeap(int backlog, int megabytes) throws Exception {
        return serve(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-Xmx2400m",
                "-Xmn1200m",
                "-Xlog:gc",
                script("PausedServer.java").toString(),
                Link.SERVER_ADDRESS,
                "" + port,
                "" + backlog,
                "" + megabytes);
    }

    private Process serve(String... command) throws Exception {
        Process program = server.start(new ProcessBuilder(command).redirectErrorStream(true));
        programs.add(program);
        BufferedReader lines = program.inputReader();
        for (String line = lines.readLine(); ; line = lines.readLine()) {
            if (line == null) {
                throw new IOException("the server program did not start: " + serverLog);
            }
            if (line.startsWith("listening")) {
                break;
            }
            log(line);
        }
        Thread.ofPlatform().daemon().start(() -> lines.lines().forEach(this::log));
        return program;
    }

    private void log(String line) {
        synchronized (serverLog) {
            serverLog.append(line).append('\n');
        }
    }

    /// Sends SYNs from strangers, and returns when all are sent.
    void flood(int count) throws Exception {
        onClient("python3", script("flood.py").toString(), "" + port, "" + count);
    }

    /// Runs a client program of the resources, and adds what it prints to the clients' log.
    void program(String name, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", script(name).toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        String printed = onClient(command.toArray(String[]::new));
        synchronized (clientLog) {
            clientLog.print(printed);
        }
    }

    private Path script(String name) throws IOException {
        try (InputStream resource = Objects.requireNonNull(Stage.class.getResourceAsStream(name))) {
            return Files.write(folder.resolve(name), resource.readAllBytes());
        }
    }

    /// Runs a command on the server's host and returns what it printed.
    String onServer(String... command) throws Exception {
        return run(server, command);
    }

    /// Runs a command on the client's host and returns what it printed.
    String onClient(String... command) throws Exception {
        return run(client, command);
    }

    private static String run(PrivateHost host, String... command) throws Exception {
        Process process = host.start(new ProcessBuilder(command).redirectErrorStream(true));
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
        return printed;
    }

    /// Pastes a command of the server's host and its output into the evidence.
    void paste(String... command) throws Exception {
        if (tabled) {
            tables.add("$ " + String.join(" ", command) + "\n" + onServer(command) + "\n");
        }
    }

    /// The host's tables are no evidence, from now on and so far: it stands in for another system.
    void withoutTables() {
        tabled = false;
        tables.clear();
    }

    /// The tables that somebody would take while it happens.
    void pasteTables() throws Exception {
        paste("ss", "-ltnp");
        paste("ss", "-tanp");
    }

    /// A socket of the client, kept until the end. Made inside, usable from any thread.
    Socket socket() throws Exception {
        Socket made = client.inside(() -> {
            Socket socket = new Socket();
            socket.setReuseAddress(false); // makes the descriptor now, inside
            return socket;
        });
        synchronized (held) {
            held.add(made);
        }
        return made;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral(Link.SERVER_ADDRESS), port);
    }

    /// One client's conversation.
    interface Talk {
        void with(Socket socket) throws IOException, InterruptedException;
    }

    /// Connects, asks, and waits for the first byte of the answer.
    Talk request(int connectMillis, int readMillis) {
        return socket -> {
            socket.connect(address(), connectMillis);
            socket.setSoTimeout(readMillis);
            socket.getOutputStream().write(REQUEST);
            if (socket.getInputStream().read() < 0) {
                throw new SocketException("Unexpected end of file from server");
            }
        };
    }

    /// Is answered at once, and keeps the connection until somebody has looked.
    Talk stay() {
        return socket -> {
            request(1000, 2000).with(socket);
            boolean inTime = looked.await(COMMAND_SECONDS, TimeUnit.SECONDS);
            if (!inTime) {
                throw new SocketException("nobody came to look");
            }
        };
    }

    /// Ends the connections that stay.
    void looked() {
        looked.countDown();
    }

    /// Connects, asks, and reads to the end.
    Talk download() {
        return socket -> {
            socket.connect(address(), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            socket.getOutputStream().write(REQUEST);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        };
    }

    /// So many clients, one every so often; returns when all have ended.
    void clients(int count, Duration apart, Talk talk) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = socket();
            int number = ++sockets;
            threads.add(Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    talk.with(socket);
                } catch (IOException failed) {
                    synchronized (clientLog) {
                        clientLog.println("WARN request " + number + " failed");
                        failed.printStackTrace(clientLog);
                    }
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                } finally {
                    closeQuietly(socket);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.start();
            if (apart.isPositive()) {
                Thread.sleep(apart);
            }
        }
        running.addAll(threads);
    }

    /// So many connections that send nothing and stay.
    void hold(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            socket().connect(address(), CONNECT_MILLIS);
        }
    }

    /// Waits for the clients.
    void await() throws InterruptedException {
        for (Thread thread : running) {
            thread.join(Duration.ofSeconds(20));
        }
    }

    /// What its evidence is.
    ///
    /// @param capture of both directions
    /// @param fromClient what the client sent of it
    /// @param fromServer what the server sent of it
    /// @param client what the clients threw
    /// @param tables commands of the server's host with what they printed, and what the server itself printed
    record Evidence(Path capture, Path fromClient, Path fromServer, Path client, List<String> tables) {
        Evidence {
            tables = List.copyOf(tables);
        }
    }

    /// Ends the stage and leaves its evidence.
    Evidence finish() throws Exception {
        close();
        Path clientFile = Files.writeString(folder.resolve("client.log"), thrown.toString());
        synchronized (serverLog) {
            tables.add(serverLog.toString());
        }
        Files.writeString(folder.resolve("server.txt"), String.join("", tables));
        return new Evidence(
                folder.resolve("capture.pcapng"),
                folder.resolve("from-client.pcapng"),
                folder.resolve("from-server.pcapng"),
                clientFile,
                tables);
    }

    @Override
    public void close() {
        link.close();
        capture.close();
        fromClient.close();
        fromServer.close();
        synchronized (held) {
            held.forEach(Stage::closeQuietly);
        }
        programs.forEach(Process::destroyForcibly);
        client.close();
        server.close();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // It is over either way.
        }
    }
}
