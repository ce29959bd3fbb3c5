package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FlowTableTest {
    static final int PORTS = 3000;

    private final ListenerTally listener = new ListenerTally(new Endpoint(Family.INET, "10.0.0.2", 80), 0);
    private final TcpSegment segment = new TcpSegment();

    /// A port that is not open is opened, one that is open is closed.
    @Property(tries = 100)
    void itFindsWhatIsOpenInBothDirectionsAndNothingElse(
            @ForAll @Size(min = 1, max = 5000) List<@IntRange(min = 1, max = PORTS) Integer> ports) {
        FlowTable table = new FlowTable();
        Map<Integer, Flow> open = new HashMap<>();
        for (int port : ports) {
            Flow known = open.remove(port);
            if (known != null) {
                table.remove(known);
            } else {
                Flow flow = new Flow(fromClient(port), 0, 1, false, listener);
                table.add(flow, fromClient(port));
                open.put(port, flow);
            }
        }
        assertThat(table.size()).isEqualTo(open.size());
        for (int port = 1; port <= PORTS; port++) {
            assertThat(table.find(fromClient(port))).isSameAs(open.get(port));
            assertThat(table.find(fromServer(port))).isSameAs(open.get(port));
        }
        List<Flow> left = new ArrayList<>();
        table.removeAll(left::add);
        assertThat(left).containsExactlyInAnyOrderElementsOf(open.values());
        assertThat(table.size()).isZero();
    }

    @Property(tries = 100)
    void whatIsIdleGoesWithinATurnAndWhatIsNotStays(
            @ForAll @Size(max = 50) List<@IntRange(max = 1000) Integer> lastPackets) {
        FlowTable table = new FlowTable();
        for (int i = 0; i < lastPackets.size(); i++) {
            Flow flow = new Flow(fromClient(i + 1), 0, 1, false, listener);
            table.add(flow, fromClient(i + 1));
            flow.last = lastPackets.get(i);
        }
        List<Long> gone = new ArrayList<>();
        for (int now = 0; now <= 1500; now += 10) {
            long time = now;
            table.removeIdle(now, 100, 20, flow -> {
                assertThat(time - flow.last).isGreaterThan(100);
                gone.add(time - flow.last);
            });
        }
        assertThat(gone).hasSize(lastPackets.size()).allMatch(late -> late <= 100 + 20 + 2 * 10);
    }

    private TcpSegment fromClient(int port) {
        return segment.fromIpv4(0x0a000001, port).toIpv4(0x0a000002, 80).numbers(TcpSegment.SYN, 1, 0);
    }

    private TcpSegment fromServer(int port) {
        return segment.fromIpv4(0x0a000002, 80).toIpv4(0x0a000001, port).numbers(TcpSegment.ACK, 1, 0);
    }
}
