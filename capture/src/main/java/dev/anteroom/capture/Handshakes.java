package dev.anteroom.capture;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Follows packets as they come and tells the fate of each handshake in them. For one thread at a time.
///
/// It remembers the connections that are open, none that a program has answered, and one whole example of each
/// fate. A connection whose first SYN is not in the recording is left out, and so is what goes on after its end.
/// The packets must be in the order of time, as both sides or one place between them saw them.
public final class Handshakes {
    /// A connection is taken for over after so long without a packet: a Linux client that gets no answer lets 32 to
    /// 64 s pass between its last two SYNs, and gives up 64 s after the last one.
    public static final Duration IDLE = Duration.ofSeconds(150);

    private final TcpSegment segment = new TcpSegment();
    private final FlowTable open = new FlowTable();
    private final Map<HandshakeFate, Long> fates = new EnumMap<>(HandshakeFate.class);
    private final Map<HandshakeFate, Handshake> examples = new EnumMap<>(HandshakeFate.class);

    /// Of each fate that ends in an answer the first connection, which is followed to its end; the others are
    /// forgotten when they are answered.
    private final Map<HandshakeFate, Flow> followed = new EnumMap<>(HandshakeFate.class);

    private long now = Long.MIN_VALUE;
    private long packets;
    private long syns;
    private long synAcks;
    private long resets;
    private long lostPackets;

    /// With nothing seen.
    public Handshakes() {}

    /// Takes in one packet.
    ///
    /// @param epochNanos when it was seen, since 1970 in UTC
    /// @param lost whether it is known to be lost on its way
    /// @param ipPacket from its position to its limit, which stay as they are
    public void packet(long epochNanos, boolean lost, ByteBuffer ipPacket) {
        packets++;
        lostPackets += lost ? 1 : 0;
        now = Math.max(now, epochNanos);
        open.removeOlderThan(now - IDLE.toNanos(), this::judge);
        if (!segment.read(ipPacket)) {
            return;
        }
        boolean syn = segment.has(TcpSegment.SYN);
        boolean ack = segment.has(TcpSegment.ACK);
        syns += syn && !ack ? 1 : 0;
        synAcks += syn && ack ? 1 : 0;
        resets += segment.has(TcpSegment.RST) ? 1 : 0;
        flow(syn && !ack).ifPresent(flow -> add(flow, lost));
    }

    /// The connection of a segment; a SYN that belongs to none opens one.
    private Optional<Flow> flow(boolean opens) {
        Optional<Flow> known = open.find(segment);
        boolean reused = known.isPresent() && known.get().isOtherSyn(segment);
        if (reused) {
            end(known.get());
        }
        if (!opens || (known.isPresent() && !reused)) {
            return known;
        }
        Flow fresh = new Flow(segment, now, reused);
        open.add(fresh, segment);
        return Optional.of(fresh);
    }

    private void add(Flow flow, boolean lost) {
        flow.add(segment, now, lost);
        open.touch(flow);
        if (flow.over()) {
            end(flow);
        } else if (flow.answered()) {
            Flow first = followed.putIfAbsent(flow.fate(now), flow);
            if (first != null && first != flow) {
                end(flow);
            }
        }
    }

    private void end(Flow flow) {
        open.remove(flow);
        judge(flow);
    }

    private void judge(Flow flow) {
        HandshakeFate fate = flow.fate(now);
        fates.merge(fate, 1L, Long::sum);
        if (followed.getOrDefault(fate, flow) == flow) {
            examples.computeIfAbsent(fate, _ -> HandshakeStory.of(flow, fate));
        }
    }

    /// How many connections are remembered now.
    public int open() {
        return open.size();
    }

    /// Ends the recording: the connections that are still open are judged as they stand.
    public HandshakeTally finish() {
        open.removeOlderThan(Long.MAX_VALUE, this::judge);
        return new HandshakeTally(packets, syns, synAcks, resets, lostPackets, fates, List.copyOf(examples.values()));
    }
}
