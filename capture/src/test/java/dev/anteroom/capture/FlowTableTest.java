package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FlowTableTest {
    static final int PORTS = 3000;

    private final TcpSegment segment = new TcpSegment();
    private final Flow flow = new Flow(0, new Tallies(), new LogBook());

    /// A port that is not open is opened, one that is open is closed.
    @Property(tries = 100)
    void itFindsWhatIsOpenInBothDirectionsAndNothingElse(
            @ForAll boolean ipv6,
            @ForAll @Size(min = 1, max = 5000) List<@IntRange(min = 1, max = PORTS) Integer> ports) {
        FlowTable table = new FlowTable(ipv6);
        Map<Integer, Long> open = new HashMap<>();
        for (int port : ports) {
            if (open.remove(port) != null) {
                assertThat(table.find(fromClient(ipv6, port), flow)).isTrue();
                table.remove(flow);
            } else {
                open(table, ipv6, port, 0);
                open.put(port, flow.firstPacket());
            }
        }
        assertThat(table.size()).isEqualTo(open.size());
        for (int port = 1; port <= PORTS; port++) {
            for (boolean byServer : List.of(false, true)) {
                boolean known = table.find(byServer ? fromServer(ipv6, port) : fromClient(ipv6, port), flow);
                assertThat(known).isEqualTo(open.containsKey(port));
                if (known) {
                    assertThat(flow.firstPacket()).isEqualTo(open.get(port));
                    assertThat(flow.fromServer).isEqualTo(byServer);
                    assertThat(flow.clientPort()).isEqualTo(port);
                    assertThat(flow.server()).hasToString(ipv6 ? "[2000::2]:80" : "192.0.0.2:80");
                }
            }
        }
        Set<Long> left = new HashSet<>();
        while (table.size() > 0) {
            table.removeNext(flow);
            left.add(flow.firstPacket());
        }
        assertThat(left).containsExactlyInAnyOrderElementsOf(open.values());
    }

    @Property(tries = 100)
    void whatIsIdleGoesWithinATurnAndWhatIsNotStays(
            @ForAll @Size(max = 50) List<@IntRange(max = 1000) Integer> lastPackets) {
        FlowTable table = new FlowTable(false);
        for (int i = 0; i < lastPackets.size(); i++) {
            open(table, false, i + 1, lastPackets.get(i));
        }
        List<Long> gone = new ArrayList<>();
        for (int now = 0; now <= 1500; now += 10) {
            long time = now;
            for (int packet = 0; packet < lastPackets.size() / 8 + 1; packet++) {
                table.removeIdle(now, 100, 20, flow, idle -> {
                    assertThat(time - idle.last).isGreaterThan(100);
                    gone.add(time - idle.last);
                });
            }
        }
        assertThat(gone).hasSize(lastPackets.size()).allMatch(late -> late <= 100 + 2 * 50 + 2 * 10);
    }

    private void open(FlowTable table, boolean ipv6, int port, long nanos) {
        assertThat(table.find(fromClient(ipv6, port), flow)).isFalse();
        flow.begin(fromClient(ipv6, port), nanos, port + 1000L, false, 0);
        table.add(flow, fromClient(ipv6, port));
    }

    private TcpSegment fromClient(boolean ipv6, int port) {
        segment.numbers(TcpSegment.SYN, 1, 0);
        return hashed(
                ipv6
                        ? segment.fromIpv6(1L << 60, 1, port).toIpv6(1L << 61, 2, 80)
                        : segment.fromIpv4(0x0a000001, port).toIpv4(0xc0000002, 80));
    }

    private TcpSegment fromServer(boolean ipv6, int port) {
        segment.numbers(TcpSegment.ACK, 1, 0);
        return hashed(
                ipv6
                        ? segment.fromIpv6(1L << 61, 2, 80).toIpv6(1L << 60, 1, port)
                        : segment.fromIpv4(0xc0000002, 80).toIpv4(0x0a000001, port));
    }

    private static TcpSegment hashed(TcpSegment segment) {
        segment.hash = FlowTable.hash(segment);
        return segment;
    }
}
