package dev.anteroom.kernel;

import dev.anteroom.queue.TcpCounters;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A network namespace of a test, with nothing in it but `lo`. It lives as long as the process that holds it, which
/// ends with [#close()], or with the test's JVM at the latest a few minutes after it.
final class PrivateNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String LIFETIME_SECONDS = "300";

    private final Process holder;
    private final List<Closeable> opened = new ArrayList<>();

    private PrivateNetwork(Process holder) {
        this.holder = holder;
    }

    /// What may fail in it.
    interface Action<T> {
        T run() throws IOException;
    }

    static PrivateNetwork open() throws IOException {
        PrivateNetwork network = new PrivateNetwork(new ProcessBuilder("unshare", "-n", "sleep", LIFETIME_SECONDS)
                .redirectErrorStream(true)
                .start());
        // unshare(1) becomes sleep once it has made the namespace.
        await(
                "a new namespace",
                () -> ProcFile.text("/proc/" + network.pid() + "/comm")
                        .filter("sleep\n"::equals)
                        .isPresent());
        network.run("ip", "link", "set", "lo", "up");
        return network;
    }

    long pid() {
        return holder.pid();
    }

    String path() {
        return "/proc/" + pid() + "/ns/net";
    }

    /// Runs on a thread inside; sockets that it opens stay inside. Returns only when the kernel shows the thread no
    /// more, so that no scan takes this JVM for a process of the namespace.
    <T> T inside(Action<T> action) {
        long[] tid = new long[1];
        T result = ThreadInside.get(path(), () -> {
            try {
                Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
                tid[0] = Long.parseLong(self.getFileName().toString());
                return action.run();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        await("the end of a thread", () -> Files.notExists(Path.of("/proc/self/task", Long.toString(tid[0]))));
        return result;
    }

    /// sock_diag of this namespace, closed with it.
    SockDiag sockDiag() {
        SockDiag sockDiag = inside(SockDiag::open);
        opened.add(sockDiag::close);
        return sockDiag;
    }

    /// Its counters now.
    TcpCounters counters() {
        String directory = "/proc/" + pid() + "/net";
        return ProcNet.counters(
                ProcFile.text(directory + "/netstat").orElseThrow(),
                ProcFile.text(directory + "/snmp").orElseThrow());
    }

    void sysctl(String name, long value) {
        inside(() -> Files.writeString(Path.of("/proc/sys", name.replace('.', '/')), Long.toString(value)));
    }

    /// A TCP listener of the JVM, of one family or, for INET6, of both.
    ServerSocketChannel listen(StandardProtocolFamily family, String address, int backlog) {
        return listen(family, address, 0, backlog);
    }

    ServerSocketChannel listen(StandardProtocolFamily family, String address, int port, int backlog) {
        ServerSocketChannel server = inside(() -> ServerSocketChannel.open(family)
                .bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), backlog));
        opened.add(server);
        return server;
    }

    static int port(ServerSocketChannel server) {
        try {
            return ((InetSocketAddress) server.getLocalAddress()).getPort();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /// Connects to 127.0.0.1 and waits until the handshake is done on this side.
    SocketChannel connect(int port) {
        SocketChannel client = inside(() -> {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
            channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return channel;
        });
        opened.add(client);
        return client;
    }

    /// Fills a queue: each client waits for the kernel to count the one before it.
    List<SocketChannel> fill(SockDiag sockDiag, int port, int clients) {
        List<SocketChannel> all = new ArrayList<>();
        for (int i = 1; i <= clients; i++) {
            all.add(connect(port));
            long wanted = i;
            await("depth " + wanted, () -> depth(sockDiag, port) == wanted);
        }
        return all;
    }

    /// Sends SYNs that a full queue refuses, one at a time. Each client is closed as soon as the kernel has counted
    /// its SYN, long before it would send it again.
    void overflow(SockDiag sockDiag, int port, int syns) {
        for (int i = 0; i < syns; i++) {
            long before = dropEvents(sockDiag, port);
            SocketChannel refused = inside(() -> {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                return channel;
            });
            await("a refused SYN", () -> dropEvents(sockDiag, port) > before);
            try {
                refused.close();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    /// The only listener of a port.
    static SockDiag.ListenRow row(SockDiag sockDiag, int port) {
        List<SockDiag.ListenRow> rows = new ArrayList<>();
        NamespaceView.TCP_FAMILIES.forEach(family -> rows.addAll(sockDiag.listeners(family, port)));
        if (rows.size() != 1) {
            throw new AssertionError("one listener expected on port " + port + ", not " + rows);
        }
        return rows.getFirst();
    }

    static long depth(SockDiag sockDiag, int port) {
        return row(sockDiag, port).queue().depth();
    }

    static long dropEvents(SockDiag sockDiag, int port) {
        return row(sockDiag, port).queue().dropEvents().orElseThrow();
    }

    /// The output of a command inside.
    String run(String... command) throws IOException {
        Process process = inside(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private ProcessBuilder inside(String... command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid()), "-n"));
        words.addAll(List.of(command));
        return new ProcessBuilder(words);
    }

    /// A Python program inside, for what the JDK has no method for.
    ///
    /// @param program lines; it prints a line when it is ready and ends when its input does
    Talk python(String program) {
        try {
            Talk talk = new Talk(inside("python3", "-u", "-c", program)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            opened.add(talk);
            return talk;
        } catch (IOException noPython) {
            throw new UncheckedIOException(noPython);
        }
    }

    /// A program that answers line by line.
    static final class Talk implements Closeable {
        private final Process process;

        private Talk(Process process) {
            this.process = process;
        }

        long pid() {
            return process.pid();
        }

        String line() throws IOException {
            String line = process.inputReader().readLine();
            if (line == null) {
                throw new IOException("the program ended");
            }
            return line;
        }

        int number() throws IOException {
            return Integer.parseInt(line());
        }

        String ask(String question) throws IOException {
            process.outputWriter().write(question + "\n");
            process.outputWriter().flush();
            return line();
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    /// Waits for an event that the kernel shows.
    static void await(String what, BooleanSupplier event) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!event.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
            }
            Thread.onSpinWait();
        }
    }

    /// Ends the process that holds the namespace; what was opened in it stays open.
    void kill() {
        holder.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        try {
            for (Closeable one : opened.reversed()) {
                one.close();
            }
        } finally {
            kill();
        }
    }
}
