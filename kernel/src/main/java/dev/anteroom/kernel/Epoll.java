package dev.anteroom.kernel;

import java.nio.ByteBuffer;

/// An epoll(7) set, edge-triggered: tells which of many sockets something happened to. For one thread.
public final class Epoll implements AutoCloseable {
    /// There is something to read.
    public static final int READABLE = 1;

    /// The connection is made, or there is room to write again.
    public static final int WRITABLE = 4;

    /// The socket has an error, or both ends have closed.
    public static final int FAILED = 8 | 0x10;

    /// The peer has sent its FIN; what it sent before may still be there to be read.
    public static final int PEER_CLOSED = 0x2000;

    private static final int EDGE_TRIGGERED = 0x8000_0000;
    private static final int ADD = 1;
    private static final int ENOSYS = 38;
    private static final int MOST_EVENTS = 512;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final SocketCalls calls;
    private final int descriptor;
    private final SocketBytes event = SocketBytes.ofSize(SocketLayout.EVENT_BYTES);
    private final SocketBytes timeout = SocketBytes.ofSize(2 * Long.BYTES);
    private final SocketBytes events = SocketBytes.ofSize(MOST_EVENTS * SocketLayout.EVENT_BYTES);
    private final ByteBuffer view = events.view();
    private boolean fineTimeouts = true;

    private Epoll(SocketCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /// Makes an empty set.
    ///
    /// @throws KernelException if the process is out of descriptors
    public static Epoll open() {
        SocketCalls calls = new SocketCalls();
        int descriptor = calls.epoll();
        if (descriptor < 0) {
            throw new KernelException("cannot make an epoll set: " + Syscalls.describe(calls.errno()));
        }
        return new Epoll(calls, descriptor);
    }

    /// Watches a socket until it is closed. What is there already is told as well.
    ///
    /// @param interest [#READABLE], [#WRITABLE], or both; errors and the peer's end are always told
    /// @param number what [#number(int)] shall give for it
    public void add(int socket, int interest, int number) {
        event.view().putInt(0, interest | PEER_CLOSED | EDGE_TRIGGERED);
        event.view().putLong(SocketLayout.EVENT_DATA, number);
        if (calls.epollControl(descriptor, ADD, socket, event.address()) < 0) {
            throw new KernelException("cannot watch a socket: " + Syscalls.describe(calls.errno())
                    + "; raise fs.epoll.max_user_watches, or take fewer connections");
        }
    }

    /// Waits for events; how many came, 0 if none did in time.
    ///
    /// @param nanos how long to wait at most; 0 only looks
    public int await(long nanos) {
        long patience = Math.max(0, nanos);
        int count = fineTimeouts ? awaitNanos(patience) : awaitMillis(patience);
        if (count < 0 && fineTimeouts && calls.errno() == ENOSYS) {
            fineTimeouts = false; // before Linux 5.11
            count = awaitMillis(patience);
        }
        if (count < 0 && calls.errno() != Syscalls.EINTR) {
            throw new KernelException("cannot wait for sockets: " + Syscalls.describe(calls.errno()));
        }
        return Math.max(0, count);
    }

    private int awaitNanos(long nanos) {
        timeout.view().putLong(0, nanos / NANOS_PER_SECOND);
        timeout.view().putLong(Long.BYTES, nanos % NANOS_PER_SECOND);
        return calls.epollWait(descriptor, events.address(), MOST_EVENTS, timeout.address());
    }

    /// Rounds down: a little too early costs a second look, too late would be late.
    private int awaitMillis(long nanos) {
        return calls.epollWaitMillis(
                descriptor, events.address(), MOST_EVENTS, (int) Math.min(Integer.MAX_VALUE, nanos / NANOS_PER_MILLI));
    }

    /// The number of the socket that an event of the last wait is about.
    public int number(int index) {
        return (int) view.getLong(index * SocketLayout.EVENT_BYTES + SocketLayout.EVENT_DATA);
    }

    /// What happened to it, as bits.
    public int happened(int index) {
        return view.getInt(index * SocketLayout.EVENT_BYTES);
    }

    @Override
    public void close() {
        Syscalls.close(descriptor);
    }
}
