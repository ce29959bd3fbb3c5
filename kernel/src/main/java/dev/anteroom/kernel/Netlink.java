package dev.anteroom.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A conversation with the kernel over a netlink socket.
///
/// The socket belongs to the network namespace of the thread that opened it and may be used from any thread, by one
/// at a time. Memory is one buffer, whatever the number of sockets on the host.
final class Netlink implements AutoCloseable {
    /// The kernel fills at most this much of a receive buffer (`net/netlink/af_netlink.c` netlink_dump).
    private static final int BUFFER_BYTES = 32 * 1024;

    private static final int MAX_REQUEST_BYTES = 256;

    /// How often a dump is asked for again after the kernel said that it is incomplete.
    private static final int ATTEMPTS = 5;

    private static final int SECONDS_TO_ANSWER = 5;

    /// Where bytes go to and come from: the kernel, or a script of a test.
    interface Wire extends AutoCloseable {
        /// Sends one datagram; its length, or -1 with the error in [#errno()].
        long send(MemorySegment bytes);

        /// Receives one datagram; its full length even if it did not fit, or -1 with the error in [#errno()].
        long receive(MemorySegment into);

        int errno();

        @Override
        void close();
    }

    private final String name;
    private final Wire wire;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private final MemorySegment request = arena.allocate(MAX_REQUEST_BYTES, 8);

    /// The same memory for reading and writing: the access of a MemorySegment goes through method handles, which
    /// cost a cold JVM milliseconds to link and a one-shot command never compiles.
    private final ByteBuffer received = buffer.asByteBuffer().order(ByteOrder.nativeOrder());

    private final ByteBuffer header = request.asByteBuffer().order(ByteOrder.nativeOrder());
    private int sequence;
    private int inconsistent;
    private boolean closed;

    /// @param name what answers, for errors: `sock_diag`
    Netlink(String name, Wire wire) {
        this.name = name;
        this.wire = wire;
    }

    /// Opens a socket to sock_diag in the network namespace of the calling thread. No privilege needed.
    ///
    /// @throws KernelException where netlink or sock_diag is not to be had, as under some seccomp filters and
    ///     gVisor
    static Netlink sockDiag() {
        return open("sock_diag", NetlinkLayout.NETLINK_SOCK_DIAG, "NETLINK_SOCK_DIAG");
    }

    /// Opens a socket to rtnetlink, for the interfaces, addresses and routes of the network namespace of the
    /// calling thread. Changes need CAP_NET_ADMIN over it.
    ///
    /// @throws KernelException where netlink is not to be had
    static Netlink route() {
        return open("rtnetlink", NetlinkLayout.NETLINK_ROUTE, "NETLINK_ROUTE");
    }

    private static Netlink open(String name, int protocol, String protocolName) {
        int descriptor = Syscalls.socket(NetlinkLayout.AF_NETLINK, NetlinkLayout.SOCK_RAW_CLOEXEC, protocol);
        if (descriptor < 0) {
            throw new KernelException(
                    "cannot open a " + protocolName + " socket: " + Syscalls.describe(Syscalls.errno()));
        }
        Syscalls.setReceiveTimeout(descriptor, SECONDS_TO_ANSWER);
        return new Netlink(name, new KernelWire(descriptor));
    }

    private record KernelWire(int descriptor) implements Wire {
        @Override
        public long send(MemorySegment bytes) {
            return Syscalls.send(descriptor, bytes, bytes.byteSize());
        }

        @Override
        public long receive(MemorySegment into) {
            return Syscalls.receive(descriptor, into);
        }

        @Override
        public int errno() {
            return Syscalls.errno();
        }

        @Override
        public void close() {
            Syscalls.close(descriptor);
        }
    }

    /// Room for the body of a request, zeroed, in host byte order, valid until the request is sent.
    ByteBuffer requestBody(int bytes) {
        return header.slice(NetlinkLayout.HEADER_BYTES, bytes)
                .put(0, new byte[bytes])
                .order(ByteOrder.nativeOrder());
    }

