package dev.anteroom.kernel;

import dev.anteroom.queue.NetworkSettings;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.TcpCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A network namespace of this process with nothing in it but `lo`, up, and with every setting at a known value. It
/// lives as long as the thread that holds it: until [#close()], or until this process ends, however that happens.
///
/// Needs root, or a user namespace of one's own: see [PrivateHosts]. It has no name in /run/netns and no way to any
/// network. All methods may be called from any thread that is not itself inside a private host.
///
/// A thread that a thread inside creates is inside too: that of an executor made there, but also one that the JDK
/// makes on the way. Create outside what the whole program shares. No virtual threads.
public final class PrivateHost implements AutoCloseable {
    private static final int JOIN_MILLIS = 1000;

    private final String name;
    private final String door;
    private final long inode;
    private final EnteredView view;
    private final CountDownLatch end;
    private final List<Thread> threads = new ArrayList<>();
    private final List<SockDiag> conversations = new ArrayList<>();
    private Optional<ChildGuard> guard = Optional.empty();
    private boolean closed;

    private PrivateHost(String name, String door, long inode, EnteredView view, CountDownLatch end) {
        this.name = name;
        this.door = door;
        this.inode = inode;
        this.view = view;
        this.end = end;
    }

    /// Makes one.
    ///
    /// @param name how evidence and threads name it
    /// @param settings values of settings; every other one that this kernel has gets the kernel's
    ///     documented default, so that nothing depends on the host it runs on
    /// @throws KernelException if namespaces are closed to this user, or this kernel refuses a value
    public static PrivateHost open(String name, Map<Setting, Long> settings) {
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<PrivateHost> opened = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("private host " + name).start(() -> {
            try {
                opened.complete(onThisThread(name, settings, end));
            } catch (IOException | RuntimeException | Error failed) { // whatever it is, somebody waits
                opened.completeExceptionally(failed);
                return;
            }
            holdUntil(end);
        });
        return await(opened);
    }

    private static <T> T await(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof KernelException refused) {
                throw refused;
            }
            throw failed;
        }
    }

    private static PrivateHost onThisThread(String name, Map<Setting, Long> settings, CountDownLatch end)
            throws IOException {
        leaveNetworkNamespace();
        if (PinnedSettings.ownConnectionTable()) {
            leaveNetworkNamespace(); // what was written counts for namespaces made from this one
        }
        try (RouteNetlink route = RouteNetlink.open()) {
            route.setUp("lo");
        }
        PinnedSettings.pin(settings);
        Path task = Files.readSymbolicLink(Path.of("/proc/thread-self"));
        return new PrivateHost(
                name, "/proc/" + task + "/ns/net", NetworkNamespaces.ownInode(), EnteredView.ofThisThread(), end);
    }

    private static void leaveNetworkNamespace() {
        if (Syscalls.leaveNetworkNamespace() < 0) {
            throw new KernelException("cannot make a network namespace: " + Syscalls.describe(Syscalls.errno())
                    + "; run as root, or under 'unshare -Urn'");
        }
    }

    private static void holdUntil(CountDownLatch end) {
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException notByInterrupt) {
                // The namespace would end under those who use it.
            }
        }
    }

    /// How evidence names it.
    public String name() {
        return name;
    }

    /// The number of its network namespace.
    public long inode() {
        return inode;
    }

    /// Runs an action on a new thread inside and waits for its end, even if interrupted. Sockets that it opens
    /// belong to this host and may then be used from any thread.
    ///
    /// @throws Exception what the action threw
    /// @throws KernelException if this host is closed
    public <T> T inside(Callable<T> action) throws Exception {
        return ThreadInside.call(door(), action);
    }

    /// Starts a platform thread inside; it is inside when this returns. [#close()] interrupts it and waits a second
    /// for its end.
    ///
    /// @throws KernelException if this host is closed
    public synchronized Thread thread(String threadName, Runnable work) {
        String way = door();
        CompletableFuture<String> entered = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().daemon().name(threadName).start(() -> {
            try {
                ThreadInside.enter(way);
                entered.complete(threadName);
            } catch (RuntimeException | Error failed) { // whatever it is, somebody waits
                entered.completeExceptionally(failed);
                return;
            }
            work.run();
        });
        await(entered);
        threads.removeIf(earlier -> !earlier.isAlive());
        threads.add(thread);
        return thread;
    }

    /// Starts a process inside. It and all that it starts, daemons too, end with [#close()] and within moments of
    /// the end of this process, however that ends.
    ///
    /// A command that is not there shows as exit code 127, with a line on its standard error. Needs nsenter(1) and
    /// a POSIX shell with stat(1).
    ///
    /// @throws IOException if no process could be started
    public synchronized Process start(ProcessBuilder builder) throws IOException {
        if (guard.isEmpty()) {
            guard = Optional.of(ChildGuard.of(door(), inode));
        }
        List<String> own = builder.command();
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + door(), "--"));
        words.addAll(own);
        try {
            return builder.command(words).start();
        } finally {
            builder.command(own);
        }
    }

    /// A new conversation about the sockets of this host. For one thread at a time; closed with this host at the
    /// latest.
    public SockDiag sockDiag() {
        SockDiag conversation = ThreadInside.get(door(), SockDiag::open);
        synchronized (this) {
            conversations.add(conversation);
        }
        return conversation;
    }

    /// Its counters now: microseconds, no thread is made.
    public synchronized TcpCounters counters() {
        door();
        return view.counters();
    }

    /// Its settings now.
    public NetworkSettings settings() {
        return ThreadInside.get(door(), EnteredView::readSettings);
    }

    /// Changes a setting from now on, as sysctl(8) would.
    ///
    /// @throws KernelException if this kernel has no such setting, or refuses the value
    public void set(Setting setting, long value) {
        ThreadInside.get(door(), () -> {
            PinnedSettings.change(setting, value);
            return value;
        });
    }

    /// Takes a first look at the queues of this host.
    public Watch watch() {
        NetworkNamespaces.Found found = new NetworkNamespaces.Found(inode, false, Optional.of(name));
        found.doors().add(door());
        return Watch.of(found);
    }

    /// Changes interfaces, addresses and routes.
    void change(Consumer<RouteNetlink> change) {
        ThreadInside.get(door(), () -> {
            try (RouteNetlink route = RouteNetlink.open()) {
                change.accept(route);
                return name;
            }
        });
    }

    /// Whether it can still be entered.
    synchronized boolean isOpen() {
        return !closed;
    }

    /// A file that setns(2) takes.
    synchronized String door() {
        if (closed) {
            throw new KernelException("the private host " + name + " is closed");
        }
        return door;
    }

    /// Ends its processes and threads, and with them the namespace, once the sockets that were opened inside are
    /// closed too. A second call does nothing.
    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = List.copyOf(threads);
        }
        guard.ifPresent(ChildGuard::close);
        running.forEach(Thread::interrupt);
        running.forEach(PrivateHost::join);
        synchronized (this) {
            conversations.forEach(SockDiag::close);
            view.close();
        }
        end.countDown();
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
