package dev.anteroom.capture;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The open connections of one address family by their addresses and ports, the same entry for both directions.
///
/// They are found by [FlowSlots] and stand in pages of words: a look-up is most of the work that a packet makes, and an
/// object for each connection would be most of the memory.
final class FlowTable {
    /// A page has so many records: small enough that few connections need little memory.
    private static final int PAGE_BITS = 9;

    private static final int PAGE_RECORDS = 1 << PAGE_BITS;
    private static final int RECORD_BITS = 22;

    /// No more connections than this may be in it.
    static final int MOST = 1 << RECORD_BITS;

    private static final int NO_RECORD = -1;
    private static final int HASH_BITS = 32;

    /// So many records at most are looked at for idleness at one packet: the work for a packet is bounded.
    private static final int MOST_VISITS = 8;

    // Odd, and not to be guessed: who can make many connections fall on one slot makes every look-up long.
    private static final SplittableRandom RANDOM = new SplittableRandom();
    private static final long HIGH_FACTOR = RANDOM.nextLong() | 1;
    private static final long LOW_FACTOR = RANDOM.nextLong() | 1;
    private static final long PORT_FACTOR = RANDOM.nextLong() | 1;

    private final boolean ipv6;
    private final int words;
    private final FlowSlots slots = new FlowSlots();
    private long[][] pages = new long[1][];
    private int used;
    private int free = NO_RECORD;
    private int size;

    /// The record that is looked at next for idleness, and when.
    private int visited;

    private long nextVisit = Long.MIN_VALUE;

    FlowTable(boolean ipv6) {
        this.ipv6 = ipv6;
        words = ipv6 ? FlowRecord.IPV6_WORDS : FlowRecord.IPV4_WORDS;
    }

    int size() {
        return size;
    }

    /// Finds the connection that a segment belongs to, whichever side sent it.
    ///
    /// @param segment with its hash
    /// @param into gets what is remembered of it
    /// @return false if there is none
    boolean find(TcpSegment segment, Flow into) {
        int hash = segment.hash;
        into.hash = hash;
        long addresses = FlowRecord.addresses(segment.sourceLow, segment.destinationLow);
        int ports = FlowRecord.ports(segment.sourcePort, segment.destinationPort);
        long[] nearby = slots.page(hash);
        for (int slot = FlowSlots.home(hash); nearby[slot] != FlowSlots.EMPTY; slot = FlowSlots.next(slot)) {
            if (FlowSlots.hash(nearby[slot]) == hash) {
                int record = FlowSlots.record(nearby[slot]);
                long[] page = page(record);
                int at = at(record);
                int sender = ipv6
                        ? FlowRecord.sender(page, at, segment, ports)
                        : FlowRecord.sender(page, at, addresses, ports);
                if (sender != FlowRecord.NEITHER) {
                    into.record = record;
                    into.fromServer = sender == FlowRecord.BY_SERVER;
                    into.load(page, at, ipv6);
                    return true;
                }
            }
        }
        return false;
    }

    /// Makes a record for a connection that [#find(TcpSegment, Flow)] has just not found.
    ///
    /// @param segment its first one
    void add(Flow flow, TcpSegment segment) {
        int record = free;
        if (record == NO_RECORD) {
            record = used++;
            if (record >> PAGE_BITS == pages.length) {
                pages = Arrays.copyOf(pages, 2 * pages.length);
            }
            if ((record & (PAGE_RECORDS - 1)) == 0) {
                pages[record >> PAGE_BITS] = new long[PAGE_RECORDS * words];
            }
        } else {
            free = FlowRecord.nextFree(page(record), at(record));
        }
        flow.record = record;
        flow.stand(page(record), at(record), ipv6);
        FlowRecord.begin(flow.page, flow.at, segment, flow.fromServer);
        flow.store();
        slots.add(flow.hash, record);
        size++;
    }

    void remove(Flow flow) {
        slots.remove(flow.hash, flow.record);
        FlowRecord.free(flow.page, flow.at, free);
        free = flow.record;
        size--;
    }

    /// Takes out connections that had no packet for so long: looks at some of the records, in turn.
    ///
    /// @param turn within this time each record is looked at once, if there are not far fewer packets than records
    /// @param into gets each of them, before `each` is told
    void removeIdle(long now, long idle, long turn, Flow into, Consumer<Flow> each) {
        if (now < nextVisit) {
            return;
        }
        if (used == 0) {
            nextVisit = now + turn;
            return;
        }
        long pace = turn / used + 1;
        nextVisit = Math.max(nextVisit, now - turn);
        for (int i = 0; i < MOST_VISITS && nextVisit <= now; i++) {
            visited = visited < used ? visited : 0;
            long[] page = page(visited);
            int at = at(visited);
            if (!FlowRecord.isFree(page, at) && FlowRecord.last(page, at) < now - idle) {
                remove(visited, into);
                each.accept(into);
            }
            visited++;
            nextVisit += pace;
        }
    }

    /// Takes out the connection whose turn it is, idle or not. There must be one.
    void removeNext(Flow into) {
        do {
            visited = visited < used - 1 ? visited + 1 : 0;
        } while (FlowRecord.isFree(page(visited), at(visited)));
        remove(visited, into);
    }

    /// The connections that have, or had, a log: where each stands, in the order in which they began.
    LongStream logged() {
        return IntStream.range(0, used)
                .filter(record -> FlowRecord.isLogged(page(record), at(record)))
                .mapToLong(record -> (FlowRecord.firstPacket(page(record), at(record)) << RECORD_BITS) | record)
                .sorted()
                .map(number -> number & (MOST - 1));
    }

    /// Takes out a connection by where it stands.
    void remove(long record, Flow into) {
        long[] page = page((int) record);
        int at = at((int) record);
        into.record = (int) record;
        into.load(page, at, ipv6);
        into.hash = hash(into);
        remove(into);
    }

    private long[] page(int record) {
        return pages[record >> PAGE_BITS];
    }

    private int at(int record) {
        return (record & (PAGE_RECORDS - 1)) * words;
    }

    static int hash(TcpSegment segment) {
        return hash(
                mixed(segment.sourceHigh, segment.sourceLow, segment.sourcePort),
                mixed(segment.destinationHigh, segment.destinationLow, segment.destinationPort));
    }

    static int hash(PlainSegment segment) {
        return hash(
                mixed(0, segment.source(), segment.sourcePort()),
                mixed(0, segment.destination(), segment.destinationPort()));
    }

    private static int hash(Flow of) {
        return hash(
                mixed(of.clientHigh(), of.clientLow(), of.clientPort()),
                mixed(of.serverHigh(), of.serverLow(), of.serverPort()));
    }

    /// The same for both directions.
    private static int hash(long one, long other) {
        return (int) ((one + other) >>> HASH_BITS);
    }

    /// Universal hashing by secret factors (Dietzfelbinger and others 1997), so that nobody can choose ends that meet;
    /// then the finalizer of SplitMix64 (Steele, Lea and Flood 2014), so that two connections with the same four
    /// addresses and ports, paired in another way, do not.
    private static long mixed(long high, long low, int port) {
        long bits = high * HIGH_FACTOR + low * LOW_FACTOR + port * PORT_FACTOR;
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
