package dev.anteroom.capture;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows packets as they come and tells the fate of each handshake in them. For one thread at a time.
///
/// It remembers the connections that are open, of those that a program has answered up to [#MOST_ANSWERED], and one
/// whole example of each fate. A connection whose SYN and SYN-ACK are not in the recording is left out, and so is what
/// goes on after its end. The packets must be in the order of time, as both sides or one place between them saw them.
public final class Handshakes {
    /// A connection is taken for over after so long without a packet: a Linux client that gets no answer lets 32 to
    /// 64 s pass between its last two SYNs, and gives up 64 s after the last one.
    public static final Duration IDLE = Duration.ofSeconds(150);

    /// So many answered connections are followed at a time, for how they end; more are forgotten when they are
    /// answered.
    public static final int MOST_ANSWERED = 50_000;

    /// So many addresses and ports have a row of their own: a scan asks more.
    public static final int MOST_LISTENERS = 10_000;

    /// So many connections that were asked for are kept.
    public static final int MOST_ASKED_FOR = 100;

    private static final long IDLE_NANOS = IDLE.toNanos();

    /// How long a connection waits until its turn to be looked at for idleness.
    private static final long TURN_NANOS = IDLE_NANOS / 8;

    private final TcpSegment segment = new TcpSegment();
    private final Consumer<Flow> judge = this::judge;
    private final FlowTable open = new FlowTable();
    private final Map<HandshakeFate, Long> fates = new EnumMap<>(HandshakeFate.class);
    private final Map<HandshakeFate, Handshake> examples = new EnumMap<>(HandshakeFate.class);
    private final Map<Address, ListenerTally> listeners = new HashMap<>();

    /// Of each fate that ends in an answer the first connection, which is followed to its end.
    private final Map<HandshakeFate, Flow> followed = new EnumMap<>(HandshakeFate.class);

    private @Nullable ListenerTally others;

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

    private record Address(boolean ipv6, long high, long low, int port) {}

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
        if (packets == 0) {
            first = epochNanos;
        }
        packets++;
        lostPackets += lost ? 1 : 0;
        now = Math.max(now, epochNanos);
        open.removeIdle(now, IDLE_NANOS, TURN_NANOS, judge);
        if (!segment.read(ipPacket)) {
            other(ipPacket);
            return;
        }
        fragments += segment.fragment ? 1 : 0;
        boolean syn = segment.has(TcpSegment.SYN);
        boolean ack = segment.has(TcpSegment.ACK);
        syns += syn && !ack ? 1 : 0;
        synAcks += syn && ack ? 1 : 0;
        resets += segment.has(TcpSegment.RST) ? 1 : 0;
        Flow flow = flow(syn);
        if (flow == null) {
            strangers += segment.payloadLength > 0 ? 1 : 0;
        } else {
            add(flow, lost);
        }
    }

    /// A packet that is no segment: a later fragment, or an error about one.
    private void other(ByteBuffer ipPacket) {
        if (segment.fragment) {
            fragments++;
        } else if (IcmpError.read(ipPacket, segment)) {
            Flow flow = open.find(segment);
            if (flow != null && flow.sentByClient(segment) && segment.sequence == flow.clientFirst) {
                flow.unreachable(segment, now);
            }
        }
    }

    /// The connection of a segment; a SYN or SYN-ACK that belongs to none opens one.
    private @Nullable Flow flow(boolean opens) {
        Flow known = open.find(segment);
        boolean reused = known != null && known.isOtherSyn(segment);
        if (known != null && reused) {
            end(known);
        }
        if (!opens || segment.has(TcpSegment.RST) || (known != null && !reused)) {
            return known;
        }
        Flow fresh = new Flow(segment, now, packets, reused, listener());
        fresh.asked = asked.filter(fresh::include).isPresent();
        open.add(fresh, segment);
        return fresh;
    }

    /// Who is asked by the SYN at hand, or answers with the SYN-ACK.
    private ListenerTally listener() {
        boolean answer = segment.has(TcpSegment.ACK);
        Address address = answer
                ? new Address(segment.ipv6, segment.sourceHigh, segment.sourceLow, segment.sourcePort)
                : new Address(segment.ipv6, segment.destinationHigh, segment.destinationLow, segment.destinationPort);
        ListenerTally known = listeners.get(address);
        if (known != null) {
            return known;
        }
        ListenerTally fresh =
                new ListenerTally(Ends.endpoint(address.ipv6, address.high, address.low, address.port), first);
        if (listeners.size() < MOST_LISTENERS) {
            listeners.put(address, fresh);
            return fresh;
        }
        if (others == null) {
            others = fresh;
        }
        return others;
    }

    private void add(Flow flow, boolean lost) {
        boolean answeredBefore = flow.answered();
        if (!flow.add(segment, now, lost)) {
            duplicates++;
            return;
        }
        if (!answeredBefore && flow.answered()) {
            answeredOpen++;
            Flow example = followed.putIfAbsent(flow.fate(now), flow);
            if (example != null) {
                if (!flow.asked) {
                    flow.forgetSegments();
                }
                if (answeredOpen > MOST_ANSWERED) {
                    end(flow);
                    return;
                }
            }
        }
        if (flow.over()) {
            end(flow);
        }
    }

    private void end(Flow flow) {
        open.remove(flow);
        judge(flow);
    }

    private void judge(Flow flow) {
        HandshakeFate fate = flow.fate(now);
        answeredOpen -= flow.answered() ? 1 : 0;
        fates.merge(fate, 1L, Long::sum);
        flow.listener().judge(flow, fate);
        if (flow.asked && askedFor.size() < MOST_ASKED_FOR) {
            HandshakeStory.of(flow, fate).ifPresent(askedFor::add);
        }
        if (!examples.containsKey(fate) && followed.getOrDefault(fate, flow) == flow) {
            HandshakeStory.of(flow, fate).ifPresent(story -> examples.put(fate, story));
        }
    }

    /// How many connections are remembered now.
    public int open() {
        return open.size();
    }

    /// Ends the recording: the connections that are still open are judged as they stand.
    public HandshakeTally finish() {
        open.removeAll(judge);
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
                fates,
                List.copyOf(examples.values()),
                listeners.values().stream()
                        .sorted(Comparator.comparingLong(ListenerTally::connections)
                                .reversed())
                        .map(ListenerTally::told)
                        .toList(),
                Optional.ofNullable(others).map(ListenerTally::connections).orElse(0L));
    }
}
