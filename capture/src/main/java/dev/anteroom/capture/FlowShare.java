package dev.anteroom.capture;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The connections of a share of all pairs of addresses and ports. What each of them is, and its fate, depends on no
/// connection of another share, so that several threads may work on different shares.
///
/// How many shares there are does not depend on the number of threads, and so nor does any result.
final class FlowShare extends Apart {
    static final int SHARE_BITS = 2;

    /// So many shares there are.
    static final int SHARES = 1 << SHARE_BITS;

    private static final int MOST_OPEN = Handshakes.MOST_OPEN / SHARES;
    private static final int MOST_ANSWERED = Handshakes.MOST_ANSWERED / SHARES;
    private static final long IDLE_NANOS = Handshakes.IDLE.toNanos();

    /// How long a connection waits until its turn to be looked at for idleness.
    private static final long TURN_NANOS = IDLE_NANOS / 8;

    /// After the last packet.
    private static final long AT_THE_END = Long.MAX_VALUE;

    private final Tallies tallies = new Tallies();
    private final LogBook logs = new LogBook();
    private final FlowTable ipv4 = new FlowTable(false);
    private final FlowTable ipv6 = new FlowTable(true);

    /// The connection of the packet at hand, and one that ends while it comes in.
    private final Flow flow;

    private final Flow ending;
    private final Consumer<Flow> judge = this::judge;
    private final Counts<HandshakeFate> fates = new Counts<>(HandshakeFate.class);
    private final Map<HandshakeFate, Example> examples = new EnumMap<>(HandshakeFate.class);

    /// Of each fate that ends in an answer the first connection to be answered, which is followed to its end.
    private final Map<HandshakeFate, Followed> followed = new EnumMap<>(HandshakeFate.class);

    private Optional<String> asked = Optional.empty();
    private final List<Example> askedFor = new ArrayList<>();

    private final TcpSegment unpacked = new TcpSegment();

    private long now = Long.MIN_VALUE;

    /// The number of the packet at hand.
    private long packet;

    private long duplicates;
    private long strangers;
    private int answeredOpen;

    /// A connection that is shown.
    ///
    /// @param since the number of the packet that made it the one to show
    record Example(long since, long firstPacket, Handshake handshake) {
        /// Which of several shares' is shown.
        static final Comparator<Example> FIRST =
                Comparator.comparingLong(Example::since).thenComparingLong(Example::firstPacket);
    }

    /// @param since the number of the packet that answered it
    private record Followed(long firstPacket, long since) {}

    FlowShare(int number) {
        flow = new Flow(number, tallies, logs);
        ending = new Flow(number, tallies, logs);
    }

    /// The number of the share that a segment belongs to, whichever side sent it: Fibonacci hashing (Knuth,
    /// volume 3, 6.4), because the ports of a client often follow each other, one or two apart. Without a seed: a
    /// share has limits of its own, and they must not be met by other connections at each run.
    static int of(TcpSegment segment) {
        return of(segment.sourceHigh
                + segment.sourceLow
                + segment.sourcePort
                + segment.destinationHigh
                + segment.destinationLow
                + segment.destinationPort);
    }

    static int of(PlainSegment segment) {
        return of(segment.source() + segment.sourcePort() + segment.destination() + segment.destinationPort());
    }

    private static int of(long ends) {
        return (int) ((ends * 0x9e3779b97f4a7c15L) >>> (Long.SIZE - SHARE_BITS));
    }

    /// Keeps the connections of an address too.
    void alsoTell(String address) {
        asked = Optional.of(address);
    }

    /// Where its connections leave notes from now on.
    void noteIn(Notes notes) {
        flow.notes = notes;
        ending.notes = notes;
    }

    void take(SegmentBatch batch) {
        batch.handTo(this, unpacked);
    }

    /// Takes in a segment, or that which an ICMP error is about.
    ///
    /// @param number of the packet in the recording
    /// @param time of the packet, not before the one before it
    /// @param listener the number of the one that is asked, of a SYN or SYN-ACK
    void take(TcpSegment segment, long number, long time, int listener) {
        packet = number;
        now = time;
        flow.notes.packet(number);
        ipv4.removeIdle(now, IDLE_NANOS, TURN_NANOS, ending, judge);
        ipv6.removeIdle(now, IDLE_NANOS, TURN_NANOS, ending, judge);
        if (segment.unreachable) {
            unreachable(segment);
        } else if (knows(segment, listener)) {
            add(segment);
        } else {
            strangers += segment.payloadLength > 0 ? 1 : 0;
        }
    }

