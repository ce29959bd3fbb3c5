package dev.anteroom.kernel;

import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Questions about sockets to one network namespace, answered by the kernel's sock_diag.
///
/// The cost of the listener questions does not depend on how many connections exist; [#handshakes], [#waiting] and
/// [#connections] walk the kernel's whole table of connections.
///
/// For one thread at a time. Needs no privilege. Sources: `net/ipv4/inet_diag.c`, `net/ipv4/tcp_diag.c`,
/// `net/unix/diag.c`.
public final class SockDiag implements AutoCloseable {
    private static final byte SKMEMINFO = 1 << (InetDiagLayout.INET_DIAG_SKMEMINFO - 1);

    private final Netlink netlink;

    /// Talks over a socket that was opened in the namespace to ask about.
    SockDiag(Netlink netlink) {
        this.netlink = netlink;
    }

    /// Opens a conversation about the network namespace of the calling thread; any thread may go on with it.
    ///
    /// @throws KernelException where the kernel or a seccomp filter has no sock_diag
    public static SockDiag open() {
        return new SockDiag(Netlink.sockDiag());
    }

    /// One listening socket as the kernel reports it.
    ///
    /// @param family INET, INET6 or UNIX
    /// @param address numeric address, or the path of a Unix-domain socket
    /// @param port 0 for a Unix-domain socket
    /// @param interfaceIndex the interface it is bound to, 0 for any
    /// @param cookie the kernel's number of the socket
    /// @param inode what /proc/PID/fd shows
    /// @param uid its owner; empty if the kernel does not tell
    /// @param v6Only true for an IPv6 listener that takes no IPv4
    /// @param queue its accept queue now
    public record ListenRow(
            Family family,
            String address,
            int port,
            int interfaceIndex,
            long cookie,
            long inode,
            OptionalInt uid,
            boolean v6Only,
            QueueSample queue) {}

    /// Every TCP listener of one family.
    ///
    /// INET_DIAG_INFO is not asked for: what it holds for a listener, tcpi_unacked and tcpi_sacked, stands in
    /// idiag_rqueue and idiag_wqueue already, and it makes the answer three times as long.
    ///
    /// @param family INET or INET6
    /// @param port only listeners of this port, 0 for all
    public List<ListenRow> listeners(Family family, int port) {
        return netlink.dump(
                inetRequest(family, 1 << InetDiagLayout.LISTEN, SKMEMINFO, port),
                ArrayList::new,
                (rows, message) -> rows.add(listenRow(message)));
    }

    /// One listener, looked up and not searched: the same few microseconds whatever else exists.
    ///
    /// @param row the listener as it was listed
    /// @return its accept queue now; empty if this very socket no longer listens
    public Optional<QueueSample> sample(ListenRow row) {
        ByteBuffer body = inetRequest(row.family(), 1 << InetDiagLayout.LISTEN, SKMEMINFO, row.port());
        body.put(InetDiagLayout.REQUEST_SOURCE_ADDRESS, Addresses.bytes(row.address(), row.family()));
        body.putInt(InetDiagLayout.REQUEST_INTERFACE, row.interfaceIndex());
        // Members of an SO_REUSEPORT group share everything but the cookie, and the lookup returns one of its own
        // choice: the kernel compares the cookie only with the socket it found.
        body.putInt(InetDiagLayout.REQUEST_COOKIE, InetDiagLayout.NO_COOKIE);
        body.putInt(InetDiagLayout.REQUEST_COOKIE + Integer.BYTES, InetDiagLayout.NO_COOKIE);
        return netlink.get(body)
                .map(SockDiag::listenRow)
                .filter(found -> found.cookie() == row.cookie())
                .map(ListenRow::queue);
    }

    /// How many requests in SYN_RECV each port has, over both families. A Fast Open connection that waits in the
    /// accept queue before its final ACK is counted too: the kernel shows it in the same state.
    ///
    /// Walks the kernel's whole table of connections: milliseconds on a big host.
    public Map<Integer, Long> handshakes() {
        Map<Integer, Long> byPort = new HashMap<>();
        for (Family family : List.of(Family.INET, Family.INET6)) {
            Map<Integer, Long> found = netlink.dump(
                    inetRequest(family, 1 << InetDiagLayout.SYN_RECV, (byte) 0, 0),
                    HashMap::new,
                    (counts, message) ->
                            counts.merge(port(inetMessage(message), InetDiagLayout.SOURCE_PORT), 1L, Long::sum));
            found.forEach((port, count) -> byPort.merge(port, count, Long::sum));
        }
        return byPort;
    }

