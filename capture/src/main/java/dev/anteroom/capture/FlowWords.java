package dev.anteroom.capture;

/// The connection at hand word for word as its record has it ([FlowRecord]). The numbers stay packed: a segment needs
/// few of them, and all words are taken out and put back for each.
abstract sealed class FlowWords extends Ends permits FlowState {
    private static final int HALF = Integer.SIZE;
    private static final int BYTE_BITS = (1 << Byte.SIZE) - 1;

    /// So many bits of the time of a print are remembered.
    private static final int PRINT_AT_BITS = 24;

    static final int PRINT_AT_MASK = (1 << PRINT_AT_BITS) - 1;

    // Where a number begins in its word. A count has eight bits, and stays at 255.
    private static final int LARGE_AT = 2 * PRINT_AT_BITS;
    private static final int SYNS_AGAIN = 0;
    private static final int DATA_AGAIN = 8;
    private static final int SYN_ACKS_AGAIN = 16;
    private static final int MARKS = Byte.SIZE;

    /// When it began; once the handshake is done when that was; once the server has spoken when it did last.
    long since;

    /// When its last segment was seen.
    long last;

    private long packetAndCounts;
    private long prints;
    private long firstNumbers;
    private long nextNumbers;
    private long marksAndHops;
    private long largeAndPrintTimes;

    /// Becomes the connection of a record.
    ///
    /// @param words where it is
    /// @param from its first word
    final void load(long[] words, int from, boolean isIpv6) {
        stand(words, from, isIpv6);
        tags = words[from + FlowRecord.TAGS];
        since = words[from + FlowRecord.SINCE];
        last = words[from + FlowRecord.LAST];
        packetAndCounts = words[from + FlowRecord.FIRST_PACKET];
        prints = words[from + FlowRecord.PRINTS];
        firstNumbers = words[from + FlowRecord.FIRST_NUMBERS];
        nextNumbers = words[from + FlowRecord.NEXT_NUMBERS];
        marksAndHops = words[from + FlowRecord.MARKS];
        largeAndPrintTimes = words[from + FlowRecord.PRINT_TIMES];
    }

    /// Puts the words back where they came from; its addresses stay there.
    final void store() {
        long[] words = page;
        int to = at;
        words[to + FlowRecord.TAGS] = tags;
        words[to + FlowRecord.SINCE] = since;
        words[to + FlowRecord.LAST] = last;
        words[to + FlowRecord.FIRST_PACKET] = packetAndCounts;
        words[to + FlowRecord.PRINTS] = prints;
        words[to + FlowRecord.FIRST_NUMBERS] = firstNumbers;
        words[to + FlowRecord.NEXT_NUMBERS] = nextNumbers;
        words[to + FlowRecord.MARKS] = marksAndHops;
        words[to + FlowRecord.PRINT_TIMES] = largeAndPrintTimes;
    }

    /// Becomes another connection, of which nothing more is known.
    ///
    /// @param listener the number of its listener
    /// @param log the number of its log
    final void begin(int ports, int listener, int log, long packet, long nanos) {
        tags = (long) ports << HALF | (long) listener << Short.SIZE | log;
        since = nanos;
        last = nanos;
        packetAndCounts = packet << FlowRecord.COUNTS_BITS;
        prints = 0;
        firstNumbers = 0;
        nextNumbers = 0;
        marksAndHops = 0;
        largeAndPrintTimes = 0;
    }

    /// The number of its listener.
    final int listenerNumber() {
        return (int) tags >>> Short.SIZE;
    }

    /// The number of its log.
    final int logNumber() {
        return FlowRecord.log(tags);
    }

    final void log(int number) {
        tags = (tags & ~(long) FlowRecord.QUARTER_BITS) | number;
    }

    /// The number of its first packet in the recording, up to 2^40.
    final long firstPacket() {
        return packetAndCounts >>> FlowRecord.COUNTS_BITS;
    }

    final int synsAgain() {
        return count(SYNS_AGAIN);
    }

    final int dataAgain() {
        return count(DATA_AGAIN);
    }

    final int synAcksAgain() {
        return count(SYN_ACKS_AGAIN);
    }

    final void countSynAgain() {
        countOneMore(SYNS_AGAIN);
    }

    final void countDataAgain() {
        countOneMore(DATA_AGAIN);
    }

    final void countSynAckAgain() {
        countOneMore(SYN_ACKS_AGAIN);
    }

    private int count(int start) {
        return (int) (packetAndCounts >>> start) & BYTE_BITS;
    }

    private void countOneMore(int start) {
        packetAndCounts += count(start) < BYTE_BITS ? 1L << start : 0;
    }

    final int clientFirst() {
        return (int) (firstNumbers >>> HALF);
    }

    final int serverFirst() {
        return (int) firstNumbers;
    }

    final void clientFirst(int number) {
        firstNumbers = FlowRecord.halves(number, serverFirst());
    }

    final void serverFirst(int number) {
        firstNumbers = FlowRecord.halves(clientFirst(), number);
    }

    final int clientNext() {
        return (int) (nextNumbers >>> HALF);
    }

    final int serverNext() {
        return (int) nextNumbers;
    }

    final void clientNext(int number) {
        nextNumbers = FlowRecord.halves(number, serverNext());
    }

    final void serverNext(int number) {
        nextNumbers = FlowRecord.halves(clientNext(), number);
    }

    /// What a copy of a side's last segment would look like.
    final int print(boolean ofServer) {
        return (int) (prints >>> (ofServer ? 0 : HALF));
    }

    /// When that segment was seen: the lowest [#PRINT_AT_BITS] of the number that was given.
    final int printAt(boolean ofServer) {
        return (int) (largeAndPrintTimes >>> (ofServer ? 0 : PRINT_AT_BITS)) & PRINT_AT_MASK;
    }

    final void print(boolean ofServer, int print, int seenAt) {
        int half = ofServer ? 0 : HALF;
        prints = (prints & ~(TcpSegment.LOW_HALF << half)) | ((print & TcpSegment.LOW_HALF) << half);
        int time = ofServer ? 0 : PRINT_AT_BITS;
        largeAndPrintTimes =
                (largeAndPrintTimes & ~((long) PRINT_AT_MASK << time)) | ((long) (seenAt & PRINT_AT_MASK) << time);
    }

    /// How far the first large segment of the server is behind its SYN, up to 65535; 0 if there was none.
    final int largeAt() {
        return (int) (largeAndPrintTimes >>> LARGE_AT);
    }

    final void largeAt(int offset) {
        largeAndPrintTimes = (largeAndPrintTimes & ((1L << LARGE_AT) - 1)) | ((long) offset << LARGE_AT);
    }

    /// The hops that were left of the server's SYN-ACK, 0 to 255.
    final int serverHops() {
        return (int) marksAndHops & BYTE_BITS;
    }

    final void serverHops(int hops) {
        marksAndHops = (marksAndHops & -1L << MARKS) | hops;
    }

    /// Whether any of these [FlowMark]s was seen.
    final boolean is(long any) {
        return (marksAndHops & any << MARKS) != 0;
    }

    final void mark(boolean seen, long mark) {
        marksAndHops |= seen ? mark << MARKS : 0;
    }

    final void unmark(long mark) {
        marksAndHops &= ~(mark << MARKS);
    }
}
