package dev.anteroom.capture;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Follows packets as they come and tells the fate of each handshake in them. For one thread at a time.
///
/// It remembers the connections that are open, some 90 bytes of each (115 with IPv6), of those that a program has
/// answered up to [#MOST_ANSWERED], the segments of up to 32 768 of them, and one whole example of each fate. A
/// connection whose SYN and SYN-ACK are not in the recording is left out, and so is what
/// goes on after its end. The packets must be in the order of time, as both sides or one place between them saw them.
public final class Handshakes {
    /// A connection is taken for over after so long without a packet: a Linux client that gets no answer lets 32 to
    /// 64 s pass between its last two SYNs, and gives up 64 s after the last one.
    public static final Duration IDLE = Duration.ofSeconds(150);

    /// So many answered connections are followed at a time, for how they end; more are forgotten when they are
    /// answered.
    public static final int MOST_ANSWERED = 50_000;

    /// So many addresses and ports have a row of their own: a scan asks more.
    public static final int MOST_LISTENERS = Listeners.MOST;

    /// So many connections are remembered at a time, in some 400 MB; of more the next in turn is judged as it stands.
    public static final int MOST_OPEN = FlowTable.MOST;

    /// So many connections that were asked for are kept.
    public static final int MOST_ASKED_FOR = 100;

    private static final long IDLE_NANOS = IDLE.toNanos();

    /// How long a connection waits until its turn to be looked at for idleness.
    private static final long TURN_NANOS = IDLE_NANOS / 8;

    /// The one at hand.
    private final TcpSegment segment = new TcpSegment();

    private final Listeners listeners = new Listeners();
    private final LogBook logs = new LogBook();
    private final FlowTable ipv4 = new FlowTable(false);
    private final FlowTable ipv6 = new FlowTable(true);

    /// The connection of the packet at hand, and one that ends while it comes in.
    private final Flow flow = new Flow(listeners, logs);

    private final Flow ending = new Flow(listeners, logs);
    private final Consumer<Flow> judge = this::judge;
    private final Counts<HandshakeFate> fates = new Counts<>(HandshakeFate.class);
    private final Map<HandshakeFate, Handshake> examples = new EnumMap<>(HandshakeFate.class);

    /// Of each fate that ends in an answer the first connection, by its first packet, which is followed to its end.
    private final Map<HandshakeFate, Long> followed = new EnumMap<>(HandshakeFate.class);

    private long first;
    private long now = Long.MIN_VALUE;
    private long packets;
    private long syns;
    private long synAcks;
    private long resets;
    private long lostPackets;
    private long duplicates;
    private long fragments;
    private long strangers;
    private int answeredOpen;

    private Optional<String> asked = Optional.empty();
    private final List<Handshake> askedFor = new ArrayList<>();

    /// With nothing seen.
    public Handshakes() {}

    /// Keeps the connections of an address too, up to [#MOST_ASKED_FOR]. To be called before the first packet.
    ///
    /// @param address of the client or the server, with or without `:` and the port: `10.0.0.1:4242`, `[::1]:80`
    public void alsoTell(String address) {
        asked = Optional.of(address);
    }

    /// The connections that were asked for, in the order of their ends.
    public List<Handshake> askedFor() {
        return List.copyOf(askedFor);
    }

    /// Takes in one packet.
    ///
    /// @param epochNanos when it was seen, since 1970 in UTC
    /// @param lost whether it is known to be lost on its way
    /// @param ipPacket from its position to its limit, which stay as they are
    public void packet(long epochNanos, boolean lost, ByteBuffer ipPacket) {
        PacketReader.Kind kind = PacketReader.read(ipPacket, segment);
        if (packets == 0) {
            first = epochNanos;
        }
        packets++;
        lostPackets += lost ? 1 : 0;
        now = Math.max(now, epochNanos);
        ipv4.removeIdle(now, IDLE_NANOS, TURN_NANOS, ending, judge);
        ipv6.removeIdle(now, IDLE_NANOS, TURN_NANOS, ending, judge);
        switch (kind) {
            case SEGMENT -> segment(lost);
            case LATER_FRAGMENT -> fragments++;
            case UNREACHABLE -> unreachable();
            case OTHER -> {}
        }
    }