    /// The connections of a port that are established and that no process has accepted: what its accept queue
    /// holds, less those that their client has reset.
    ///
    /// @param cookies the kernel's numbers of these sockets
    /// @param closedByPeer how many of them are in CLOSE_WAIT
    public record Waiting(Set<Long> cookies, long closedByPeer) {}

    /// Lists what waits in the accept queues of a port, over both families. Walks the kernel's whole table of
    /// connections, but only sockets of this port are sent.
    public Waiting waiting(int port) {
        Set<Long> cookies = new HashSet<>();
        long closed = 0;
        int states = 1 << InetDiagLayout.ESTABLISHED | 1 << InetDiagLayout.CLOSE_WAIT;
        for (Family family : List.of(Family.INET, Family.INET6)) {
            Tally tally = netlink.dump(inetRequest(family, states, (byte) 0, port), Tally::new, Tally::add);
            cookies.addAll(tally.cookies);
            closed += tally.closed;
        }
        return new Waiting(Set.copyOf(cookies), closed);
    }

    private static final class Tally {
        private final Set<Long> cookies = new HashSet<>();
        private long closed;

        void add(ByteBuffer received) {
            ByteBuffer message = inetMessage(received);
            if (message.getInt(InetDiagLayout.INODE) == 0) {
                cookies.add(cookie(message, InetDiagLayout.COOKIE));
                closed += Netlink.unsignedByte(message, InetDiagLayout.STATE) == InetDiagLayout.CLOSE_WAIT ? 1 : 0;
            }
        }
    }

    /// Every TCP socket in one of some states, over both families, by local and remote port. Walks the kernel's
    /// whole table of connections; memory grows with what is found.
    public List<ConnectionRow> connections(Set<TcpState> states) {
        int bits = states.stream().mapToInt(TcpState::bit).reduce(0, (some, bit) -> some | bit);
        List<ConnectionRow> rows = new ArrayList<>();
        for (Family family : List.of(Family.INET, Family.INET6)) {
            rows.addAll(netlink.<List<ConnectionRow>>dump(
                    inetRequest(family, bits, (byte) 0, 0),
                    ArrayList::new,
                    (found, message) -> found.add(ConnectionRow.of(inetMessage(message)))));
        }
        rows.sort(Comparator.comparingInt((ConnectionRow row) -> row.local().port())
                .thenComparingInt(row -> row.remote().port()));
        return rows;
    }

    /// Every Unix-domain listener.
    public List<ListenRow> unixListeners() {
        ByteBuffer body = netlink.requestBody(UnixDiagLayout.REQUEST_BYTES);
        body.put(UnixDiagLayout.REQUEST_FAMILY, (byte) Family.UNIX.number());
        body.putInt(UnixDiagLayout.REQUEST_STATES, 1 << InetDiagLayout.LISTEN);
        body.putInt(
                UnixDiagLayout.REQUEST_SHOW,
                UnixDiagLayout.UDIAG_SHOW_NAME | UnixDiagLayout.UDIAG_SHOW_RQLEN | UnixDiagLayout.UDIAG_SHOW_UID);
        return netlink.dump(body, ArrayList::new, (rows, message) -> rows.add(unixRow(message)));
    }

    /// How many lists stayed incomplete through every attempt.
    int inconsistentDumps() {
        return netlink.inconsistentDumps();
    }

    private ByteBuffer inetRequest(Family family, int states, byte extensions, int port) {
        return netlink.requestBody(InetDiagLayout.REQUEST_BYTES)
                .put(InetDiagLayout.REQUEST_FAMILY, (byte) family.number())
                .put(InetDiagLayout.REQUEST_PROTOCOL, (byte) InetDiagLayout.IPPROTO_TCP)
                .put(InetDiagLayout.REQUEST_EXTENSIONS, extensions)
                .putInt(InetDiagLayout.REQUEST_STATES, states)
                .put(InetDiagLayout.REQUEST_SOURCE_PORT, (byte) (port >> 8))
                .put(InetDiagLayout.REQUEST_SOURCE_PORT + 1, (byte) port);
    }

    private static ByteBuffer inetMessage(ByteBuffer received) {
        return Netlink.atLeast(received, InetDiagLayout.MESSAGE_BYTES);
    }

