package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Sign;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TextReaderTest {

    @Test
    void aLineThatNoFormatKnowsIsCountedAndShownAndNotGuessed() throws IOException {
        TextReader reader = new TextReader();
        TextReading reading = reader.read("a.txt", text("Hello, world!\n\nall is well, no problem at all\n"));

        assertThat(reader.clues()).isEmpty();
        assertThat(reading.understood()).isZero();
        assertThat(reading.notUnderstood()).isEqualTo(2);
        assertThat(reading.unknown())
                .containsExactly("line 1: Hello, world!", "line 3: all is well, no problem at all");
    }

    @Test
    void whatIsNoTextIsRefusedWithItsOffsetAndWhatStoodBeforeItCounts() throws IOException {
        TextReader reader = new TextReader();
        byte[] bytes = "curl: (52) Empty reply from server\nx\0y".getBytes(StandardCharsets.US_ASCII);

        assertThat(reader.read("b", new ByteArrayInputStream(bytes)).refused())
                .contains("not text: a zero byte at offset 36");
        assertThat(signs(reader)).containsExactly(Sign.CLOSED_BEFORE_ANSWER);
    }

    @Test
    void textOfPowershellIsRead() throws IOException {
        String table = """

                Active Connections

                  Proto  Local Address          Foreign Address        State
                  TCP    0.0.0.0:8080           0.0.0.0:0              LISTENING
                  TCP    10.0.0.5:50123         10.0.0.9:443           SYN_SENT
                """.replace("\n", "\r\n");
        byte[] body = table.getBytes(StandardCharsets.UTF_16LE);
        byte[] marked = new byte[body.length + 2];
        marked[0] = (byte) 0xff;
        marked[1] = (byte) 0xfe;
        System.arraycopy(body, 0, marked, 2, body.length);
        TextReader reader = new TextReader();

        assertThat(reader.read("w.txt", new ByteArrayInputStream(marked)).notUnderstood())
                .isZero();
        assertThat(at(reader, Sign.LISTENS)).hasValue(8080);
        assertThat(at(reader, Sign.SYN_SENT_WAITING)).hasValue(443);
    }

    @Test
    void twoReadingsOfTheCountersAreADifferenceInWhateverOrderTheyCome() throws IOException {
        String before =
                "$ nstat -az\nTcpExtListenOverflows 5 0.0\nTcpExtListenDrops 5 0.0\nTcpExtEmbryonicRsts 0 0.0\n";
        String after = "$ nstat -az\nTcpExtListenOverflows 9 0.0\nTcpExtListenDrops 9 0.0\nTcpExtEmbryonicRsts 0 0.0\n";
        TextReader forward = read("a.txt", before, "b.txt", after);
        TextReader backward = read("a.txt", after, "b.txt", before);

        assertThat(signs(forward)).containsExactly(Sign.LISTEN_OVERFLOWS_MOVED);
        assertThat(forward.clues().getFirst().count()).isEqualTo(4);
        assertThat(forward.clues().getFirst().words()).contains("+4", "b.txt line 2, the later one");
        assertThat(backward.clues().getFirst().words()).contains("+4", "a.txt line 2, the later one");
        assertThat(signs(read("a.txt", before))).containsExactly(Sign.LISTEN_OVERFLOWS_SINCE_BOOT);
    }

    @Test
    void countersThatGrepPickedAreKnownByTheirWords() throws IOException {
        String picked = """
                    %1$d times the listen queue of a socket overflowed
                    %1$d SYNs to LISTEN sockets dropped
                    TCPReqQFullDrop: %1$d
                12 pts/0    00:00:00 bash
                """;

        assertThat(signs(read("one", picked.formatted(5))))
                .containsExactlyInAnyOrder(Sign.LISTEN_OVERFLOWS_SINCE_BOOT, Sign.SYN_QUEUE_DROPS_SINCE_BOOT);
        TextReader twice = read("one", picked.formatted(5) + picked.formatted(9).replace("    ", ""));
        assertThat(signs(twice)).containsExactlyInAnyOrder(Sign.LISTEN_OVERFLOWS_MOVED, Sign.SYN_QUEUE_DROPS_MOVED);
        assertThat(new TextReader()
                        .read(
                                "one",
                                new ByteArrayInputStream(picked.formatted(5).getBytes(StandardCharsets.UTF_8)))
                        .notUnderstood())
                .isEqualTo(1);
    }

    /// ListenDrops counts each overflow, too; and RetransSegs each SYN that was sent again.
    @Test
    void nothingIsConcludedFromADifferenceToACounterThatIsNotThere() throws IOException {
        String drops = "TcpExtListenDrops %d 0.0\n";
        assertThat(signs(read("one", drops.formatted(5), "two", drops.formatted(9))))
                .isEmpty();
        assertThat(signs(read("one", drops.formatted(5)))).isEmpty();
        String overflows = drops + "TcpExtListenOverflows 1 0.0\n";
        assertThat(signs(read("one", overflows.formatted(5), "two", overflows.formatted(9))))
                .containsExactly(Sign.LISTEN_OVERFLOWS_UNMOVED);
        String repeated = "TcpRetransSegs %d 0.0\n";
        assertThat(signs(read("one", repeated.formatted(5), "two", repeated.formatted(9))))
                .isEmpty();
    }

    @Test
    void whereAllCountersAreListedTheOneThatIsNotThereIsZero() throws IOException {
        String others = IntStream.range(0, 10)
                .mapToObj("    TCPOther%d: 7\n"::formatted)
                .collect(Collectors.joining());
        String netstat = """
                Tcp:
                    700 segments received
                    %1$d segments retransmitted
                TcpExt:
                    %1$d SYNs to LISTEN sockets dropped
                    TCPOrigDataSent: 70
                """;
        String nstat = """
                TcpInSegs 700 0.0
                TcpRetransSegs %1$d 0.0
                TcpExtListenDrops %1$d 0.0
                TcpExtTCPOrigDataSent 70 0.0
                """;
        String more = others.replaceAll("    (TCPOther\\d): 7", "TcpExt$1 7 0.0");
        for (String all : List.of(netstat + others, nstat + more)) {
            assertThat(signs(read("one", all.formatted(5), "two", all.formatted(9))))
                    .as(all)
                    .containsExactlyInAnyOrder(Sign.LISTEN_DROPS_MOVED, Sign.RETRANSMISSIONS_MOVED);
        }
        for (String picked : List.of(netstat, nstat)) {
            assertThat(signs(read("one", picked.formatted(5), "two", picked.formatted(9))))
                    .as(picked)
                    .isEmpty();
        }
    }

    @Test
    void whatOnlyTheLaterReadingShowsIsOfUnknownAge() throws IOException {
        String picked = "TcpExtListenOverflows %d 0.0\n";
        String more = picked + "TcpExtTCPReqQFullDrop 300 0.0\nTcpExtTCPAbortOnClose 20 0.0\n";
        Sign[] expected = {Sign.LISTEN_OVERFLOWS_MOVED, Sign.SYN_QUEUE_DROPS_SINCE_BOOT};

        assertThat(signs(read("one", picked.formatted(5), "two", more.formatted(9))))
                .containsExactlyInAnyOrder(expected);
        assertThat(signs(read("two", more.formatted(9), "one", picked.formatted(5))))
                .containsExactlyInAnyOrder(expected);
    }

    @Test
    void countersThatWentBothWaysAreNotSubtracted() throws IOException {
        TextReader reader = read(
                "one",
                "TcpExtListenOverflows 5 0.0\nTcpExtSyncookiesSent 9 0.0\n",
                "other",
                "TcpExtListenOverflows 7 0.0\nTcpExtSyncookiesSent 2 0.0\n");

        assertThat(signs(reader))
                .doesNotContain(Sign.LISTEN_OVERFLOWS_MOVED)
                .contains(Sign.LISTEN_OVERFLOWS_SINCE_BOOT);
    }

    @Test
    void theSameCounterHasOneNameInEveryFormat() throws IOException {
        String proc = "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 %d %d\n";
        String netstat = """
                Tcp:
                    3 passive connection openings
                TcpExt:
                    %d times the listen queue of a socket overflowed
                    %d SYNs to LISTEN sockets dropped
                """;
        String json =
                "{\"kernel\":{\"TcpExtSyncookiesSent\":0,\"TcpExtListenOverflows\":%d,\"TcpExtListenDrops\":%d}}\n";
        for (String form : List.of(proc, netstat, json)) {
            TextReader reader = read("one", form.formatted(2, 2), "two", form.formatted(8, 8));

            assertThat(at(reader, Sign.LISTEN_OVERFLOWS_MOVED)).as(form).isEmpty();
            assertThat(signs(reader)).as(form).containsExactly(Sign.LISTEN_OVERFLOWS_MOVED);
            assertThat(reader.clues().getFirst().count()).as(form).isEqualTo(6);
        }
    }

    @Test
    void aRuleForSomeAddressesDoesNotTellThatTheClientIsAmongThem() throws IOException {
        String listed =
                "    7   420 DROP       tcp  --  *      *       %s            0.0.0.0/0            tcp dpt:8080\n";
        String nft = "\t\tip %s 10.0.0.9 tcp dport 8080 counter packets 7 bytes 420 drop\n";
        String saved = "[7:420] -A INPUT %s-p tcp -m tcp --dport 8080 -j DROP\n";
        for (String any : List.of(listed.formatted("0.0.0.0/0"), nft.formatted("daddr"), saved.formatted(""))) {
            assertThat(signs(read("fw", any))).as(any).containsExactly(Sign.FIREWALL_DROP_COUNTED);
        }
        for (String some :
                List.of(listed.formatted("10.1.0.0/16"), nft.formatted("saddr"), saved.formatted("-s 10.1.0.0/16 "))) {
            assertThat(signs(read("fw", some))).as(some).containsExactly(Sign.FIREWALL_DROPS_SOMETHING);
        }
    }

    @Test
    void aNameOfAnErrorWithinAnotherWordIsNone() throws IOException {
        assertThat(signs(read("log", "cannot parse the Gemfile\n"))).isEmpty();
        assertThat(signs(read("log", "read failed: xEPIPE EPIPE\n"))).containsExactly(Sign.WRITE_RESET);
    }

    @Test
    void aDateIsNoRowOfListenQueues() throws IOException {
        assertThat(signs(read("log", """
                2026/01/10 10:00:00 [crit] 1234#1234: *88 open() "/srv/index.html" failed
                2026/01/10 10:00:30
                """))).isEmpty();
    }

    @Test
    void onlyAWholeTableOfTcpListenersTellsThatNobodyListens() throws IOException {
        String rows =
                "State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0      128    0.0.0.0:22 0.0.0.0:*\n";
        for (String whole : List.of("ss -ltn", "ss -tlnp", "ss -tan", "netstat -tulpn", "netstat -an")) {
            assertThat(signs(read("a", "$ " + whole + "\n" + rows))).as(whole).contains(Sign.TABLE_OF_LISTENERS);
        }
        for (String some : List.of(
                "ss -ltn 'sport = :22'",
                "ss -lun",
                "ss -6ltn",
                "ss -ltn | grep 22",
                "ss -tn",
                "ss -tan state listening")) {
            assertThat(signs(read("a", "$ " + some + "\n" + rows))).as(some).doesNotContain(Sign.TABLE_OF_LISTENERS);
        }
    }

    @Test
    void theFarPortsOfAServersConnectionsAreNoServers() throws IOException {
        assertThat(signs(read("s", """
                LISTEN    0      128          0.0.0.0:8080       0.0.0.0:*
                ESTAB     0      9000        10.0.0.9:8080       10.0.0.5:2345
                """)))
                .contains(Sign.ANSWER_NOT_ACKNOWLEDGED)
                .doesNotContain(Sign.SENT_NOT_ACKNOWLEDGED, Sign.TABLE_OF_A_CLIENT);
    }

    @Test
    void aTableWithConnectionsToThePortFromHereIsAClients() throws IOException {
        TextReader reader = read("ss.txt", """
                $ ss -tan
                State     Recv-Q Send-Q Local Address:Port  Peer Address:Port
                LISTEN    0      128          0.0.0.0:22         0.0.0.0:*
                SYN-SENT  0      1          10.0.0.5:50123      10.0.0.9:8080
                """);

        assertThat(at(reader, Sign.TABLE_OF_A_CLIENT)).hasValue(8080);
        assertThat(signs(read("s", """
                LISTEN    0      128          0.0.0.0:8080       0.0.0.0:*
                TIME-WAIT 0      0          10.0.0.9:8080       10.0.0.5:50123
                """))).contains(Sign.SERVER_HOLDS_TIME_WAIT).doesNotContain(Sign.TABLE_OF_A_CLIENT);
    }

    @Test
    void theAcceptorOfTomcatInAThreadDumpTellsThatTheMaximumOfConnectionsIsReached() throws IOException {
        assertThat(signs(read("jstack.txt", """
                "http-nio-8080-Acceptor" #41 [96] daemon prio=5 os_prio=0 waiting on condition
                   java.lang.Thread.State: WAITING (parking)
                \tat jdk.internal.misc.Unsafe.park(java.base@25/Native Method)
                \tat org.apache.tomcat.util.threads.LimitLatch.countUpOrAwait(LimitLatch.java:115)
                \tat org.apache.tomcat.util.net.Acceptor.run(Acceptor.java:121)
                """))).containsExactly(Sign.MAX_CONNECTIONS_REACHED);
    }

    @Test
    void aLackOfDescriptorsIsOfTheCallThatFailed() throws IOException {
        String python = """
                Traceback (most recent call last):
                  File "/usr/lib/python3.13/socket.py", line 293, in %s
                    %s
                OSError: [Errno 24] Too many open files
                """;
        assertThat(signs(read("s", python.formatted("accept", "fd, addr = self._accept()"))))
                .containsExactly(Sign.SERVER_HAS_NO_DESCRIPTOR);
        assertThat(signs(read("c", python.formatted("create_connection", "sock = socket(af, socktype, proto)"))))
                .containsExactly(Sign.NO_DESCRIPTOR);
        assertThat(signs(read("x", "ERROR open(/srv/a.html) failed: Too many open files\n")))
                .containsExactly(Sign.NO_DESCRIPTOR_IN_UNKNOWN_PHASE);
        assertThat(signs(read("j", """
                java.net.SocketException: Too many open files
                \tat java.base/sun.nio.ch.Net.socket0(Native Method)
                \tat java.base/sun.nio.ch.Net.socket(Net.java:524)
                """))).containsExactly(Sign.NO_DESCRIPTOR);
        assertThat(signs(read("a", """
                java.net.SocketException: Too many open files
                \tat java.base/sun.nio.ch.Net.accept(Native Method)
                \tat java.base/sun.nio.ch.NioSocketImpl.accept(NioSocketImpl.java:748)
                """))).containsExactly(Sign.SERVER_HAS_NO_DESCRIPTOR);
    }

    @Test
    void theExampleOfTheSocketTableShowsAFullQueueAndItsClients() throws IOException {
        TextReader reader = read("ss.txt", """
                $ ss -tan
                State     Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
                LISTEN    6      5          127.0.0.1:8100       0.0.0.0:*
                LISTEN    0      128          0.0.0.0:22         0.0.0.0:*
                ESTAB     17     0          127.0.0.1:8100     127.0.0.1:40001
                SYN-SENT  0      1          127.0.0.1:40002    127.0.0.1:8100
                """);

        assertThat(at(reader, Sign.ACCEPT_QUEUE_FULL_NOW)).hasValue(8100);
        assertThat(at(reader, Sign.ACCEPT_QUEUE_EMPTY_NOW)).hasValue(22);
        assertThat(at(reader, Sign.REQUEST_UNREAD)).hasValue(8100);
        assertThat(at(reader, Sign.SYN_SENT_WAITING)).hasValue(8100);
        assertThat(signs(reader)).contains(Sign.TABLE_OF_LISTENERS);
    }

    @Test
    void netstatShowsNoLimitSoItsListenersAreNeverCalledFull() throws IOException {
        TextReader reader = read("netstat.txt", """
                Active Internet connections (servers and established)
                Proto Recv-Q Send-Q Local Address           Foreign Address         State
                tcp        6      0 127.0.0.1:8100          0.0.0.0:*               LISTEN
                tcp6       0      0 :::80                   :::*                    LISTEN
                """);

        assertThat(signs(reader)).contains(Sign.ACCEPT_QUEUE_WAITING).doesNotContain(Sign.ACCEPT_QUEUE_FULL_NOW);
        assertThat(at(reader, Sign.ACCEPT_QUEUE_WAITING)).hasValue(8100);
    }

    @Test
    void macosShowsItsListenQueuesAndCountsTheirOverflows() throws IOException {
        TextReader reader = read("mac.txt", """
                Current listen queue sizes (qlen/incqlen/maxqlen)
                Listen                  Local Address
                128/0/128               *.8100
                tcp4  0/0/128           *.22
                tcp:
                \t1203 packets sent
                \t17 listen queue overflows
                """);

        assertThat(at(reader, Sign.ACCEPT_QUEUE_FULL_NOW)).hasValue(8100);
        assertThat(at(reader, Sign.ACCEPT_QUEUE_EMPTY_NOW)).hasValue(22);
        assertThat(signs(reader)).contains(Sign.OVERFLOWS_OF_ANOTHER_STACK);
    }

    @Test
    void theCountersOfWindowsAreKnownToSayNothingOfListeners() throws IOException {
        TextReader reader = new TextReader();
        TextReading reading = reader.read("win.txt", text("""
                TCP Statistics for IPv4

                  Active Opens                        = 8
                  Failed Connection Attempts          = 12
                  Reset Connections                   = 3
                """));

        assertThat(reading.notUnderstood()).isZero();
        assertThat(reader.clues()).isEmpty();
    }

    @Test
    void aStoppedProcessIsLinkedToItsListenerByItsNumber() throws IOException {
        String listener = """
                $ ss -ltnp
                State Recv-Q Send-Q Local Address:Port Peer Address:Port Process
                LISTEN 3 50 0.0.0.0:8100 0.0.0.0:* users:(("java",pid=4711,fd=5))
                """;
        String processes = """
                $ ps -o pid,stat,comm
                    PID STAT COMMAND
                   %d Tl   java
                      1 Ss   init
                """;

        assertThat(at(read("s", listener + processes.formatted(4711)), Sign.LISTENER_PROCESS_STOPPED))
                .hasValue(8100);
        assertThat(signs(read("s", listener + processes.formatted(815)))).contains(Sign.PROCESS_STOPPED);
    }

    @Property(tries = 500)
    void anyBytesAreReadToAnEnd(@ForAll @Size(max = 2000) byte[] bytes) throws IOException {
        TextReader reader = new TextReader();
        TextReading reading = reader.read("bytes", new ByteArrayInputStream(bytes));

        assertThat(reading.unknown()).hasSizeLessThanOrEqualTo(5);
        assertThat(reader.clues()).allMatch(clue -> clue.count() > 0);
    }

    @Property(tries = 3000)
    void brokenLinesOfEveryFormatAreReadToAnEnd(@ForAll("broken") List<String> lines) throws IOException {
        TextReader reader = new TextReader();
        reader.read("broken", text(String.join("\n", lines)));

        assertThat(reader.clues())
                .allMatch(clue -> clue.count() > 0
                        && clue.port().orElse(1) > 0
                        && clue.port().orElse(1) < 65_536
                        && clue.words().length() < 500);
    }

    @Provide
    Arbitrary<List<String>> broken() {
        Arbitrary<String> words = Arbitraries.of(
                "State Recv-Q Send-Q Local Address:Port Peer Address:Port",
                "LISTEN",
                "6",
                "5",
                "0.0.0.0:8100",
                "[::]:99999",
                "*:*",
                "tcp6",
                "TCP",
                "TcpExt:",
                "ListenOverflows",
                "99999999999999999999",
                "{\"kernel\":{",
                "\"TcpExtListenDrops\":7}}",
                "TcpExtListenDrops 4 0.0",
                "Caused by: java.net.SocketException: Connection reset by peer",
                "\tat java.base/sun.nio.ch.Net.connect0(Native Method)",
                "\tat (",
                "Traceback (most recent call last):",
                "  File \"x\", line 1, in connect",
                "ConnectionResetError: [Errno 104] Connection reset by peer",
                "Error: connect ECONNREFUSED ::1:80",
                "curl: (28) Connection timed out after 1 ms",
                "curl: (999",
                "dial tcp [::1]:80: connect: connection refused",
                "upstream timed out while connecting to upstream \"http://a:1\"",
                "Chain INPUT (policy DROP 5 packets, 300 bytes)",
                "12K 720 DROP tcp -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:70000",
                "net.netfilter.nf_conntrack_count = 99999999999",
                "State:\tT (stopped)",
                "PID STAT COMMAND",
                "tcp4  193/0/128  *.8080",
                "Possible SYN flooding on port 0.0.0.0:123456. Sending cookies.",
                " 12 times the listen queue of a socket overflowed",
                "$ ss -ltn",
                "   1: 0100007F:1FA4 00000000:0000 0A 00000000:00000006 00:00000000 00000000");
        return words.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> String.join(" ", list))
                .list()
                .ofMaxSize(12);
    }

    @Test
    void aLineWithoutEndIsCutAndDoesNotFillMemory() throws IOException {
        InputStream endless = new InputStream() {
            private long left = 50_000_000;

            @Override
            public int read() {
                return left-- > 0 ? 'a' : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = (int) Math.min(left, length);
                java.util.Arrays.fill(into, offset, offset + count, (byte) 'a');
                left -= count;
                return count > 0 ? count : -1;
            }
        };
        TextReading reading = new TextReader().read("endless", endless);

        assertThat(reading.notUnderstood()).isEqualTo(1);
        assertThat(reading.unknown().getFirst()).hasSizeLessThan(200);
    }

    private static TextReader read(String... namesAndTexts) throws IOException {
        TextReader reader = new TextReader();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            reader.read(namesAndTexts[i], text(namesAndTexts[i + 1]));
        }
        return reader;
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Sign> signs(TextReader reader) {
        return reader.clues().stream().map(Clue::sign).toList();
    }

    private static OptionalInt at(TextReader reader, Sign sign) {
        return reader.clues().stream()
                .filter(clue -> clue.sign() == sign)
                .map(Clue::port)
                .findFirst()
                .orElse(OptionalInt.empty());
    }
}