    /// Asks for a list and folds it. An incomplete list (NLM_F_DUMP_INTR, ENOBUFS) is thrown away and asked for
    /// again, so the fold starts over with a fresh result each time.
    ///
    /// @param body what [#requestBody(int)] gave, filled in
    /// @param fresh makes an empty result
    /// @param fold adds one message, from the end of its netlink header to its end, to the result
    /// @throws KernelException if the kernel refuses or does not answer
    <A> A dump(ByteBuffer body, Supplier<A> fresh, BiConsumer<A, ByteBuffer> fold) {
        for (int attempt = 1; ; attempt++) {
            A result = fresh.get();
            send(
                    InetDiagLayout.SOCK_DIAG_BY_FAMILY,
                    (short) (NetlinkLayout.NLM_F_REQUEST | NetlinkLayout.NLM_F_DUMP),
                    body);
            boolean complete = receiveAll(message -> fold.accept(result, message));
            if (complete) {
                return result;
            }
            if (attempt == ATTEMPTS) {
                inconsistent++;
                return result;
            }
        }
    }

    /// Asks for one object.
    ///
    /// @return the message from the end of its netlink header, valid until the next request; empty if there is none
    Optional<ByteBuffer> get(ByteBuffer body) {
        send(InetDiagLayout.SOCK_DIAG_BY_FAMILY, NetlinkLayout.NLM_F_REQUEST, body);
        while (true) {
            int length = receive();
            if (length < NetlinkLayout.HEADER_BYTES || received.getInt(NetlinkLayout.SEQUENCE) != sequence) {
                continue;
            }
            int own = lengthAt(0, length);
            if (received.getShort(NetlinkLayout.TYPE) == NetlinkLayout.NLMSG_ERROR) {
                int errno = errnoAt(0, own);
                if (errno == Syscalls.ENOENT) {
                    return Optional.empty();
                }
                throw refused(errno);
            }
            return Optional.of(body(0, own));
        }
    }

    /// Tells the kernel to do something and waits until it has.
    ///
    /// @param type what to do: an RTM_ constant
    /// @param flags NLM_F_CREATE and the like, or 0
    /// @return 0, or why it refused: an errno
    int command(short type, int flags, ByteBuffer body) {
        send(type, (short) (NetlinkLayout.NLM_F_REQUEST | NetlinkLayout.NLM_F_ACK | flags), body);
        while (true) {
            int length = receive();
            if (length >= NetlinkLayout.HEADER_BYTES
                    && received.getInt(NetlinkLayout.SEQUENCE) == sequence
                    && received.getShort(NetlinkLayout.TYPE) == NetlinkLayout.NLMSG_ERROR) {
                return errnoAt(0, lengthAt(0, length));
            }
        }
    }

    /// How many lists stayed incomplete through every attempt, because sockets came and went all the time.
    int inconsistentDumps() {
        return inconsistent;
    }

    private void send(short type, short flags, ByteBuffer body) {
        sequence++;
        int length = NetlinkLayout.HEADER_BYTES + body.capacity();
        header.putInt(NetlinkLayout.LENGTH, length);
        header.putShort(NetlinkLayout.TYPE, type);
        header.putShort(NetlinkLayout.FLAGS, flags);
        header.putInt(NetlinkLayout.SEQUENCE, sequence);
        header.putInt(NetlinkLayout.PORT_ID, 0);
        while (wire.send(request.asSlice(0, length)) < 0) {
            if (wire.errno() != Syscalls.EINTR) {
                throw new KernelException("cannot ask " + name + ": " + Syscalls.describe(wire.errno()));
            }
        }
    }

    /// Reads to the end of a list; false if the kernel lost part of it.
    private boolean receiveAll(Consumer<ByteBuffer> each) {
        boolean complete = true;
        while (true) {
            int end = receive();
            if (end < 0) {
                complete = false;
                continue;
            }
            int at = 0;
            while (at + NetlinkLayout.HEADER_BYTES <= end) {
                int length = lengthAt(at, end);
                if (received.getInt(at + NetlinkLayout.SEQUENCE) == sequence) {
                    short type = received.getShort(at + NetlinkLayout.TYPE);
                    if ((received.getShort(at + NetlinkLayout.FLAGS) & NetlinkLayout.NLM_F_DUMP_INTR) != 0) {
                        complete = false;
                    }
                    if (type == NetlinkLayout.NLMSG_DONE || type == NetlinkLayout.NLMSG_ERROR) {
                        int errno = errnoAt(at, length);
                        if (errno > 0) {
                            throw refused(errno);
                        }
                        return complete;
                    }
                    each.accept(body(at, length));
                }
                at += NetlinkLayout.align(length);
            }
        }
    }

