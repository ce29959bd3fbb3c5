package dev.anteroom.traffic;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// A server to send surges to, written with java.net as most are: one thread accepts, others answer.
///
/// An HTTP answer is `Hello, world!` with `Connection: close`, whatever was asked; a request body is not read. A
/// client that sends nothing holds its worker for [#PATIENCE]. No keep-alive, no TLS.
public final class SampleServer implements AutoCloseable {
    /// How long it waits for the next byte of a request.
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int LONGEST_HEAD_BYTES = 16_384;
    private static final Duration REST_AFTER_REFUSED_ACCEPT = Duration.ofMillis(10);
    /// An accept(2) that takes longer had to wait for a connection.
    private static final long LONGEST_ACCEPT_NANOS = 1_000_000;

    private static final byte[] ANSWER = """
            HTTP/1.1 200 OK\r
            Content-Type: text/plain\r
            Content-Length: 14\r
            Connection: close\r
            \r
            Hello, world!
            """.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GREETING = "220 Hello, world!\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerPlan plan;
    private final ServerSocket listener;
    private final Pauses pauses;
    private final ExecutorService workers;
    private final Thread acceptor;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder served = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refusedAccepts = new LongAdder();

    private SampleServer(ServerPlan plan, ServerSocket listener) {
        this.plan = plan;
        this.listener = listener;
        this.pauses = new Pauses(plan.pauseEvery(), plan.pause(), System::nanoTime);
        ThreadFactory named = Thread.ofPlatform().daemon().name("worker-", 1).factory();
        this.workers = plan.kind() == ServerPlan.Kind.POOL
                ? Executors.newFixedThreadPool(plan.workers(), named)
                : Executors.newVirtualThreadPerTaskExecutor();
        this.acceptor = Thread.ofPlatform().daemon().name("acceptor").unstarted(this::acceptAll);
    }

    /// What became of the connections so far.
    ///
    /// @param accepted how many accept(2) returned
    /// @param served how many of these were sent a whole answer or greeting
    /// @param failed how many of these left, sent nothing or no HTTP, broke or were cut off before that
    /// @param refusedAccepts how often accept(2) failed, mostly for want of descriptors: the connection then stays
    ///     in the accept queue
    public record Counts(long accepted, long served, long failed, long refusedAccepts) {}

    /// Starts a server in the network namespace of the calling platform thread.
    ///
    /// @throws KernelException if it cannot listen there
    public static SampleServer start(ServerPlan plan) {
        return start(plan, false);
    }

    /// Starts one member of a group that shares its address and port by SO_REUSEPORT; otherwise as [#start].
    public static SampleServer startMember(ServerPlan plan) {
        return start(plan, true);
    }

