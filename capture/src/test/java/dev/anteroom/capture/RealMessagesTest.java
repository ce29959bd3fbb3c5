package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Sign;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that real programs printed at servers that misbehaved in a known way, one for each port: 7001 closed,
/// 7002 with a full accept queue, 7003 that never answers, 7004 that resets, 7005 that closes, 7006 that resets in
/// the middle of its answer. A block of a file begins with `== client port`.
class RealMessagesTest {
    private static final Pattern BLOCKS = Pattern.compile("(?m)^== ");

    private static final Map<Integer, Set<Sign>> TRUE_OF = Map.of(
            7001,
            Set.of(Sign.CONNECT_REFUSED, Sign.CONNECT_FAILED),
            7002,
            Set.of(Sign.CONNECT_TIMED_OUT, Sign.CONNECT_GIVEN_UP_BY_KERNEL, Sign.TIMED_OUT_IN_UNKNOWN_PHASE),
            7003,
            Set.of(Sign.READ_TIMED_OUT, Sign.TIMED_OUT_IN_UNKNOWN_PHASE),
            7004,
            Set.of(Sign.READ_RESET, Sign.RESET_IN_UNKNOWN_PHASE, Sign.CLOSED_BEFORE_ANSWER, Sign.WRITE_RESET),
            7005,
            Set.of(Sign.CLOSED_BEFORE_ANSWER),
            7006,
            Set.of(Sign.READ_RESET, Sign.RESET_IN_UNKNOWN_PHASE, Sign.CLOSED_BEFORE_ANSWER));