    /// The length that a message claims, checked against what was received.
    private int lengthAt(int at, int end) {
        int length = received.getInt(at + NetlinkLayout.LENGTH);
        if (length < NetlinkLayout.HEADER_BYTES || length > end - at) {
            throw new KernelException(name + " sent a message of " + length + " bytes where " + (end - at)
                    + " are left; the answer cannot be read");
        }
        return length;
    }

    /// The error that a message of type NLMSG_ERROR or NLMSG_DONE carries, 0 for none.
    private int errnoAt(int at, int length) {
        return length >= NetlinkLayout.HEADER_BYTES + Integer.BYTES
                ? -received.getInt(at + NetlinkLayout.HEADER_BYTES)
                : 0;
    }

    /// What follows the header of a message.
    private ByteBuffer body(int at, int length) {
        return received.slice(at + NetlinkLayout.HEADER_BYTES, length - NetlinkLayout.HEADER_BYTES)
                .order(ByteOrder.nativeOrder());
    }

    /// One datagram into the buffer; -1 if the kernel dropped some for want of space.
    private int receive() {
        while (true) {
            long length = wire.receive(buffer);
            if (length > buffer.byteSize()) {
                throw new KernelException(name + " sent a datagram of " + length + " bytes, more than the "
                        + buffer.byteSize() + " that fit");
            }
            if (length >= 0) {
                return (int) length;
            }
            switch (wire.errno()) {
                case Syscalls.EINTR -> {}
                case Syscalls.ENOBUFS -> {
                    return -1;
                }
                default -> throw new KernelException("no answer from " + name + ": " + Syscalls.describe(wire.errno()));
            }
        }
    }

    private static KernelException refused(int errno) {
        return new KernelException(
                errno == Syscalls.ENOENT
                        ? "sock_diag has no handler for this family: load it with 'modprobe tcp_diag unix_diag'"
                        : "sock_diag refused: " + Syscalls.describe(errno));
    }

    /// The value of an attribute of a message, empty if the kernel did not send it or sent less than expected.
    static Optional<ByteBuffer> attribute(ByteBuffer message, int bodyBytes, int wanted, int leastBytes) {
        int at = attributeAt(message, bodyBytes, wanted, leastBytes);
        return at < 0
                ? Optional.empty()
                : Optional.of(message.slice(at, valueBytes(message, at - NetlinkLayout.ATTRIBUTE_HEADER_BYTES))
                        .order(ByteOrder.nativeOrder()));
    }

    private static int valueBytes(ByteBuffer message, int attribute) {
        return (message.getShort(attribute) & 0xffff) - NetlinkLayout.ATTRIBUTE_HEADER_BYTES;
    }

    /// Where the value of an attribute begins, -1 if the kernel did not send it or sent less than expected.
    static int attributeAt(ByteBuffer message, int bodyBytes, int wanted, int leastBytes) {
        int at = bodyBytes;
        while (at + NetlinkLayout.ATTRIBUTE_HEADER_BYTES <= message.limit()) {
            int length = message.getShort(at) & 0xffff;
            if (length < NetlinkLayout.ATTRIBUTE_HEADER_BYTES || length > message.limit() - at) {
                return -1;
            }
            if ((message.getShort(at + NetlinkLayout.ATTRIBUTE_TYPE) & 0x3fff) == wanted) {
                return valueBytes(message, at) < leastBytes ? -1 : at + NetlinkLayout.ATTRIBUTE_HEADER_BYTES;
            }
            at += NetlinkLayout.align(length);
        }
        return -1;
    }

    /// The message, if it is long enough to hold its fixed part.
    ///
    /// @throws KernelException if it is not
    static ByteBuffer atLeast(ByteBuffer message, int bytes) {
        if (message.limit() < bytes) {
            throw new KernelException("sock_diag sent a message of " + message.limit() + " bytes in place of " + bytes
                    + "; the answer cannot be read");
        }
        return message;
    }

    /// A byte of a message as a number from 0 to 255.
    static int unsignedByte(ByteBuffer message, int offset) {
        return message.get(offset) & 0xff;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        wire.close();
        arena.close();
    }
}
