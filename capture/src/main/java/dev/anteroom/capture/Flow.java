package dev.anteroom.capture;

import dev.anteroom.queue.HandshakeFate;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is remembered of one connection: what decides its fate, and its first segments.
final class Flow {
    /// No more segments than a ladder of an unlucky connection has are kept.
    static final int MOST_EVENTS = 64;

    static final int FROM_SERVER = 1 << 8;
    static final int AGAIN = 1 << 9;
    static final int LOST = 1 << 10;

    /// Words of one segment in [#events]: when, what, its two numbers.
    private static final int EVENT_WORDS = 3;

    private static final int FIRST_EVENTS = 6;

    /// After this long a client has sent its SYN or data again (RFC 6298, section 2), so silence means something.
    private static final long FIRST_TIMEOUT = 1_000_000_000L;

    private final long clientHigh;
    private final long clientLow;
    private final long serverHigh;
    private final long serverLow;
    private final int clientPort;
    private final int serverPort;

    // Where it stands in the table.
    int hash;

    @Nullable
    Flow nextInBucket;

    @Nullable
    Flow older;

    @Nullable
    Flow newer;

    final long start;
    final boolean ipv6;
    final boolean portReused;
    final int clientFirst;
    int serverFirst;
    long last;

    private final boolean clientScales;
    private final boolean clientSelects;
    private final boolean clientStamps;

    private int clientNext;
    private int serverNext;
    private boolean synAcked;
    private boolean finalAckSent;
    private boolean finalAckArrived;
    private boolean dataSent;
    private boolean serverKnows;
    private boolean serverSpoke;
    private boolean serverClosed;
    private boolean clientClosed;
    private boolean clientReset;
    private boolean serverReset;
    private boolean answerAfterFinalAck;
    boolean cookieSuspected;
    int synsAgain;
    int synAcksAgain;
    int dataAgain;

    private long[] events = new long[FIRST_EVENTS * EVENT_WORDS];
    private int eventCount;
    int eventsLeftOut;

    /// A connection that begins with a SYN.
    Flow(TcpSegment syn, long nanos, boolean reused) {
        clientHigh = syn.sourceHigh;
        clientLow = syn.sourceLow;
        clientPort = syn.sourcePort;
        serverHigh = syn.destinationHigh;
        serverLow = syn.destinationLow;
        serverPort = syn.destinationPort;
        ipv6 = syn.ipv6;
        clientFirst = syn.sequence;
        clientNext = syn.sequence;
        start = nanos;
        portReused = reused;
        clientScales = syn.windowScale != TcpSegment.ABSENT;
        clientSelects = syn.sackPermitted;
        clientStamps = syn.timestamps;
    }

    boolean sentByClient(TcpSegment segment) {
        return segment.sourcePort == clientPort
                && segment.destinationPort == serverPort
                && segment.sourceLow == clientLow
                && segment.destinationLow == serverLow
                && segment.sourceHigh == clientHigh
                && segment.destinationHigh == serverHigh;
    }

    boolean sentByServer(TcpSegment segment) {
        return segment.sourcePort == serverPort
                && segment.destinationPort == clientPort
                && segment.sourceLow == serverLow
                && segment.destinationLow == clientLow
                && segment.sourceHigh == serverHigh
                && segment.destinationHigh == clientHigh;
    }

    /// Takes in one segment of the connection.
    void add(TcpSegment segment, long nanos, boolean lost) {
        boolean fromServer = !sentByClient(segment);
        boolean again = fromServer ? fromServer(segment) : fromClient(segment, lost);
        last = nanos;
        keep(
                nanos - start,
                segment.flags | (fromServer ? FROM_SERVER : 0) | (again ? AGAIN : 0) | (lost ? LOST : 0),
                segment);
    }

    /// @return whether it had been sent before
    private boolean fromClient(TcpSegment segment, boolean lost) {
        int length = segment.sequenceLength();
        boolean first = clientNext == clientFirst;
        boolean again = !first && length > 0 && segment.sequence + length - clientNext <= 0;
        clientNext = further(clientNext, segment.sequence + length);
        if (segment.has(TcpSegment.RST)) {
            // A reset that answers something older than the SYN does not end the handshake.
            clientReset |= synAcked;
        } else if (segment.has(TcpSegment.SYN)) {
            synsAgain += again ? 1 : 0;
        } else if (segment.has(TcpSegment.ACK) && synAcked && segment.acknowledgement - serverFirst > 0) {
            finalAckSent = true;
            finalAckArrived |= !lost;
            clientClosed |= segment.has(TcpSegment.FIN);
            if (segment.payloadLength > 0) {
                dataSent = true;
                dataAgain += again && !serverSpoke ? 1 : 0;
            }
        }
        return again;
    }

    private boolean fromServer(TcpSegment segment) {
        int length = segment.sequenceLength();
        boolean again = synAcked && length > 0 && segment.sequence + length - serverNext <= 0;
        if (segment.has(TcpSegment.RST)) {
            serverReset = true;
            return false;
        }
        if (segment.has(TcpSegment.SYN | TcpSegment.ACK)) {
            synAcksAgain += synAcked && !serverSpoke ? 1 : 0;
            answerAfterFinalAck |= finalAckArrived;
            if (!finalAckSent) { // a second cookie has another number
                serverFirst = segment.sequence;
                serverNext = segment.sequence + length;
            }
            again = synAcked;
            synAcked = true;
            cookieSuspected |= !clientStamps
                    && (clientScales || clientSelects)
                    && segment.windowScale == TcpSegment.ABSENT
                    && !segment.sackPermitted;
            return again;
        }
        if (!synAcked) {
            return false; // it speaks of an older connection
        }
        serverNext = further(serverNext, segment.sequence + length);
        serverKnows |= segment.acknowledgement - clientFirst > 1;
        serverSpoke |= segment.payloadLength > 0;
        serverClosed |= segment.has(TcpSegment.FIN);
        return again;
    }