    private static ListenRow listenRow(ByteBuffer received) {
        ByteBuffer message = inetMessage(received);
        Family family = family(message);
        int memory = Netlink.attributeAt(
                message,
                InetDiagLayout.MESSAGE_BYTES,
                InetDiagLayout.INET_DIAG_SKMEMINFO,
                InetDiagLayout.SKMEMINFO_DROPS + Integer.BYTES);
        int v6Only = Netlink.attributeAt(message, InetDiagLayout.MESSAGE_BYTES, InetDiagLayout.INET_DIAG_SKV6ONLY, 1);
        return new ListenRow(
                family,
                address(message, InetDiagLayout.SOURCE_ADDRESS, family),
                port(message, InetDiagLayout.SOURCE_PORT),
                message.getInt(InetDiagLayout.INTERFACE),
                cookie(message, InetDiagLayout.COOKIE),
                Integer.toUnsignedLong(message.getInt(InetDiagLayout.INODE)),
                OptionalInt.of(message.getInt(InetDiagLayout.UID)),
                family == Family.INET6 && v6Only >= 0 && message.get(v6Only) != 0,
                new QueueSample(
                        Integer.toUnsignedLong(message.getInt(InetDiagLayout.RECEIVE_QUEUE)),
                        OptionalLong.of(Integer.toUnsignedLong(message.getInt(InetDiagLayout.SEND_QUEUE))),
                        memory < 0
                                ? OptionalLong.empty()
                                : OptionalLong.of(Integer.toUnsignedLong(
                                        message.getInt(memory + InetDiagLayout.SKMEMINFO_DROPS)))));
    }

    static Family family(ByteBuffer message) {
        return Netlink.unsignedByte(message, InetDiagLayout.FAMILY) == Family.INET.number()
                ? Family.INET
                : Family.INET6;
    }

    static String address(ByteBuffer message, int offset, Family family) {
        byte[] address = new byte[family == Family.INET ? 4 : 16];
        message.get(offset, address);
        return Addresses.text(address);
    }

    private static ListenRow unixRow(ByteBuffer received) {
        ByteBuffer message = Netlink.atLeast(received, UnixDiagLayout.MESSAGE_BYTES);
        String name = Netlink.attribute(message, UnixDiagLayout.MESSAGE_BYTES, UnixDiagLayout.UNIX_DIAG_NAME, 0)
                .map(SockDiag::unixName)
                .orElse("(unnamed)");
        Optional<ByteBuffer> queue = Netlink.attribute(
                message,
                UnixDiagLayout.MESSAGE_BYTES,
                UnixDiagLayout.UNIX_DIAG_RQLEN,
                UnixDiagLayout.RQLEN_LIMIT + Integer.BYTES);
        OptionalInt uid = Netlink.attribute(
                        message, UnixDiagLayout.MESSAGE_BYTES, UnixDiagLayout.UNIX_DIAG_UID, Integer.BYTES)
                .map(value -> OptionalInt.of(value.getInt(0)))
                .orElse(OptionalInt.empty());
        return new ListenRow(
                Family.UNIX,
                name,
                0,
                0,
                cookie(message, UnixDiagLayout.COOKIE),
                Integer.toUnsignedLong(message.getInt(UnixDiagLayout.INODE)),
                uid,
                false,
                new QueueSample(
                        queue.map(value -> Integer.toUnsignedLong(value.getInt(0)))
                                .orElse(0L),
                        queue.map(value -> OptionalLong.of(
                                        Integer.toUnsignedLong(value.getInt(UnixDiagLayout.RQLEN_LIMIT))))
                                .orElse(OptionalLong.empty()),
                        OptionalLong.empty()));
    }

    /// A path as it is; an abstract name, which starts with a zero byte, with `@` for each of these.
    private static String unixName(ByteBuffer value) {
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        int end = bytes.length;
        if (end > 0 && bytes[0] != 0 && bytes[end - 1] == 0) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8).replace('\0', '@');
    }

    static int port(ByteBuffer message, int offset) {
        return Netlink.unsignedByte(message, offset) << 8 | Netlink.unsignedByte(message, offset + 1);
    }

    private static long cookie(ByteBuffer message, int offset) {
        return Integer.toUnsignedLong(message.getInt(offset)) | (long) message.getInt(offset + Integer.BYTES) << 32;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