    private void unreachable(TcpSegment about) {
        FlowTable table = table(about.ipv6);
        if (table.find(about, flow) && !flow.fromServer && about.sequence == flow.clientFirst()) {
            flow.unreachable(about, now);
            flow.store();
        }
    }

    private FlowTable table(boolean isIpv6) {
        return isIpv6 ? ipv6 : ipv4;
    }

    /// Whether the segment is of a connection that is known; then that one is at hand. A SYN or SYN-ACK that belongs to
    /// none opens one.
    private boolean knows(TcpSegment segment, int listener) {
        FlowTable table = table(segment.ipv6);
        boolean known = table.find(segment, flow);
        if (known && flow.last < now - IDLE_NANOS) { // its turn has not come yet
            end();
            known = false;
        }
        boolean reused = known && flow.isOtherSyn(segment);
        if (reused) {
            end();
        }
        if (!segment.mayOpen() || (known && !reused)) {
            return known && !reused;
        }
        if (open() >= MOST_OPEN) {
            (ipv4.size() > ipv6.size() ? ipv4 : ipv6).removeNext(ending);
            judge(ending);
        }
        flow.begin(segment, now, packet, reused, listener);
        table.add(flow, segment);
        flow.mark(asked.isPresent() && flow.include(asked.get()), FlowMark.ASKED_FOR);
        return true;
    }

    private void add(TcpSegment segment) {
        boolean answeredBefore = flow.answered();
        if (!flow.add(segment, now)) {
            duplicates++;
        } else if (!answeredBefore && flow.answered()) {
            answered();
            return;
        } else if (flow.over()) {
            end();
            return;
        }
        flow.store();
    }

    /// A program has answered the connection at hand.
    private void answered() {
        answeredOpen++;
        HandshakeFate fate = flow.fate(now);
        boolean example = !followed.containsKey(fate);
        if (example) {
            followed.put(fate, new Followed(flow.firstPacket(), packet));
            logs.pin(flow.logNumber(), flow.firstPacket());
        } else if (!flow.is(FlowMark.ASKED_FOR)) {
            flow.forgetSegments();
        }
        if (flow.over() || (!example && answeredOpen > MOST_ANSWERED)) {
            end();
        } else {
            flow.store();
        }
    }

    private void end() {
        table(flow.ipv6).remove(flow);
        judge(flow);
    }

    private void judge(Flow over) {
        HandshakeFate fate = over.fate(now);
        answeredOpen -= over.answered() ? 1 : 0;
        fates.add(fate);
        over.end(fate);
        if (over.is(FlowMark.ASKED_FOR) && askedFor.size() < Handshakes.MOST_ASKED_FOR) {
            HandshakeStory.of(over, fate)
                    .ifPresent(story -> askedFor.add(new Example(packet, over.firstPacket(), story)));
        }
        example(over, fate);
        over.forgetSegments();
    }

    private void example(Flow over, HandshakeFate fate) {
        Followed other = followed.get(fate);
        if (other != null && other.firstPacket != over.firstPacket()) {
            return;
        }
        long since = other == null ? packet : other.since;
        Example known = examples.get(fate);
        if (known == null || since < known.since || (since == known.since && over.firstPacket() < known.firstPacket)) {
            HandshakeStory.of(over, fate)
                    .ifPresent(story -> examples.put(fate, new Example(since, over.firstPacket(), story)));
        }
    }

    /// How many connections are remembered now.
    int open() {
        return ipv4.size() + ipv6.size();
    }

    /// Judges the connections that are still open as they stand, those that may be shown in the order in which they
    /// began.
    ///
    /// @param end the time of the last packet of the recording
    void finish(long end) {
        now = end;
        packet = AT_THE_END;
        for (FlowTable table : List.of(ipv4, ipv6)) {
            table.logged().forEach(record -> {
                table.remove(record, ending);
                judge(ending);
            });
            while (table.size() > 0) {
                table.removeNext(ending);
                judge(ending);
            }
        }
    }

    Counts<HandshakeFate> fates() {
        return fates;
    }

    /// One connection of each fate that was seen.
    Map<HandshakeFate, Example> examples() {
        return examples;
    }

    /// The connections that were asked for, in the order of their ends.
    List<Example> askedFor() {
        return askedFor;
    }

    Tallies tallies() {
        return tallies;
    }

    long duplicates() {
        return duplicates;
    }

    /// How many segments with data were of no connection that is known.
    long strangers() {
        return strangers;
    }
}
