package dev.anteroom.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/// Non-blocking TCP sockets to one target, by their descriptors: a surge of many thousands costs no object for each.
/// For one thread; the sockets belong to the network namespace of the thread that opens them.
///
/// No privilege needed. Sockets are closed by whoever opened them.
public final class ClientSockets {
    /// The states of a TCP socket that its client asks for (`include/net/tcp_states.h`).
    public static final int ESTABLISHED = 1;

    public static final int SYN_SENT = 2;
    public static final int SYN_RECV = 3;
    public static final int CLOSE = 7;

    private final SocketCalls calls = new SocketCalls();
    private final int family;
    private final SocketBytes target;
    private final int targetLength;
    private final List<SocketBytes> sources;
    private final SocketBytes info = SocketBytes.ofSize(SocketLayout.INFO_BYTES);
    private final SocketBytes option = SocketBytes.ofSize(Long.BYTES);
    private final SocketBytes length = SocketBytes.ofSize(Long.BYTES);

    /// Prepares sockets.
    ///
    /// @param target where they connect to, resolved
    /// @param sources local addresses to take in turn, of the target's family; empty to let the kernel choose
    /// @throws KernelException if a source is of another family
    public ClientSockets(InetSocketAddress target, List<InetAddress> sources) {
        boolean six = target.getAddress() instanceof Inet6Address;
        this.family = six ? SocketLayout.AF_INET6 : SocketLayout.AF_INET;
        this.target = socketAddress(target);
        this.targetLength = six ? SocketLayout.ADDRESS6_BYTES : SocketLayout.ADDRESS_BYTES;
        for (InetAddress source : sources) {
            if (source instanceof Inet6Address != six) {
                throw new KernelException("source " + source.getHostAddress() + " and target "
                        + target.getAddress().getHostAddress()
                        + " are of different families; give one like the target");
            }
        }
        this.sources = sources.stream()
                .map(source -> socketAddress(new InetSocketAddress(source, 0)))
                .toList();
    }

    private static SocketBytes socketAddress(InetSocketAddress address) {
        SocketBytes bytes = SocketBytes.ofSize(SocketLayout.ADDRESS6_BYTES);
        ByteBuffer view = bytes.view();
        view.put(SocketLayout.PORT, (byte) (address.getPort() >> 8));
        view.put(SocketLayout.PORT + 1, (byte) address.getPort());
        if (address.getAddress() instanceof Inet6Address six) {
            view.putShort(0, (short) SocketLayout.AF_INET6);
            view.put(SocketLayout.ADDRESS6, six.getAddress());
            view.putInt(SocketLayout.SCOPE, six.getScopeId());
        } else {
            view.putShort(0, (short) SocketLayout.AF_INET);
            view.put(SocketLayout.ADDRESS, address.getAddress().getAddress());
        }
        return bytes;
    }

    /// Makes a socket; its descriptor, or the error as a negative number: EMFILE, ENFILE, ENOBUFS, ENOMEM, and
    /// EADDRNOTAVAIL for a source that is no address of this host.
    ///
    /// @param turn which of the sources it takes, counted round and round
    public int open(int turn) {
        int descriptor = calls.socket(family);
        if (descriptor < 0) {
            return -calls.errno();
        }
        if (!sources.isEmpty()) {
            // With the port left to connect(2), all sources share the whole range towards each target.
            option.view().putInt(0, 1);
            set(descriptor, SocketLayout.IPPROTO_IP, SocketLayout.IP_BIND_ADDRESS_NO_PORT, Integer.BYTES);
            SocketBytes source = sources.get(Math.floorMod(turn, sources.size()));
            if (calls.bind(descriptor, source.address(), targetLength) < 0) {
                int errno = calls.errno();
                calls.close(descriptor);
                return -errno;
            }
        }
        return descriptor;
    }

    /// Sends the SYN: EINPROGRESS, 0 if the handshake is done already, or the error.
    public int connect(int descriptor) {
        return calls.connect(descriptor, target.address(), targetLength) < 0 ? calls.errno() : 0;
    }

    /// Asks the kernel for the TCP_INFO of a socket, which [#retransmissions()] and [#roundTripMicros()] then tell;
    /// its TCP state.
    public int look(int descriptor) {
        length.view().putInt(0, SocketLayout.INFO_BYTES);
        int failed = calls.getOption(
                descriptor, InetDiagLayout.IPPROTO_TCP, SocketLayout.TCP_INFO, info.address(), length.address());
        return failed < 0 ? CLOSE : info.view().get(SocketLayout.INFO_STATE);
    }

    /// How many segments the socket looked at last has sent again, SYNs included.
    public int retransmissions() {
        return info.view().getInt(SocketLayout.INFO_TOTAL_RETRANS);
    }

    /// The smoothed round-trip time of the socket looked at last, in microseconds; right after a handshake without
    /// retransmissions, the time from its SYN to its SYN-ACK. 0 if none was measured.
    public int roundTripMicros() {
        return info.view().getInt(SocketLayout.INFO_RTT_MICROS);
    }

    /// SO_ERROR: the pending error of a socket, which this clears; 0 for none.
    public int error(int descriptor) {
        length.view().putInt(0, Integer.BYTES);
        int failed = calls.getOption(
                descriptor, SocketLayout.SOL_SOCKET, SocketLayout.SO_ERROR, option.address(), length.address());
        return failed < 0 ? calls.errno() : option.view().getInt(0);
    }

    /// Sends some of the bytes: how many were taken, or the error as a negative number, EAGAIN if it would block.
    public int send(int descriptor, SocketBytes bytes, int from, int to) {
        long sent = calls.send(descriptor, bytes.address() + from, to - from);
        return sent < 0 ? -calls.errno() : (int) sent;
    }

    /// Receives into the start of the bytes: how many came, 0 at the end of the stream, or the error as a negative
    /// number, EAGAIN if none are there.
    public int receive(int descriptor, SocketBytes into) {
        long received = calls.receive(descriptor, into.address(), into.size());
        return received < 0 ? -calls.errno() : (int) received;
    }

    /// Closes in good order: what was sent still arrives, and a FIN after it.
    public void close(int descriptor) {
        calls.close(descriptor);
    }

    /// Closes with a reset (SO_LINGER 0): nothing is left of the connection, and its port is free at once.
    public void abort(int descriptor) {
        option.view().putInt(0, 1);
        option.view().putInt(Integer.BYTES, 0);
        set(descriptor, SocketLayout.SOL_SOCKET, SocketLayout.SO_LINGER, Long.BYTES);
        calls.close(descriptor);
    }

    private void set(int descriptor, int level, int name, int bytes) {
        calls.setOption(descriptor, level, name, option.address(), bytes);
    }
}
