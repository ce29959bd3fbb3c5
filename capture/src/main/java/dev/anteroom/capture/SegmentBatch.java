package dev.anteroom.capture;

import java.util.Arrays;

/// Segments that one thread has read and another one works on, one after the other in one array: an object for each
/// would have to be fetched for itself.
final class SegmentBatch {
    private static final int FIRST_WORDS = 1 << 13;

    /// Where the words tell their end, far from what stands before them in memory: one thread would wait for the cache
    /// line of what it writes for each segment if another one read its neighbours.
    private static final int END = 8;

    private static final int START = 16;

    // Words of a segment; the last ones only where there is more to say.
    private static final int TIME = 0;
    private static final int PACKET = 1;
    private static final int NUMBERS = 2;
    private static final int KEYS = 3;
    private static final int PORTS = 4;
    private static final int ADDRESSES = 5;
    private static final int IPV4_WORDS = 1;
    private static final int IPV6_WORDS = 4;
    private static final int OPENING_WORDS = 2;
    private static final int MOST_WORDS = ADDRESSES + IPV6_WORDS + OPENING_WORDS;

    // Bits beside the number of the packet; then its flags and hops.
    private static final int IPV6 = 1;
    private static final int LOST = 1 << 1;
    private static final int UNREACHABLE = 1 << 2;
    private static final int OPENING = 1 << 3;
    private static final int TIMESTAMPS = 1 << 4;
    private static final int SACK_PERMITTED = 1 << 5;
    private static final int OPTIONS_CUT = 1 << 6;
    private static final int FLAGS = 8;
    private static final int HOPS = 16;
    private static final int PACKET_NUMBER = 24;

    private static final int BYTE_MASK = 0xff;
    private static final int HALF = Integer.SIZE;
    private static final int QUARTER = Short.SIZE;
    private static final int QUARTER_MASK = 0xffff;

    private long[] words = new long[FIRST_WORDS];

    SegmentBatch() {
        words[END] = START;
    }

    /// Becomes a copy of another one, which then is empty.
    void moveFrom(SegmentBatch other) {
        int end = (int) other.words[END];
        if (words.length < end) {
            words = new long[other.words.length];
        }
        System.arraycopy(other.words, 0, words, 0, end);
        other.words[END] = START;
    }

    void add(TcpSegment segment, long packet, long time, int listener) {
        boolean opening = segment.has(TcpSegment.SYN);
        int next = begin(
                time,
                packet(packet, segment.hops, segment.flags, marks(segment, opening)),
                FlowRecord.halves(segment.sequence, segment.acknowledgement),
                FlowRecord.halves(segment.hash, segment.print),
                FlowRecord.halves(
                        FlowRecord.ports(segment.sourcePort, segment.destinationPort), segment.payloadLength));
        long[] to = words;
        if (segment.ipv6) {
            to[next++] = segment.sourceHigh;
            to[next++] = segment.sourceLow;
            to[next++] = segment.destinationHigh;
            to[next++] = segment.destinationLow;
        } else {
            to[next++] = FlowRecord.addresses(segment.sourceLow, segment.destinationLow);
        }
        if (opening) {
            to[next++] = segment.optionOrder;
            to[next++] = ((long) listener << HALF)
                    | ((long) (segment.windowScale & BYTE_MASK) << QUARTER)
                    | (segment.fastOpenCookieBytes & QUARTER_MASK);
        }
        to[END] = next;
    }

    void add(PlainSegment segment, long packet, long time, boolean lost) {
        int marks = (lost ? LOST : 0) | (segment.timestamps ? TIMESTAMPS : 0);
        int next = begin(
                time,
                packet(packet, segment.hops, segment.flags, marks),
                segment.numbers,
                FlowRecord.halves(segment.hash, segment.print),
                FlowRecord.halves(segment.ports, segment.payloadLength));
        words[next++] = segment.addresses;
        words[END] = next;
    }

    /// Writes what is to be said of each segment.
    ///
    /// @return where more may follow
    private int begin(long time, long packet, long numbers, long keys, long ports) {
        int start = (int) words[END];
        if (start + MOST_WORDS > words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        long[] to = words;
        to[start + TIME] = time;
        to[start + PACKET] = packet;
        to[start + NUMBERS] = numbers;
        to[start + KEYS] = keys;
        to[start + PORTS] = ports;
        return start + ADDRESSES;
    }

    private static long packet(long number, int hops, int flags, int marks) {
        return (number << PACKET_NUMBER) | ((long) hops << HOPS) | ((long) flags << FLAGS) | marks;
    }

    private static int marks(TcpSegment segment, boolean opening) {
        return (segment.ipv6 ? IPV6 : 0)
                | (segment.lost ? LOST : 0)
                | (segment.unreachable ? UNREACHABLE : 0)
                | (opening ? OPENING : 0)
                | (segment.timestamps ? TIMESTAMPS : 0)
                | (segment.sackPermitted ? SACK_PERMITTED : 0)
                | (segment.optionsCut ? OPTIONS_CUT : 0);
    }

    /// Hands all of them to their share, in order.
    ///
    /// @param segment gets one after the other
    void handTo(FlowShare share, TcpSegment segment) {
        long[] from = words;
        int end = (int) from[END];
        int start = START;
        while (start < end) {
            int marks = (int) from[start + PACKET];
            read(from, start, marks, segment);
            int next = start + ADDRESSES;
            next += addresses(from, next, (marks & IPV6) != 0, segment);
            int listener = 0;
            if ((marks & OPENING) != 0) {
                segment.optionOrder = from[next++];
                long options = from[next++];
                listener = (int) (options >>> HALF);
                segment.windowScale = (byte) (options >>> QUARTER);
                segment.fastOpenCookieBytes = (short) options;
            }
            share.take(segment, from[start + PACKET] >>> PACKET_NUMBER, from[start + TIME], listener);
            start = next;
        }
    }

    private static void read(long[] from, int start, int marks, TcpSegment into) {
        into.lost = (marks & LOST) != 0;
        into.unreachable = (marks & UNREACHABLE) != 0;
        into.timestamps = (marks & TIMESTAMPS) != 0;
        into.sackPermitted = (marks & SACK_PERMITTED) != 0;
        into.optionsCut = (marks & OPTIONS_CUT) != 0;
        into.sequence = (int) (from[start + NUMBERS] >>> HALF);
        into.acknowledgement = (int) from[start + NUMBERS];
        into.hash = (int) (from[start + KEYS] >>> HALF);
        into.print = (int) from[start + KEYS];
        long ports = from[start + PORTS];
        into.sourcePort = (int) (ports >>> (HALF + QUARTER));
        into.destinationPort = (int) (ports >>> HALF) & QUARTER_MASK;
        into.payloadLength = (int) ports;
        into.hops = marks >>> HOPS & BYTE_MASK;
        into.flags = marks >>> FLAGS & BYTE_MASK;
    }

    /// @return how many words they take
    private static int addresses(long[] from, int at, boolean ipv6, TcpSegment into) {
        into.ipv6 = ipv6;
        if (ipv6) {
            into.sourceHigh = from[at];
            into.sourceLow = from[at + 1];
            into.destinationHigh = from[at + 2];
            into.destinationLow = from[at + 3];
            return IPV6_WORDS;
        }
        into.sourceHigh = 0;
        into.destinationHigh = 0;
        into.sourceLow = TcpSegment.mapped((int) (from[at] >>> HALF));
        into.destinationLow = TcpSegment.mapped((int) from[at]);
        return IPV4_WORDS;
    }
}
