package dev.anteroom.capture;

import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.ResetPhase;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is remembered of one connection: what decides its fate, and its first segments.
final class Flow extends Ends {
    static final int FROM_SERVER = 1 << 8;
    static final int AGAIN = 1 << 9;
    static final int LOST = 1 << 10;
    static final int UNREACHABLE = 1 << 11;

    /// After this long a client has sent its SYN or data again (RFC 6298, section 2), so silence means something.
    private static final long FIRST_TIMEOUT = 1_000_000_000L;

    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    /// The same packet on two interfaces: no timer of TCP is as fast (`include/net/tcp.h` TCP_RTO_MIN is 200 ms).
    private static final long COPY_WITHIN = 10_000_000L;

    /// Larger than a request or an acknowledgement of most protocols, smaller than every usual segment size.
    private static final int LARGE = 1000;

    private static final int LARGEST_UNSCALED_WINDOW = 0xffff;

    // Where it stands in the table.
    long key;
    long queued;

    @Nullable
    Flow older;

    @Nullable
    Flow newer;

    final long start;
    final long firstPacket;
    final boolean portReused;
    final boolean synUnseen;
    private final ListenerTally listener;
    boolean asked;
    int clientFirst;
    int serverFirst;
    long last;
    private long lastSyn;
    private long established;
    private long lastSpoke;

    private final boolean clientScales;
    private final boolean clientSelects;
    private final boolean clientStamps;
    private final boolean synCut;

    private int clientNext;
    private int serverNext;
    private long clientPrint;
    private long serverPrint;
    private long clientPrintAt = LONG_AGO;
    private long serverPrintAt = LONG_AGO;
    private short serverHops;

    private boolean clientSeen;
    private boolean answerUnseen;
    boolean synAcked;
    boolean finalAckSent;
    private boolean finalAckArrived;
    boolean dataSent;
    boolean serverKnows;
    boolean serverSpoke;
    boolean serverClosed;
    boolean clientClosed;
    boolean clientReset;
    private boolean spokenToNobody;
    boolean answerTooLate;
    boolean serverReset;
    boolean resetHasAck;
    boolean resetFromElsewhere;
    boolean resetOfIdle;
    boolean answerAfterFinalAck;
    boolean takenLate;
    boolean olderAcknowledged;
    boolean unreachable;
    boolean cookieSuspected;
    private boolean waiting;
    private boolean requestAfterIdle;
    private boolean othersAnswered;
    int synsAgain;
    int synsBeforeAnswer;
    int synAcksAgain;
    int dataAgain;
    int laterAgain;
    int largeAgain;
    private boolean largeSent;
    private int largeFirst;
    boolean largeTaken;
    long firstByteAfter = -1;

    /// None any more after an answer, unless the connection is an example.
    @Nullable
    private SegmentLog log = new SegmentLog();

    /// A connection that begins with a SYN, or with a SYN-ACK where that is the first to be seen.
    ///
    /// @param packet the number of that packet in the recording
    Flow(TcpSegment first, long nanos, long packet, boolean reused, ListenerTally listener) {
        super(first, first.has(TcpSegment.ACK));
        synUnseen = first.has(TcpSegment.ACK);
        clientFirst = synUnseen ? first.acknowledgement - 1 : first.sequence;
        clientNext = synUnseen ? clientFirst + 1 : clientFirst;
        start = nanos;
        lastSyn = nanos;
        last = nanos;
        firstPacket = packet;
        portReused = reused;
        clientScales = !synUnseen && first.windowScale != TcpSegment.ABSENT;
        clientSelects = !synUnseen && first.sackPermitted;
        clientStamps = !synUnseen && first.timestamps;
        synCut = synUnseen || first.optionsCut;
        this.listener = listener;
    }

    /// Takes in one segment of the connection.
    ///
    /// @return false if it is a copy of the one before: recorded twice, sent once
    boolean add(TcpSegment segment, long nanos, boolean lost) {
        boolean fromServer = !sentByClient(segment);
        if (isCopy(segment, nanos, fromServer)) {
            return false;
        }
        boolean again = fromServer ? fromServer(segment, nanos) : fromClient(segment, nanos, lost);
        last = nanos;
        keep(nanos, segment.flags | (fromServer ? FROM_SERVER : 0) | (again ? AGAIN : 0) | (lost ? LOST : 0), segment);
        return true;
    }

    private void keep(long nanos, int what, TcpSegment segment) {
        if (log != null) {
            log.add(nanos - start, what, segment);
        }
    }

