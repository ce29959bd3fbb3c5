package dev.anteroom.capture;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BinaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Follows packets as they come and tells the fate of each handshake in them. To be called by one thread at a time;
/// other threads may do a part of the work, which changes no result.
///
/// It remembers the connections that are open, some 100 bytes of each (125 with IPv6), of those that a program has
/// answered up to [#MOST_ANSWERED], the segments of up to 32 768 of them, and one whole example of each fate. A
/// connection whose SYN and SYN-ACK are not in the recording is left out, and so is what
/// goes on after its end. The packets must be in the order of time, as both sides or one place between them saw them.
public final class Handshakes extends Apart {
    /// A connection is taken for over after so long without a packet: a Linux client that gets no answer lets 32 to
    /// 64 s pass between its last two SYNs, and gives up 64 s after the last one.
    public static final Duration IDLE = Duration.ofSeconds(150);

    /// So many answered connections are followed at a time, for how they end; more are forgotten when they are
    /// answered. The connections are divided into four shares, each of which has a quarter of this.
    public static final int MOST_ANSWERED = 50_000;

    /// So many addresses and ports have a row of their own: a scan asks more.
    public static final int MOST_LISTENERS = Listeners.MOST;

    /// So many connections are remembered at a time, in some 400 MB, a quarter of them in each share; of more the
    /// next in turn is judged as it stands.
    public static final int MOST_OPEN = FlowTable.MOST;

    /// So many connections that were asked for are kept.
    public static final int MOST_ASKED_FOR = 100;

    /// Before so many packets other threads would cost more than they do.
    private static final int FEW_PACKETS = 50_000;

    /// The one at hand.
    private final TcpSegment segment = new TcpSegment();

    /// Or as this, if that is what it is and another thread may work on it.
    private final PlainSegment plain = new PlainSegment();

    private final Listeners listeners = new Listeners();
    private final FlowShare[] shares =
            IntStream.range(0, FlowShare.SHARES).mapToObj(FlowShare::new).toArray(FlowShare[]::new);
    private final int threads;
    private final int fewPackets;
    private final Executor pool;

    @Nullable
    private SharedWork shared;

    private long first;
    private long now = Long.MIN_VALUE;
    private long packets;
    private long syns;
    private long synAcks;
    private long resets;
    private long lostPackets;
    private long fragments;

    /// With nothing seen; the calling thread does all the work.
    public Handshakes() {
        this(1);
    }

    /// With nothing seen.
    ///
    /// @param threads so many may work when there are many packets, the calling one included; 1 or more
    public Handshakes(int threads) {
        this(threads, FEW_PACKETS, ForkJoinPool.commonPool());
    }

    /// @param fewPackets other threads work from this packet on
    /// @param pool where they come from; they go back when there is nothing to do, so that nothing is left to close
    Handshakes(int threads, int fewPackets, Executor pool) {
        this.threads = threads;
        this.fewPackets = fewPackets;
        this.pool = pool;
        Notes readAtOnce = new Notes(listeners);
        for (FlowShare share : shares) {
            share.noteIn(readAtOnce);
        }
    }

    /// Keeps the connections of an address too, up to [#MOST_ASKED_FOR]. To be called before the first packet.
    ///
    /// @param address of the client or the server, with or without `:` and the port: `10.0.0.1:4242`, `[::1]:80`
    public void alsoTell(String address) {
        for (FlowShare share : shares) {
            share.alsoTell(address);
        }
    }

    /// The connections that were asked for, in the order of their ends.
    public List<Handshake> askedFor() {
        await();
        return Arrays.stream(shares)
                .flatMap(share -> share.askedFor().stream())
                .sorted(FlowShare.Example.FIRST)
                .limit(MOST_ASKED_FOR)
                .map(FlowShare.Example::handshake)
                .toList();
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
        if (shared == null) {
            any(ipPacket, lost);
            if (packets == fewPackets && threads > 1) {
                shared = new SharedWork(List.of(shares), listeners, pool, threads - 1);
            }
            return;
        }
        if (plain.read(ipPacket)) {
            resets += plain.has(TcpSegment.RST) ? 1 : 0;
            shared.add(FlowShare.of(plain), plain, packets, now, lost);
        } else {
            any(ipPacket, lost);
        }
        shared.handIfEnough(packets);
    }

    private void any(ByteBuffer ipPacket, boolean lost) {
        PacketReader.Kind kind = PacketReader.read(ipPacket, segment);
        segment.lost = lost;
        segment.unreachable = kind == PacketReader.Kind.UNREACHABLE;
        switch (kind) {
            case SEGMENT -> segment();
            case LATER_FRAGMENT -> fragments++;
            case UNREACHABLE -> hand(0);
            case OTHER -> {}
        }
    }

    private void segment() {
        fragments += segment.fragment ? 1 : 0;
        boolean syn = segment.has(TcpSegment.SYN);
        boolean ack = segment.has(TcpSegment.ACK);
        syns += syn && !ack ? 1 : 0;
        synAcks += syn && ack ? 1 : 0;
        resets += segment.has(TcpSegment.RST) ? 1 : 0;
        hand(segment.mayOpen() ? listeners.numberOf(segment, first) : 0);
    }

    private void hand(int listener) {
        int share = FlowShare.of(segment);
        if (shared == null) {
            shares[share].take(segment, packets, now, listener);
        } else {
            shared.add(share, segment, packets, now, listener);
        }
    }

    private void await() {
        if (shared != null) {
            shared.await();
        }
    }

    /// How many connections are remembered now.
    public int open() {
        await();
        return Arrays.stream(shares).mapToInt(FlowShare::open).sum();
    }

    /// Ends the recording: the connections that are still open are judged as they stand. To be called once, after the
    /// last packet.
    public HandshakeTally finish() {
        await();
        Counts<HandshakeFate> fates = new Counts<>(HandshakeFate.class);
        for (FlowShare share : shares) {
            share.finish(now);
            fates.add(share.fates());
        }
        List<Tallies> tallies = Arrays.stream(shares).map(FlowShare::tallies).toList();
        return new HandshakeTally(
                packets,
                syns,
                synAcks,
                resets,
                lostPackets,
                sum(FlowShare::duplicates),
                fragments,
                sum(FlowShare::strangers),
                Duration.ofNanos(packets == 0 ? 0 : now - first),
                fates.told(),
                examples(),
                listeners.told(tallies),
                Listeners.unlisted(tallies));
    }

    private long sum(ToLongFunction<FlowShare> count) {
        return Arrays.stream(shares).mapToLong(count).sum();
    }

    private List<Handshake> examples() {
        Map<HandshakeFate, FlowShare.Example> examples = new EnumMap<>(HandshakeFate.class);
        for (FlowShare share : shares) {
            share.examples()
                    .forEach((fate, example) ->
                            examples.merge(fate, example, BinaryOperator.minBy(FlowShare.Example.FIRST)));
        }
        return examples.values().stream().map(FlowShare.Example::handshake).toList();
    }
}
