package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.TcpCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcNetTest {
    private static final String TCP_HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
                    + "   uid  timeout inode                                                     \n";

    @Test
    void countersAreFoundByNameWhateverTheirPlace() {
        String netstat = """
                TcpExt: SyncookiesSent ListenOverflows Unknown ListenDrops
                TcpExt: 3 5 77 8
                IpExt: InNoRoutes ListenDrops
                IpExt: 0 99
                """;
        String snmp = """
                Ip: Forwarding DefaultTTL
                Ip: 2 64
                Tcp: RtoAlgorithm MaxConn PassiveOpens OutRsts
                Tcp: 1 -1 18446744073709551615 12
                TcpFoo: PassiveOpens
                TcpFoo: 1
                """;

        assertThat(ProcNet.counters(netstat, snmp).values())
                .isEqualTo(Map.of(
                        Counter.SYNCOOKIES_SENT, 3L,
                        Counter.LISTEN_OVERFLOWS, 5L,
                        Counter.LISTEN_DROPS, 8L,
                        Counter.PASSIVE_OPENS, -1L,
                        Counter.OUT_RSTS, 12L));
    }

    @Test
    void aCounterWithoutAValueIsAbsent() {
        TcpCounters counters = ProcNet.counters("TcpExt: ListenOverflows ListenDrops SyncookiesSent\nTcpExt: 5 8\n");

        assertThat(counters.value(Counter.LISTEN_DROPS)).hasValue(8);
        assertThat(counters.value(Counter.SYNCOOKIES_SENT)).isEmpty();
    }

    @Test
    void valuesWithoutANameAreIgnored() {
        assertThat(ProcNet.counters("TcpExt: ListenOverflows\nTcpExt: 5 8 9 10\n")
                        .values())
                .containsExactly(Map.entry(Counter.LISTEN_OVERFLOWS, 5L));
    }

    @Test
    void valuesOfAnotherGroupAreNotTaken() {
        assertThat(ProcNet.counters("TcpExt: ListenOverflows\nIpExt: 5\n").values())
                .isEmpty();
        assertThat(ProcNet.counters("TcpExt: ListenOverflows\n\n").values()).isEmpty();
        assertThat(ProcNet.counters("TcpExt: ListenOverflows").values()).isEmpty();
        assertThat(ProcNet.counters("", "\n").values()).isEmpty();
    }

    @Test
    void listenersAreReadUpToTheFirstConnection(@TempDir Path directory) throws IOException {
        Path tcp = directory.resolve("tcp");
        Files.writeString(
                tcp,
                TCP_HEADER
                        + "   0: 0100007F:1FA4 00000000:0000 0A 00000000:00000006 00:00000000 00000000  1000        0"
                        + " 4711 1 ffff 100 0 0 10 0\n"
                        + "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
                        + " 4294967295        0 99 1 ffff 100 0 0 10 0\n"
                        + "   2: 0100007F:1FA4 0100007F:8888 01 00000000:00000000 00:00000000 00000000     0        0"
                        + " 0 1 ffff 20 4 30 10 -1\n"
                        + "   3: 0100007F:0001 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0"
                        + " 12 1 ffff 100 0 0 10 0\n");

        assertThat(ProcNet.listeners(tcp.toString(), Family.INET))
                .containsExactly(
                        row(Family.INET, "127.0.0.1", 8100, 4711, 1000, 6), row(Family.INET, "0.0.0.0", 22, 99, -1, 0));
    }

    @Test
    void ipv6ListenersAreReadWithTheirAddressesTheRightWayRound(@TempDir Path directory) throws IOException {
        Path tcp6 = directory.resolve("tcp6");
        String rest = ":0050 00000000000000000000000000000000:0000 0A 00000000:00000001 00:00000000 00000000     0"
                + "        0 5 1 ffff 100 0 0 10 0\n";
        Files.writeString(
                tcp6,
                TCP_HEADER
                        + "   0: 00000000000000000000000000000000" + rest
                        + "   1: 00000000000000000000000001000000" + rest
                        + "   2: 0000000000000000FFFF00000100007F" + rest
                        + "   3: B80D0120000000000000000001000000" + rest);

        assertThat(ProcNet.listeners(tcp6.toString(), Family.INET6))
                .extracting(SockDiag.ListenRow::address)
                .containsExactly("::", "::1", "::ffff:127.0.0.1", "2001:db8::1");
    }

    @Test
    void aFileWithoutListenersHasNone(@TempDir Path directory) throws IOException {
        Path tcp = directory.resolve("tcp");
        Files.writeString(tcp, TCP_HEADER);
        assertThat(ProcNet.listeners(tcp.toString(), Family.INET)).isEmpty();
        Files.writeString(tcp, "");
        assertThat(ProcNet.listeners(tcp.toString(), Family.INET)).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsAnError(@TempDir Path directory) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ProcNet.listeners(directory.resolve("none").toString(), Family.INET));
    }

    @Test
    void interfacesAreNamedByEitherProtocol() {
        String igmp = """
                Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
                1\tlo        :     1      V3
                \t\t\t\t010000E0     1 0:00000000\t\t0
                2\teth0      :     1      V3
                \t\t\t\t010000E0     1 0:00000000\t\t0
                """;
        String igmp6 = """
                1    lo              ff020000000000000000000000000001     1 0000000C 0
                7    wg0             ff020000000000000000000000000001     1 0000000C 0
                """;

        assertThat(ProcNet.interfaceNames(igmp, igmp6)).isEqualTo(Map.of(1, "lo", 2, "eth0", 7, "wg0"));
    }

    private static SockDiag.ListenRow row(Family family, String address, int port, long inode, int uid, long depth) {
        return new SockDiag.ListenRow(
                family,
                address,
                port,
                0,
                0,
                inode,
                OptionalInt.of(uid),
                false,
                new QueueSample(depth, OptionalLong.empty(), OptionalLong.empty()));
    }
}
