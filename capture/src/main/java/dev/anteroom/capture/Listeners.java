package dev.anteroom.capture;

import dev.anteroom.queue.ListenerHandshakes;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Who was asked, each address and port with a number and a timeline of its own as far as there is room.
final class Listeners {
    /// So many addresses and ports have a row of their own: a scan asks more.
    static final int MOST = 10_000;

    /// The number that the others share.
    private static final int OTHERS = 0;

    private final Map<Address, Integer> numbers = new HashMap<>();

    /// An array, because one thread may add a timeline while another one works on those before it.
    private final ListenerTimeline[] timelines = new ListenerTimeline[MOST + 1];

    private int size = OTHERS + 1;

    /// The connections, by what stands in the note, that sent a SYN again while others were answered.
    private final BitSet passedOver = new BitSet();

    /// Most captures are of one listener.
    private Address latest = new Address(false, 0, 0, 0);

    private int latestNumber = OTHERS;

    private record Address(boolean ipv6, long high, long low, int port) {
        boolean is(boolean otherIpv6, long otherHigh, long otherLow, int otherPort) {
            return low == otherLow && port == otherPort && high == otherHigh && ipv6 == otherIpv6;
        }
    }

    /// What was seen of one address and port.
    private record Row(ListenerTimeline timeline, ListenerTally tally) {}

    Listeners() {
        timelines[OTHERS] = new ListenerTimeline(Ends.endpoint(false, 0, 0, 0), 0);
    }

    /// The number of the one that is asked by a SYN, or answers with a SYN-ACK. That it opens a connection is not known
    /// here, so that a number may be given to one that then has none.
    ///
    /// @param start when the recording began
    int numberOf(TcpSegment segment, long start) {
        boolean answers = segment.has(TcpSegment.ACK);
        long high = answers ? segment.sourceHigh : segment.destinationHigh;
        long low = answers ? segment.sourceLow : segment.destinationLow;
        int port = answers ? segment.sourcePort : segment.destinationPort;
        if (!latest.is(segment.ipv6, high, low, port)) {
            latest = new Address(segment.ipv6, high, low, port);
            latestNumber = numberOf(latest, start);
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
        int number = size++;
        numbers.put(address, number);
        timelines[number] =
                new ListenerTimeline(Ends.endpoint(address.ipv6, address.high, address.low, address.port), start);
        return number;
    }

    /// Takes in notes that all follow those of the call before, and clears them.
    void read(Notes... notes) {
        for (Notes.Reader note = new Notes.Reader(notes); note.next(); ) {
            read(note.kind(), note.listener(), note.nanos(), note.about(), note.detail());
        }
        for (Notes each : notes) {
            each.clear();
        }
    }

    /// Takes in one note.
    void read(int kind, int listener, long nanos, long about, long detail) {
        ListenerTimeline timeline = timelines[listener];
        switch (kind) {
            case Notes.ANSWERED -> timeline.answers((int) detail, nanos);
            case Notes.ASKED_AGAIN -> {
                int connection = (int) detail;
                if (timeline.answeredSince(nanos) && !passedOver.get(connection)) {
                    passedOver.set(connection);
                    timeline.othersAnswered(about);
                }
            }
            case Notes.ASKS_NO_MORE -> passedOver.clear((int) detail);
            case Notes.WAITS -> timeline.waits(nanos, 1);
            case Notes.WAITS_NO_MORE -> timeline.waits(nanos, -1);
            case Notes.FIRST_BYTE -> timeline.firstByte(detail, nanos);
            case Notes.MADE_ROOM -> timeline.makesRoom(nanos);
            case Notes.RESET -> timeline.resets(about, nanos);
            default -> throw new IllegalStateException("a note of kind " + kind);
        }
    }

    /// Those with a row of their own, the most connections first.
    ///
    /// @param shares what each share of the connections counted
    List<ListenerHandshakes> told(List<Tallies> shares) {
        return IntStream.range(OTHERS + 1, size)
                .mapToObj(number -> new Row(timelines[number], Tallies.sum(shares, number)))
                .filter(row -> row.tally.connections() > 0)
                .sorted(Comparator.comparingLong((Row row) -> row.tally.connections())
                        .reversed())
                .map(row -> row.tally.told(row.timeline))
                .toList();
    }

    /// How many connections are in no row.
    static long unlisted(List<Tallies> shares) {
        return Tallies.sum(shares, OTHERS).connections();
    }
}