    private static int further(int one, int other) {
        return other - one > 0 ? other : one;
    }

    /// Whether the answer to the SYN may have been a cookie that does not show: it returns the options only if the
    /// client has timestamps, and it is never sent again by a timer.
    boolean mayBeCookie() {
        boolean wouldShow = !clientStamps && (clientScales || clientSelects);
        return !wouldShow && (synAcksAgain == 0 || synsAgain > 0);
    }

    /// Whether a SYN opens another connection than this one.
    boolean isOtherSyn(TcpSegment segment) {
        return segment.has(TcpSegment.SYN)
                && !segment.has(TcpSegment.ACK)
                && sentByClient(segment)
                && segment.sequence != clientFirst;
    }

    /// Whether nothing that its fate depends on can come any more. A refused SYN is kept: some clients send it
    /// again.
    boolean over() {
        return (serverReset && synAcked) || clientReset || (serverClosed && clientClosed);
    }

    /// Whether a program has answered, so that the handshake and what follows on it are no question any more.
    boolean answered() {
        return serverSpoke;
    }

    /// What its packets say.
    ///
    /// @param now the time of the last packet of the recording
    HandshakeFate fate(long now) {
        if (serverSpoke) {
            return synsAgain + synAcksAgain + dataAgain == 0 ? HandshakeFate.ANSWERED : HandshakeFate.ANSWERED_LATE;
        }
        if (serverReset) {
            return !synAcked
                    ? HandshakeFate.REFUSED
                    : !finalAckSent
                            ? HandshakeFate.RESET_IN_HANDSHAKE
                            : serverKnows ? HandshakeFate.RESET_LATER : HandshakeFate.RESET_AFTER_FINAL_ACK;
        }
        if (serverClosed) {
            return HandshakeFate.CLOSED;
        }
        boolean ended = clientReset || now - last > FIRST_TIMEOUT;
        if (!synAcked) {
            return ended || synsAgain > 0 ? HandshakeFate.SYN_UNANSWERED : HandshakeFate.UNDECIDED;
        }
        if (!finalAckSent) {
            return clientReset
                    ? HandshakeFate.ABORTED
                    : ended || synAcksAgain > 0 ? HandshakeFate.HALF_OPEN : HandshakeFate.UNDECIDED;
        }
        if (serverKnows) {
            return HandshakeFate.NO_ANSWER;
        }
        if (answerAfterFinalAck) {
            return HandshakeFate.FINAL_ACK_IGNORED;
        }
        if (dataSent) {
            return ended || dataAgain > 0 ? HandshakeFate.DATA_IGNORED : HandshakeFate.UNDECIDED;
        }
        return ended ? HandshakeFate.SILENT : HandshakeFate.UNDECIDED;
    }

    private void keep(long at, int what, TcpSegment segment) {
        if (eventCount == MOST_EVENTS) {
            eventsLeftOut++;
            return;
        }
        int index = eventCount * EVENT_WORDS;
        if (index == events.length) {
            events = Arrays.copyOf(events, 2 * events.length);
        }
        events[index] = at;
        events[index + 1] = ((long) segment.payloadLength << Integer.SIZE) | what;
        events[index + 2] = ((long) segment.sequence << Integer.SIZE) | (segment.acknowledgement & 0xffff_ffffL);
        eventCount++;
    }

    int events() {
        return eventCount;
    }

    /// When a segment was seen, from the first.
    long at(int event) {
        return events[event * EVENT_WORDS];
    }

    /// TCP flags, and [#FROM_SERVER], [#AGAIN], [#LOST].
    int what(int event) {
        return (int) events[event * EVENT_WORDS + 1];
    }

    int payload(int event) {
        return (int) (events[event * EVENT_WORDS + 1] >>> Integer.SIZE);
    }

    /// The sequence number, from the first of its sender.
    int sequence(int event) {
        int first = (what(event) & FROM_SERVER) == 0 ? clientFirst : serverFirst;
        return (int) (events[event * EVENT_WORDS + 2] >>> Integer.SIZE) - first;
    }

    /// The acknowledgement, from the first number of the other side; 0 without the flag.
    int acknowledgement(int event) {
        if ((what(event) & TcpSegment.ACK) == 0) {
            return 0;
        }
        int first = (what(event) & FROM_SERVER) == 0 ? serverFirst : clientFirst;
        return (int) events[event * EVENT_WORDS + 2] - first;
    }

    byte[] clientAddress() {
        return address(clientHigh, clientLow);
    }

    byte[] serverAddress() {
        return address(serverHigh, serverLow);
    }

    int clientPort() {
        return clientPort;
    }

    int serverPort() {
        return serverPort;
    }

    private byte[] address(long high, long low) {
        return ipv6
                ? ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array()
                : ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array();
    }
}
