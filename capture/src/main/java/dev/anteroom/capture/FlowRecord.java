package dev.anteroom.capture;

/// How a connection is remembered: 80 bytes, 104 with IPv6 addresses.
///
/// Numbers that no connection of a handshake needs whole are kept in part: how often something was sent again up to
/// 255, packet numbers up to 2^40, the time of a side's last segment to 66 us and modulo 18 minutes.
final class FlowRecord {
    // Words of a record.
    static final int TAGS = 0;
    static final int SINCE = 1;
    static final int LAST = 2;
    static final int FIRST_PACKET = 3;
    static final int PRINTS = 4;
    static final int FIRST_NUMBERS = 5;
    static final int NEXT_NUMBERS = 6;
    static final int MARKS = 7;
    static final int PRINT_TIMES = 8;

    /// Both addresses of IPv4, or the halves of the client's of IPv6.
    static final int CLIENT = 9;

    static final int SERVER = 11;

    static final int IPV4_WORDS = 10;
    static final int IPV6_WORDS = 13;

    /// So many bits of counts stand below the number of the first packet.
    static final int COUNTS_BITS = 24;

    // Who sent a segment.
    static final int NEITHER = 0;
    static final int BY_CLIENT = 1;
    static final int BY_SERVER = 2;

    private static final int HALF = Integer.SIZE;
    private static final int QUARTER = Short.SIZE;
    static final int QUARTER_BITS = (1 << QUARTER) - 1;

    private FlowRecord() {}

    static boolean isFree(long[] words, int at) {
        return words[at + FIRST_PACKET] == 0;
    }

    /// Its addresses stay until it is used again.
    static void free(long[] words, int at, int next) {
        words[at + FIRST_PACKET] = 0;
        words[at + SINCE] = next;
    }

    static int nextFree(long[] words, int at) {
        return (int) words[at + SINCE];
    }

    static boolean isLogged(long[] words, int at) {
        return !isFree(words, at) && log(words[at + TAGS]) != LogBook.NONE;
    }

    /// When its last segment was seen.
    static long last(long[] words, int at) {
        return words[at + LAST];
    }

    static long firstPacket(long[] words, int at) {
        return words[at + FIRST_PACKET] >>> COUNTS_BITS;
    }

    /// The number of a log, from the word that begins with both ports.
    static int log(long tags) {
        return (int) tags & QUARTER_BITS;
    }

    /// Who of a connection sent a segment of IPv4.
    ///
    /// @param addresses source and destination
    /// @param ports likewise
    static int sender(long[] words, int at, long addresses, int ports) {
        int known = (int) (words[at + TAGS] >>> HALF);
        long both = words[at + CLIENT];
        if (both == addresses && known == ports) {
            return BY_CLIENT;
        }
        return both == Long.rotateLeft(addresses, HALF) && known == Integer.rotateLeft(ports, QUARTER)
                ? BY_SERVER
                : NEITHER;
    }

    /// Who of a connection sent a segment of IPv6.
    static int sender(long[] words, int at, TcpSegment segment, int ports) {
        int known = (int) (words[at + TAGS] >>> HALF);
        if (known == ports
                && segment.sourceHigh == words[at + CLIENT]
                && segment.sourceLow == words[at + CLIENT + 1]
                && segment.destinationHigh == words[at + SERVER]
                && segment.destinationLow == words[at + SERVER + 1]) {
            return BY_CLIENT;
        }
        return known == Integer.rotateLeft(ports, QUARTER)
                        && segment.destinationHigh == words[at + CLIENT]
                        && segment.destinationLow == words[at + CLIENT + 1]
                        && segment.sourceHigh == words[at + SERVER]
                        && segment.sourceLow == words[at + SERVER + 1]
                ? BY_SERVER
                : NEITHER;
    }

    /// Writes what never changes.
    ///
    /// @param byServer whether the server sent the segment
    static void begin(long[] words, int at, TcpSegment segment, boolean byServer) {
        long clientLow = byServer ? segment.destinationLow : segment.sourceLow;
        long serverLow = byServer ? segment.sourceLow : segment.destinationLow;
        if (segment.ipv6) {
            words[at + CLIENT] = byServer ? segment.destinationHigh : segment.sourceHigh;
            words[at + CLIENT + 1] = clientLow;
            words[at + SERVER] = byServer ? segment.sourceHigh : segment.destinationHigh;
            words[at + SERVER + 1] = serverLow;
        } else {
            words[at + CLIENT] = addresses(clientLow, serverLow);
        }
    }

    static int ports(int one, int other) {
        return (one << QUARTER) | other;
    }

    /// The last halves of two addresses of IPv4.
    static long addresses(long one, long other) {
        return halves((int) one, (int) other);
    }

    /// A word of two numbers.
    static long halves(int high, int low) {
        return ((long) high << HALF) | (low & TcpSegment.LOW_HALF);
    }
}