    private static SampleServer start(ServerPlan plan, boolean reusePort) {
        ServerSocket listener;
        try {
            listener = new ServerSocket();
        } catch (IOException noSocket) {
            throw new KernelException("no socket to listen with: " + noSocket.getMessage());
        }
        try {
            if (reusePort) {
                listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            listener.bind(plan.address(), plan.backlog());
        } catch (IOException refused) {
            try {
                listener.close();
            } catch (IOException alsoThat) {
                refused.addSuppressed(alsoThat);
            }
            throw new KernelException(refusal(plan.address(), refused));
        }
        SampleServer server = new SampleServer(plan, listener);
        if (plan.kind() != ServerPlan.Kind.STALLED) {
            server.acceptor.start();
        }
        return server;
    }

    private static String refusal(InetSocketAddress address, IOException refused) {
        String reason = String.valueOf(refused.getMessage());
        String step = reason.startsWith("Address already in use")
                ? "'anteroom doctor --port " + address.getPort() + "' shows whose it is; stop that or take another port"
                : reason.startsWith("Permission denied")
                        ? "ports below net.ipv4.ip_unprivileged_port_start (1024) are for root: take a higher one"
                        : "take an address of this host ('ip address' lists them) and a free port";
        return "cannot listen on " + text(address) + ": " + reason + "; " + step;
    }

    /// An address as ss writes it.
    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /// Where it listens, with the port that it got.
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /// What became of the connections so far.
    public Counts counts() {
        return new Counts(accepted.sum(), served.sum(), failed.sum(), refusedAccepts.sum());
    }

    /// Its accept queue now, with the limit that the kernel really gave it. Ask on a thread of the same network
    /// namespace.
    ///
    /// @throws KernelException if the kernel does not tell, or the server is closed
    public QueueSample queue() {
        try (SockDiag kernel = SockDiag.open()) {
            return Stream.of(Family.INET6, Family.INET)
                    .flatMap(family -> kernel.listeners(family, address().getPort()).stream())
                    .filter(row -> isHere(InetAddress.ofLiteral(row.address())))
                    .map(SockDiag.ListenRow::queue)
                    .findFirst()
                    .orElseThrow(() -> new KernelException(
                            "the kernel shows no listener at " + text(address()) + " in this network namespace"));
        }
    }

    private boolean isHere(InetAddress other) {
        InetAddress own = address().getAddress();
        return own.isAnyLocalAddress()
                ? other.isAnyLocalAddress()
                : Arrays.equals(own.getAddress(), other.getAddress());
    }

    private void acceptAll() {
        try {
            long due = System.nanoTime();
            while (!listener.isClosed()) {
                sleepUntil(due);
                pauses.sitOut();
                long asked = System.nanoTime();
                if (acceptOne()) {
                    due = nextDue(due, asked, System.nanoTime());
                } else if (!listener.isClosed()) {
                    Thread.sleep(REST_AFTER_REFUSED_ACCEPT);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /// Keeps the beat as long as connections wait; one that had to be waited for starts a new beat.
    private long nextDue(long due, long asked, long now) {
        long every = plan.acceptEvery().toNanos();
        boolean waitedFor = now - asked > LONGEST_ACCEPT_NANOS;
        return waitedFor || now - due > every ? now + every : due + every;
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    private boolean acceptOne() {
        Socket connection;
        try {
            connection = listener.accept();
        } catch (IOException refused) {
            if (!listener.isClosed()) {
                refusedAccepts.increment();
            }
            return false;
        }
        accepted.increment();
        open.add(connection);
        try {
            workers.execute(() -> serve(connection));
            return true;
        } catch (RejectedExecutionException closing) {
            end(connection); // close may have looked through the open ones before this was among them
            return false;
        }
    }

    private void serve(Socket connection) {
        boolean done = false;
        // As a garbage collection does: a thread that waits in a system call learns of the pause when it returns.
        try (connection) {
            pauses.sitOut();
            switch (plan.kind()) {
                case POOL, VIRTUAL, SLOW, STALLED -> {
                    readHead(connection);
                    pauses.sitOut();
                    answer(connection, ANSWER);
                }
                case SPEAK_FIRST -> answer(connection, GREETING);
                case RESET -> connection.setSoLinger(true, 0);
            }
            done = true;
        } catch (IOException broken) {
            // The client's doing, mostly; counted below.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(connection);
            if (!done) {
                failed.increment();
            }
        }
    }

    private static void readHead(Socket connection) throws IOException {
        connection.setSoTimeout((int) PATIENCE.toMillis());
        InputStream request = new BufferedInputStream(connection.getInputStream());
        int lineLength = 0;
        for (int read = 0; read < LONGEST_HEAD_BYTES; read++) {
            switch (request.read()) {
                case -1 -> throw new IOException("the client left within its request");
                case '\r' -> {}
                case '\n' -> {
                    if (lineLength == 0) {
                        return;
                    }
                    lineLength = 0;
                }
                default -> lineLength++;
            }
        }
        throw new IOException("a request head of more than " + LONGEST_HEAD_BYTES + " bytes");
    }

    private void answer(Socket connection, byte[] text) throws IOException, InterruptedException {
        Thread.sleep(plan.serviceTime());
        pauses.sitOut();
        connection.getOutputStream().write(text);
        served.increment();
    }

    /// Closes the listener, upon which the kernel resets what still waits, and every connection.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException impossible) {
            throw new KernelException("could not close the listener: " + impossible.getMessage());
        } finally {
            acceptor.interrupt();
            workers.shutdownNow();
            List.copyOf(open).forEach(SampleServer::end);
        }
    }

    private static void end(Socket connection) {
        try {
            connection.close();
        } catch (IOException alreadyBroken) {
            // what was to be achieved
        }
    }
}