    private boolean isCopy(TcpSegment segment, long nanos, boolean fromServer) {
        long print = segment.print();
        boolean copy = print == (fromServer ? serverPrint : clientPrint)
                && nanos - (fromServer ? serverPrintAt : clientPrintAt) < COPY_WITHIN
                && segment.isTheOnlyOfItsKind();
        if (fromServer) {
            serverPrint = print;
            serverPrintAt = nanos;
        } else {
            clientPrint = print;
            clientPrintAt = nanos;
        }
        return copy;
    }

    /// An ICMP error says that the SYN could not be delivered.
    void unreachable(TcpSegment about, long nanos) {
        unreachable |= !synAcked;
        last = nanos;
        about.payloadLength = 0;
        about.acknowledgement = clientFirst;
        keep(nanos, FROM_SERVER | UNREACHABLE, about);
    }

    /// @return whether it had been sent before
    private boolean fromClient(TcpSegment segment, long nanos, boolean lost) {
        int length = segment.sequenceLength();
        boolean first = clientNext == clientFirst;
        boolean again = !first && length > 0 && segment.sequence + length - clientNext <= 0;
        clientNext = further(clientNext, segment.sequence + length);
        clientSeen = true;
        if (segment.has(TcpSegment.RST)) {
            clientResets(nanos);
            spokenToNobody = false;
        } else if (segment.has(TcpSegment.SYN) && !segment.has(TcpSegment.ACK)) {
            if (again) {
                synAgain(nanos);
            }
        } else if (segment.has(TcpSegment.ACK) && synAcked && segment.acknowledgement - serverFirst > 0) {
            spokenToNobody = false;
            largeTaken |= largeSent && segment.acknowledgement - largeFirst > 0;
            finalAckSent = true;
            if (!lost) {
                finalAck(nanos);
            }
            if (segment.has(TcpSegment.FIN)) {
                clientClosed = true;
                makesRoom(nanos);
            }
            if (segment.payloadLength > 0) {
                data(segment, nanos, again);
            }
        } else if (segment.has(TcpSegment.ACK) && !synAcked && segment.sequence - clientFirst > 0) {
            answerUnseen = true;
        }
        return again;
    }

    private void clientResets(long nanos) {
        if (synAcked && !clientReset) { // one that answers something older than the SYN does not end the handshake
            clientReset = true;
            makesRoom(nanos);
            answerTooLate = spokenToNobody; // a client that only finished sending would take the answer
            listener.reset(
                    serverSpoke
                            ? ResetPhase.CLIENT_AFTER_ANSWER
                            : finalAckSent ? ResetPhase.CLIENT_BEFORE_ANSWER : ResetPhase.CLIENT_IN_HANDSHAKE);
            waitsNoMore(nanos);
        }
    }

    private void synAgain(long nanos) {
        synsAgain++;
        listener.synAgain(synsAgain, nanos - start);
        if (!synAcked && !othersAnswered && listener.answeredSince(lastSyn)) {
            othersAnswered = true;
            listener.othersAnswered(this);
        }
        lastSyn = nanos;
    }

    private void finalAck(long nanos) {
        if (!finalAckArrived) {
            finalAckArrived = true;
            established = nanos;
        }
        if (!waiting && !serverSpoke && !serverClosed) {
            waiting = true;
            listener.waits(nanos, 1);
        }
    }

    private void data(TcpSegment segment, long nanos, boolean again) {
        dataSent = true;
        if (again && serverKnows) {
            laterAgain++;
            largeAgain += segment.payloadLength >= LARGE ? 1 : 0;
        }
        if (again && !serverSpoke) {
            dataAgain++;
        }
        if (!again) {
            requestAfterIdle = serverSpoke && nanos - lastSpoke >= FIRST_TIMEOUT;
        }
    }

    private boolean fromServer(TcpSegment segment, long nanos) {
        int length = segment.sequenceLength();
        boolean again = synAcked && length > 0 && segment.sequence + length - serverNext <= 0;
        if (segment.has(TcpSegment.RST)) {
            serverResets(segment, nanos);
            return false;
        }
        if (segment.has(TcpSegment.SYN)) {
            return answer(segment, nanos);
        }
        if (!synAcked) {
            olderAcknowledged |= segment.has(TcpSegment.ACK);
            return false; // it speaks of an older connection
        }
        serverNext = further(serverNext, segment.sequence + length);
        if (!serverKnows && segment.acknowledgement - clientFirst > 1) {
            serverKnows = true;
            takenLate = answerAfterFinalAck || dataAgain > 0;
        }
        if (again && segment.payloadLength > 0) {
            laterAgain++;
            largeAgain += segment.payloadLength >= LARGE ? 1 : 0;
        }
        if (segment.payloadLength >= LARGE && !largeSent) {
            largeSent = true;
            largeFirst = segment.sequence;
        }
        if (segment.payloadLength > 0) {
            speaks(nanos);
        }
        if (segment.has(TcpSegment.FIN)) {
            serverClosed = true;
            waitsNoMore(nanos);
            makesRoom(nanos);
        }
        return again;
    }