    private void segment(boolean lost) {
        fragments += segment.fragment ? 1 : 0;
        boolean syn = segment.has(TcpSegment.SYN);
        boolean ack = segment.has(TcpSegment.ACK);
        syns += syn && !ack ? 1 : 0;
        synAcks += syn && ack ? 1 : 0;
        resets += segment.has(TcpSegment.RST) ? 1 : 0;
        if (knows(syn)) {
            add(lost);
        } else {
            strangers += segment.payloadLength > 0 ? 1 : 0;
        }
    }

    private void unreachable() {
        if (table().find(segment, flow) && !flow.fromServer && segment.sequence == flow.clientFirst) {
            flow.unreachable(segment, now);
            table().store(flow);
        }
    }

    private FlowTable table() {
        return segment.ipv6 ? ipv6 : ipv4;
    }

    /// Whether the segment is of a connection that is known; then that one is at hand. A SYN or SYN-ACK that belongs to
    /// none opens one.
    private boolean knows(boolean opens) {
        FlowTable table = table();
        boolean known = table.find(segment, flow);
        if (known && flow.last < now - IDLE_NANOS) { // its turn has not come yet
            end();
            known = false;
        }
        boolean reused = known && flow.isOtherSyn(segment);
        if (reused) {
            end();
        }
        if (!opens || segment.has(TcpSegment.RST) || (known && !reused)) {
            return known && !reused;
        }
        if (open() >= MOST_OPEN) {
            (ipv4.size() > ipv6.size() ? ipv4 : ipv6).removeNext(ending);
            judge(ending);
        }
        flow.begin(segment, now, packets, reused, listeners.numberOf(segment, first));
        table.add(flow, segment);
        flow.mark(asked.isPresent() && flow.include(asked.get()), FlowMark.ASKED_FOR);
        return true;
    }

    private void add(boolean lost) {
        boolean answeredBefore = flow.answered();
        if (!flow.add(segment, now, lost)) {
            duplicates++;
        } else if (!answeredBefore && flow.answered()) {
            answered();
            return;
        } else if (flow.over()) {
            end();
            return;
        }
        table().store(flow);
    }

    /// A program has answered the connection at hand.
    private void answered() {
        answeredOpen++;
        HandshakeFate fate = flow.fate(now);
        boolean example = !followed.containsKey(fate);
        if (example) {
            followed.put(fate, flow.firstPacket);
            logs.pin(flow.log, flow.firstPacket);
        } else if (!flow.is(FlowMark.ASKED_FOR)) {
            flow.forgetSegments();
        }
        if (flow.over() || (!example && answeredOpen > MOST_ANSWERED)) {
            end();
        } else {
            table().store(flow);
        }
    }

    private void end() {
        table().remove(flow);
        judge(flow);
    }

    private void judge(Flow over) {
        HandshakeFate fate = over.fate(now);
        answeredOpen -= over.answered() ? 1 : 0;
        fates.add(fate);
        over.listener().judge(over, fate);
        if (over.is(FlowMark.ASKED_FOR) && askedFor.size() < MOST_ASKED_FOR) {
            HandshakeStory.of(over, fate).ifPresent(askedFor::add);
        }
        if (!examples.containsKey(fate) && isExample(over, fate)) {
            HandshakeStory.of(over, fate).ifPresent(story -> examples.put(fate, story));
        }
        over.forgetSegments();
    }

    private boolean isExample(Flow over, HandshakeFate fate) {
        Long other = followed.get(fate);
        return other == null || other == over.firstPacket;
    }

    /// How many connections are remembered now.
    public int open() {
        return ipv4.size() + ipv6.size();
    }

    /// Ends the recording: the connections that are still open are judged as they stand.
    public HandshakeTally finish() {
        endAll();
        return new HandshakeTally(
                packets,
                syns,
                synAcks,
                resets,
                lostPackets,
                duplicates,
                fragments,
                strangers,
                Duration.ofNanos(packets == 0 ? 0 : now - first),
                fates.told(),
                List.copyOf(examples.values()),
                listeners.told(),
                listeners.unlisted());
    }

    /// Those that may be shown in the order in which they began.
    private void endAll() {
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
}
