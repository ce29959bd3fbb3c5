package dev.anteroom.capture;

import dev.anteroom.queue.ListenerHandshakes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who was asked, each address and port with a tally of its own as far as there is room.
final class Listeners {
    /// So many addresses and ports have a row of their own: a scan asks more.
    static final int MOST = 10_000;

    /// The number of the tally that the others share.
    private static final int OTHERS = 0;

    private final Map<Address, Integer> numbers = new HashMap<>();
    private final List<ListenerTally> tallies = new ArrayList<>();

    /// Most captures are of one listener.
    private Address latest = new Address(false, 0, 0, 0);

    private int latestNumber = OTHERS;

    private record Address(boolean ipv6, long high, long low, int port) {}

    Listeners() {
        tallies.add(new ListenerTally(Ends.endpoint(false, 0, 0, 0), 0));
    }

    ListenerTally get(int number) {
        return tallies.get(number);
    }

    /// The number of the one that is asked by a SYN, or answers with a SYN-ACK.
    ///
    /// @param start when the recording began
    int numberOf(TcpSegment segment, long start) {
        Address address = segment.has(TcpSegment.ACK)
                ? new Address(segment.ipv6, segment.sourceHigh, segment.sourceLow, segment.sourcePort)
                : new Address(segment.ipv6, segment.destinationHigh, segment.destinationLow, segment.destinationPort);
        if (!address.equals(latest)) {
            latest = address;
            latestNumber = numberOf(address, start);
        }
        return latestNumber;
    }

    private int numberOf(Address address, long start) {
        Integer known = numbers.get(address);
        if (known != null) {
            return known;
        }
        if (numbers.size() == MOST) {
            return OTHERS;
        }
        int number = tallies.size();
        numbers.put(address, number);
        tallies.add(new ListenerTally(Ends.endpoint(address.ipv6, address.high, address.low, address.port), start));
        return number;
    }

    /// Those with a row of their own, the most connections first.
    List<ListenerHandshakes> told() {
        return tallies.stream()
                .skip(OTHERS + 1)
                .sorted(Comparator.comparingLong(ListenerTally::connections).reversed())
                .map(ListenerTally::told)
                .toList();
    }

    /// How many connections are in no row.
    long unlisted() {
        return tallies.get(OTHERS).connections();
    }
}