    @ParameterizedTest
    @ValueSource(
            strings = {"java-17.txt", "java-25.txt", "python.txt", "node.txt", "curl.txt", "nginx.txt", "haproxy.txt"})
    void everyMessageIsReadAsWhatWasStaged(String file) throws IOException {
        List<String> wrong = new ArrayList<>();
        int blocks = 0;
        int understood = 0;
        for (String block : BLOCKS.splitAsStream(text(file)).toList()) {
            if (block.isBlank()) {
                continue;
            }
            blocks++;
            String head = block.lines().findFirst().orElseThrow();
            int port = Integer.parseInt(head.substring(head.indexOf(' ') + 1));
            Set<Sign> seen = read(block).stream()
                    .filter(clue -> clue.port().orElse(port) == port)
                    .map(Clue::sign)
                    .collect(Collectors.toCollection(TreeSet::new));
            understood += seen.isEmpty() ? 0 : 1;
            if (!Objects.requireNonNull(TRUE_OF.get(port)).containsAll(seen)) {
                wrong.add(head + ": " + seen);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(understood).isGreaterThanOrEqualTo(blocks * 3 / 4);
    }

    /// MariaDB's client looks at the result of connect(2) when a reset may be there, too.
    @Test
    void theClientsOfDatabasesTellHowFarTheyCame() throws IOException {
        assertThat(read(text("databases.txt")).stream()
                        .map(clue -> clue.sign() + " " + clue.port().orElse(0)))
                .containsExactly(
                        "CONNECT_FAILED 0",
                        "CONNECT_TIMED_OUT 0",
                        "READ_TIMED_OUT 0",
                        "CLOSED_BEFORE_ANSWER 0",
                        "CONNECT_REFUSED 7001",
                        "TIMED_OUT_IN_UNKNOWN_PHASE 7002",
                        "TIMED_OUT_IN_UNKNOWN_PHASE 7003",
                        "CLOSED_BEFORE_ANSWER 7004",
                        "CLOSED_BEFORE_ANSWER 7005");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "psql: error: connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  query_wait_timeout",
                "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet', system"
                        + " error: 11",
                "ERROR 2003 (HY000): Can't connect to MySQL server on 'db:3306' (2)",
            })
    void aNumberOrAnAnswerThatTellsNothingIsNotGuessed(String line) throws IOException {
        assertThat(read(line + "\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"java-17.txt", "java-25.txt"})
    void theFrameTellsWhereAJavaProgramWas(String file) throws IOException {
        List<Sign> signs = read(text(file)).stream().map(Clue::sign).toList();

        assertThat(signs)
                .contains(
                        Sign.CONNECT_REFUSED,
                        Sign.CONNECT_FAILED,
                        Sign.CONNECT_TIMED_OUT,
                        Sign.CONNECT_GIVEN_UP_BY_KERNEL,
                        Sign.READ_TIMED_OUT,
                        Sign.READ_RESET,
                        Sign.CLOSED_BEFORE_ANSWER)
                .doesNotContain(Sign.CONNECT_RESET, Sign.RESET_IN_UNKNOWN_PHASE);
    }

    @Test
    void aResetInConnect0IsAResetOfTheConnectItself() throws IOException {
        assertThat(read(text("seed-trace.txt")).stream().map(Clue::sign)).containsExactly(Sign.CONNECT_RESET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.net.ConnectException: Connection refused (Connection refused) | CONNECT_REFUSED",
                "java.net.SocketTimeoutException: connect timed out | CONNECT_TIMED_OUT",
                "java.net.SocketException: Connection reset by peer (Write failed) | WRITE_RESET",
                "java.net.SocketException: Connection timed out (Read failed) | DATA_GIVEN_UP_BY_KERNEL",
                "io.netty.channel.ConnectTimeoutException: connection timed out after 500 ms: /10.0.0.1:80"
                        + " | CONNECT_TIMED_OUT",
                "io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: /127.0.0.1:80"
                        + " | CONNECT_REFUSED",
                "io.netty.channel.unix.Errors$NativeIoException: recvAddress(..) failed: Connection reset by peer"
                        + " | READ_RESET",
                "org.apache.http.conn.HttpHostConnectException: Connect to a:80 [a/127.0.0.1] failed: Connection refused"
                        + " | CONNECT_REFUSED",
                "org.apache.http.NoHttpResponseException: localhost:8080 failed to respond | CLOSED_BEFORE_ANSWER",
                "org.apache.http.conn.ConnectionPoolTimeoutException: Timeout waiting for connection from pool"
                        + " | CLIENT_POOL_EXHAUSTED",
                "java.net.BindException: Cannot assign requested address | NO_LOCAL_PORT",
                "java.net.SocketException: Too many open files | NO_DESCRIPTOR_IN_UNKNOWN_PHASE",
                "java.net.NoRouteToHostException: No route to host | CONNECT_UNREACHABLE",
                "java.net.NoRouteToHostException: Cannot assign requested address (Address not available)"
                        + " | NO_LOCAL_PORT",
                "Get \"http://a:80/\": dial tcp 10.0.0.1:80: connect: connection refused | CONNECT_REFUSED",
                "dial tcp 10.0.0.1:80: i/o timeout | CONNECT_TIMED_OUT",
                "dial tcp 10.0.0.1:80: connect: connection timed out | CONNECT_GIVEN_UP_BY_KERNEL",
                "dial tcp 10.0.0.1:80: connect: cannot assign requested address | NO_LOCAL_PORT",
                "read tcp 10.0.0.2:40001->10.0.0.1:80: read: connection reset by peer | READ_RESET",
                "write tcp 10.0.0.2:40001->10.0.0.1:80: write: broken pipe | WRITE_RESET",
                "http: Accept error: accept tcp [::]:80: accept4: too many open files; retrying in 1s"
                        + " | SERVER_HAS_NO_DESCRIPTOR",
                "Get \"http://a:80/\": EOF | CLOSED_BEFORE_ANSWER",
                "http: server closed idle connection | REUSED_CONNECTION_FAILED",
                "TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:80. Sending cookies. | SYN_FLOOD_LOGGED",
                "TCP: Possible SYN flooding on port 80. Dropping request.  Check SNMP counters."
                        + " | SYN_FLOOD_DROPS_LOGGED",
                "nf_conntrack: nf_conntrack: table full, dropping packet | CONNTRACK_FULL",
                "TCP: too many orphaned sockets | ORPHANS_LOGGED",
                "TCP: out of memory -- consider tuning tcp_mem | TCP_MEMORY_LOGGED",
                "sonewconn: pcb 0xfff: Listen queue overflow: 193 already in queue awaiting acceptance (3 occurrences)"
                        + " | LISTEN_OVERFLOW_LOGGED",
                "[1.2s][info][gc] GC(12) Pause Full (System.gc()) 512M->100M(1024M) 4321.012ms | LONG_PAUSE",
                "tcp4  193/0/128  *.8080 | LISTENS",
                "ssh: connect to host 10.0.0.1 port 22: Connection refused | CONNECT_REFUSED",
                "nc: connect to 127.0.0.1 port 80 (tcp) failed: Connection timed out | CONNECT_GIVEN_UP_BY_KERNEL",
                "apr_socket_recv: Connection reset by peer (104) | READ_RESET",
                "(104)Connection reset by peer: AH01102: error reading status line from remote server a:80"
                        + " | READ_RESET",
                "cURL error 28: Connection timed out after 1001 milliseconds | CONNECT_TIMED_OUT",
                "2026-01-01 12:00:00 ERROR ConnectionRefusedError: [Errno 111] Connection refused | CONNECT_REFUSED",
                "upstream connect error or disconnect/reset before headers. reset reason: connection timeout"
                        + " | CONNECT_TIMED_OUT",
                "java.net.SocketTimeoutException: failed to connect to /10.0.0.1 (port 80) after 1000ms"
                        + " | CONNECT_TIMED_OUT",
                "Errno::ECONNRESET: Connection reset by peer | RESET_IN_UNKNOWN_PHASE",
                "level=warning msg=\"Request Failed\" error=\"Get \\\"http://a:80/\\\": dial: i/o timeout\""
                        + " | CONNECT_TIMED_OUT",
                "write: failed to dial: read tcp 10.0.0.1:9->10.0.0.2:443: read: connection reset by peer | READ_RESET",
                "ERROR 2003 (HY000): Can't connect to MySQL server on 'a:3306' (111) | CONNECT_REFUSED",
                "ERROR 2013 (HY000): Lost connection to MySQL server at 'waiting for initial communication packet',"
                        + " system error: 110 | READ_TIMED_OUT",
                "psql: error: connection to server at \"a\" (10.0.0.1), port 5432 failed: could not receive data from"
                        + " server: Connection timed out | DATA_GIVEN_UP_BY_KERNEL",
                "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet',"
                        + " system error: 104 | READ_RESET",
            })
    void aLineByItselfIsUnderstood(String line, Sign sign) throws IOException {
        assertThat(read(line + "\n").stream().map(Clue::sign)).contains(sign);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect() to unix:/run/app.sock failed (11: Resource temporarily unavailable) while connecting to"
                        + " upstream, client: 127.0.0.1, server: , upstream: \"fastcgi://unix:/run/app.sock:\"",
                "Error: connect EAGAIN /run/app",
                "Get \"http://app/\": dial unix /run/app: connect: resource temporarily unavailable",
                "PHP Warning:  stream_socket_client(): Unable to connect to unix:///run/app (Resource temporarily"
                        + " unavailable) in app.php on line 1",
                "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (11)",
                "psql: error: connection to server on socket \"/run/postgresql/.s.PGSQL.5432\" failed: Resource"
                        + " temporarily unavailable",
                "Errno::EAGAIN: Resource temporarily unavailable - connect(2) for /run/app",
                "u_str LISTEN 3      2       /tmp/app.sock 23429227            * 0",
                "Connect() failed for backend b: can't connect to destination unix socket, check backlog size on the"
                        + " server.",
            })
    void aFullQueueOfAUnixSocketNamesItself(String line) throws IOException {
        assertThat(read(line + "\n").stream().map(Clue::sign)).containsExactly(Sign.UNIX_QUEUE_FULL);
    }

    @Test
    void theQueueOfAUnixSocketHoldsItsLimitAndOneMoreAndThenConnectEndsInEagain(@TempDir Path folder)
            throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("app.sock"));
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address, 2);
            assertThatThrownBy(() -> {
                        while (clients.size() < 10) {
                            clients.add(SocketChannel.open(StandardProtocolFamily.UNIX));
                            clients.getLast().configureBlocking(false);
                            clients.getLast().connect(address);
                        }
                    })
                    .hasMessageContaining("Resource temporarily unavailable");
            assertThat(clients).hasSize(3 + 1);
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recv() failed (11: Resource temporarily unavailable) while reading response header from upstream,"
                        + " upstream: \"fastcgi://unix:/run/app.sock:\"",
                "read error on connection to /run/redis/redis.sock: read of 8192 bytes failed with errno=11 Resource"
                        + " temporarily unavailable",
                "client disconnected from unix:/run/app.sock: fork: Resource temporarily unavailable",
                "Connection error: io.netty.channel.unix.Errors$NativeIoException: readAddress(..) failed: Resource"
                        + " temporarily unavailable",
                "u_str LISTEN 2      2       /tmp/app.sock 23429227            * 0",
                "u_str ESTAB  3      2       /tmp/app.sock 23429227            * 0",
                "connect() to unix:/run/app.sock failed (2: No such file or directory) while connecting to upstream",
            })
    void whatElseIsTemporarilyUnavailableIsNoFullQueue(String line) throws IOException {
        assertThat(read(line + "\n").stream().map(Clue::sign)).doesNotContain(Sign.UNIX_QUEUE_FULL);
    }

    @Test
    void thePortOfApachesClientIsNotTheServers() throws IOException {
        List<Clue> clues = read("[proxy_http:error] (104)Connection reset by peer: [client 10.0.0.9:51234] AH01102:"
                + " error reading status line from remote server 10.0.0.5:8080\n");

        assertThat(clues).singleElement().extracting(Clue::port).isEqualTo(OptionalInt.of(8080));
    }

    @Test
    void thePortThatMysqlsClientNamesIsTheServers() throws IOException {
        List<Clue> clues = read("ERROR 2003 (HY000): Can't connect to MySQL server on 'db:3307' (111)\n");

        assertThat(clues).singleElement().extracting(Clue::port).isEqualTo(OptionalInt.of(3307));
    }

    @Test
    void theRulesOfAFirewallTellWhichPortTheyDropped() throws IOException {
        for (String file : List.of("iptables.txt", "iptables-save.txt")) {
            assertThat(at(file, Sign.FIREWALL_DROP_COUNTED)).as(file).containsExactly(7001);
            assertThat(at(file, Sign.FIREWALL_REJECT_COUNTED)).as(file).containsExactly(7002);
        }
        assertThat(at("nft.txt", Sign.FIREWALL_DROP_COUNTED)).containsExactly(7001, 7003);
        assertThat(at("nft.txt", Sign.FIREWALL_REJECT_COUNTED)).containsExactly(7002, 7004);
    }

    @Test
    void tablesOfTheSameSocketsNameTheSameListeners() throws IOException {
        List<Integer> ports = List.of(7002, 7003, 7004, 7005, 7006);
        for (String file : List.of("ss-tan.txt", "netstat-an.txt", "proc-tcp.txt")) {
            assertThat(at(file, Sign.LISTENS)).as(file).containsExactlyInAnyOrderElementsOf(ports);
        }
        assertThat(at("ss-tan.txt", Sign.ACCEPT_QUEUE_FULL_NOW)).containsExactly(7002);
        assertThat(at("netstat-an.txt", Sign.ACCEPT_QUEUE_WAITING)).containsExactly(7002);
        assertThat(at("proc-tcp.txt", Sign.ACCEPT_QUEUE_WAITING)).containsExactly(7002);
    }

    private static List<Integer> at(String file, Sign sign) throws IOException {
        return read(text(file)).stream()
                .filter(clue -> clue.sign() == sign)
                .map(clue -> clue.port().orElse(0))
                .toList();
    }

    private static List<Clue> read(String text) throws IOException {
        TextReader reader = new TextReader();
        reader.read("text", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return reader.clues();
    }

    private static String text(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(RealMessagesTest.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