    private void serverResets(TcpSegment segment, long nanos) {
        if (serverReset) {
            return;
        }
        serverReset = true;
        resetHasAck = segment.has(TcpSegment.ACK);
        resetFromElsewhere = synAcked && segment.hops != serverHops;
        resetOfIdle = serverSpoke && requestAfterIdle;
        listener.reset(
                !synAcked
                        ? ResetPhase.SERVER_TO_SYN
                        : !finalAckSent
                                ? ResetPhase.SERVER_IN_HANDSHAKE
                                : serverSpoke
                                        ? ResetPhase.SERVER_AFTER_ANSWER
                                        : serverKnows
                                                ? ResetPhase.SERVER_AFTER_DATA
                                                : ResetPhase.SERVER_AFTER_FINAL_ACK);
        if (finalAckSent) {
            listener.resetAt(this, nanos);
        }
        waitsNoMore(nanos);
    }

    /// A SYN of the server: its answer, or its own where both opened at once (RFC 9293, section 3.5).
    private boolean answer(TcpSegment segment, long nanos) {
        boolean again = synAcked;
        synAcksAgain += synAcked && !serverSpoke ? 1 : 0;
        answerAfterFinalAck |= finalAckArrived && !serverKnows;
        if (!finalAckSent) { // a second cookie has another number
            serverFirst = segment.sequence;
            serverNext = segment.sequence + segment.sequenceLength();
        }
        if (finalAckArrived) {
            waitsNoMore(nanos); // it is still in the SYN queue
        }
        if (!synAcked) {
            synAcked = true;
            synsBeforeAnswer = synsAgain;
            serverHops = (short) segment.hops;
            listener.answers(segment, nanos);
        }
        cookieSuspected |= !clientStamps
                && !synCut
                && !segment.optionsCut
                && (clientScales || clientSelects)
                && segment.windowScale == TcpSegment.ABSENT
                && !segment.sackPermitted;
        return again;
    }

    private void speaks(long nanos) {
        requestAfterIdle = false;
        lastSpoke = nanos;
        if (!serverSpoke) {
            serverSpoke = true;
            spokenToNobody = clientClosed;
            if (finalAckArrived) {
                firstByteAfter = nanos - established;
                listener.firstByte(firstByteAfter, nanos);
            }
            waitsNoMore(nanos);
        }
    }

    private void waitsNoMore(long nanos) {
        if (waiting) {
            waiting = false;
            listener.waits(nanos, -1);
        }
    }

    private void makesRoom(long nanos) {
        if (serverSpoke) {
            listener.makesRoom(nanos);
        }
    }

    private static int further(int one, int other) {
        return other - one > 0 ? other : one;
    }

    /// Whether the answer to the SYN may have been a cookie that does not show: it returns the options only if the
    /// client has timestamps, and it is never sent again by a timer.
    boolean mayBeCookie() {
        boolean wouldShow = !clientStamps && !synCut && (clientScales || clientSelects);
        return !wouldShow && (synAcksAgain == 0 || synsAgain > 0);
    }

    /// Whether a SYN cookie cost it its window scaling, and it then carried more than one window holds without.
    boolean outgrewItsWindow() {
        return cookieSuspected
                && (Integer.compareUnsigned(serverNext - serverFirst, LARGEST_UNSCALED_WINDOW) > 0
                        || Integer.compareUnsigned(clientNext - clientFirst, LARGEST_UNSCALED_WINDOW) > 0);
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
        return (serverReset && synAcked) || clientReset || (serverClosed && clientClosed && !spokenToNobody);
    }

    /// Whether a program has answered, so that the handshake is no question any more.
    boolean answered() {
        return serverSpoke;
    }

    /// Keeps no more segments, and forgets those that were kept.
    void forgetSegments() {
        log = null;
    }

    /// What its packets say.
    ///
    /// @param now the time of the last packet of the recording
    HandshakeFate fate(long now) {
        return Verdict.of(this, now - last > FIRST_TIMEOUT);
    }

    /// Whether the other side's packets, or this one's, must have been sent and were not recorded.
    boolean oneSided() {
        return answerUnseen || (synUnseen && !clientSeen);
    }

    ListenerTally listener() {
        return listener;
    }

    /// Its first segments; empty once they are forgotten.
    Optional<SegmentLog> log() {
        return Optional.ofNullable(log);
    }
}
