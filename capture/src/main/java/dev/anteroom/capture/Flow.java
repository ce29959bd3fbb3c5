package dev.anteroom.capture;

import static dev.anteroom.capture.FlowMark.*;

import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.ResetPhase;
import java.util.Optional;

/// The connection at hand: what decides its fate, and how a segment changes that. The same object is loaded with one
/// connection after the other ([FlowTable]).
final class Flow extends Ends {
    static final int FROM_SERVER = 1 << 8;
    static final int AGAIN = 1 << 9;
    static final int LOST = 1 << 10;
    static final int UNREACHABLE_EVENT = 1 << 11;

    static final int PRINT_AT_MASK = (1 << 24) - 1;

    /// After this long a client has sent its SYN or data again (RFC 6298, section 2), so silence means something.
    private static final long FIRST_TIMEOUT = 1_000_000_000L;

    /// Before this long after the handshake an answer is no delay; after the second one it is.
    private static final long AT_ONCE = 500_000_000L;

    private static final long SLOW = 1_000_000_000L;

    /// Units of 66 us.
    private static final int PRINT_AT_SHIFT = 16;

    /// The same packet on two interfaces: no timer of TCP is as fast (`include/net/tcp.h` TCP_RTO_MIN is 200 ms).
    private static final int COPY_WITHIN = (int) (10_000_000L >> PRINT_AT_SHIFT);

    /// Larger than a request or an acknowledgement of most protocols, smaller than every usual segment size.
    private static final int LARGE = 1000;

    private final Listeners listeners;
    private final LogBook logs;

    /// Where it stands in the table, and the hash of its ends.
    int record;

    int hash;

    /// Whether the server sent the segment that it was found with.
    boolean fromServer;

    /// The number of its listener, and of its log.
    int listener;

    int log;

    long marks;
    long firstPacket;

    /// When it began; once the handshake is done when that was; once the server has spoken when it did last.
    long since;

    long last;
    int clientFirst;
    int serverFirst;
    int clientNext;
    int serverNext;

    /// What a copy of each side's last segment would look like, and when that was.
    int clientPrint;

    int serverPrint;
    int clientPrintAt;
    int serverPrintAt;

    int serverHops;
    int synsAgain;
    int synAcksAgain;
    int dataAgain;

    Flow(Listeners listeners, LogBook logs) {
        this.listeners = listeners;
        this.logs = logs;
    }

    /// Becomes a connection that begins with a SYN, or with a SYN-ACK where that is the first to be seen.
    ///
    /// @param packet the number of that packet in the recording
    void begin(TcpSegment first, long nanos, long packet, boolean reused, int newListener) {
        boolean synUnseen = first.has(TcpSegment.ACK);
        fromServer = synUnseen;
        ports = synUnseen
                ? FlowRecord.ports(first.destinationPort, first.sourcePort)
                : FlowRecord.ports(first.sourcePort, first.destinationPort);
        clientFirst = synUnseen ? first.acknowledgement - 1 : first.sequence;
        clientNext = synUnseen ? clientFirst + 1 : clientFirst;
        serverFirst = 0;
        serverNext = 0;
        since = nanos;
        last = nanos;
        firstPacket = packet;
        listener = newListener;
        log = logs.open(packet, nanos);
        clientPrint = 0;
        serverPrint = 0;
        clientPrintAt = 0;
        serverPrintAt = 0;
        serverHops = 0;
        synsAgain = 0;
        synAcksAgain = 0;
        dataAgain = 0;
        marks = 0;
        mark(reused, PORT_REUSED);
        mark(synUnseen, SYN_UNSEEN | SYN_CUT);
        mark(first.optionsCut, SYN_CUT);
        if (!synUnseen) {
            mark(first.windowScale != TcpSegment.ABSENT, CLIENT_SCALES);
            mark(first.sackPermitted, CLIENT_SELECTS);
            mark(first.timestamps, CLIENT_STAMPS);
            mark(first.payloadLength > 0, DATA_IN_SYN);
            mark(first.fastOpenCookieBytes == 0, FAST_COOKIE_ASKED);
            mark(first.fastOpenCookieBytes > 0, FAST_COOKIE_SHOWN);
        }
    }

    /// Whether any of these was seen.
    boolean is(long any) {
        return (marks & any) != 0;
    }

    void mark(boolean seen, long mark) {
        marks |= seen ? mark : 0;
    }

    private void unmark(long mark) {
        marks &= ~mark;
    }

    /// Takes in the segment that the connection was found with.
    ///
    /// @return false if it is a copy of the one before: recorded twice, sent once
    boolean add(TcpSegment segment, long nanos, boolean lost) {
        if (isCopy(segment, nanos)) {
            return false;
        }
        boolean again = fromServer ? fromServer(segment, nanos) : fromClient(segment, nanos, lost);
        last = nanos;
        keep(nanos, segment.flags | (fromServer ? FROM_SERVER : 0) | (again ? AGAIN : 0) | (lost ? LOST : 0), segment);
        return true;
    }

    private void keep(long nanos, int what, TcpSegment segment) {
        SegmentLog known = logs.of(log, firstPacket);
        if (known != null) {
            known.add(nanos, what, segment);
        }
    }

    private boolean isCopy(TcpSegment segment, long nanos) {
        long both = segment.print();
        int print = (int) (both ^ (both >>> Integer.SIZE)) | 1; // never that of no segment
        int at = (int) (nanos >>> PRINT_AT_SHIFT) & PRINT_AT_MASK;
        boolean copy;
        if (fromServer) {
            copy = print == serverPrint && ((at - serverPrintAt) & PRINT_AT_MASK) < COPY_WITHIN;
            serverPrint = print;
            serverPrintAt = at;
        } else {
            copy = print == clientPrint && ((at - clientPrintAt) & PRINT_AT_MASK) < COPY_WITHIN;
            clientPrint = print;
            clientPrintAt = at;
        }
        return copy && segment.isTheOnlyOfItsKind();
    }

    /// An ICMP error says that the SYN could not be delivered.
    void unreachable(TcpSegment about, long nanos) {
        mark(!is(SYN_ACKED), UNREACHABLE);
        last = nanos;
        about.payloadLength = 0;
        about.acknowledgement = clientFirst;
        keep(nanos, FROM_SERVER | UNREACHABLE_EVENT, about);
    }

    /// @return whether it had been sent before
    private boolean fromClient(TcpSegment segment, long nanos, boolean lost) {
        int length = segment.sequenceLength();
        boolean first = clientNext == clientFirst;
        boolean again = !first && length > 0 && segment.sequence + length - clientNext <= 0;
        clientNext = further(clientNext, segment.sequence + length);
        mark(true, CLIENT_SEEN);
        if (segment.has(TcpSegment.RST)) {
            clientResets(nanos);
        } else if (segment.has(TcpSegment.SYN) && !segment.has(TcpSegment.ACK)) {
            if (again) {
                synAgain(nanos);
            }
        } else if (segment.has(TcpSegment.ACK) && is(SYN_ACKED) && segment.acknowledgement - serverFirst > 0) {
            mark(true, FINAL_ACK_SENT);
            if (!lost) {
                finalAck(nanos);
            }
            mark(segment.has(TcpSegment.FIN), CLIENT_CLOSED);
            if (segment.payloadLength > 0) {
                data(segment, nanos, again);
            }
        } else if (segment.has(TcpSegment.ACK) && !is(SYN_ACKED) && segment.sequence - clientFirst > 0) {
            mark(true, ANSWER_UNSEEN);
        }
        return again;
    }

    private void clientResets(long nanos) {
        if (is(SYN_ACKED) && !is(CLIENT_RESET)) { // one that answers something older than the SYN ends no handshake
            mark(true, CLIENT_RESET);
            listener()
                    .reset(
                            is(SERVER_SPOKE)
                                    ? ResetPhase.CLIENT_AFTER_ANSWER
                                    : is(FINAL_ACK_SENT)
                                            ? ResetPhase.CLIENT_BEFORE_ANSWER
                                            : ResetPhase.CLIENT_IN_HANDSHAKE);
            waitsNoMore(nanos);
        }
    }

    private void synAgain(long nanos) {
        synsAgain++;
        if (!is(FINAL_ACK_ARRIVED | SERVER_SPOKE | DATA_IN_SYN_TAKEN)) {
            listener().synAgain(synsAgain, nanos - since);
        }
        if (!is(SYN_ACKED | OTHERS_ANSWERED) && listener().answeredSince(last)) {
            mark(true, OTHERS_ANSWERED);
            listener().othersAnswered(this);
        }
    }

    private void finalAck(long nanos) {
        if (!is(FINAL_ACK_ARRIVED | DATA_IN_SYN_TAKEN | SERVER_SPOKE)) {
            since = nanos;
        }
        mark(true, FINAL_ACK_ARRIVED);
        if (!is(WAITING | SERVER_SPOKE | SERVER_CLOSED)) {
            waits(nanos);
        }
    }

    private void data(TcpSegment segment, long nanos, boolean again) {
        mark(true, DATA_SENT);
        if (again && is(SERVER_KNOWS)) {
            laterAgain(segment);
        }
        if (again && !is(SERVER_SPOKE)) {
            dataAgain++;
        }
        if (!again) {
            unmark(REQUEST_AFTER_IDLE);
            mark(is(SERVER_SPOKE) && nanos - since >= FIRST_TIMEOUT, REQUEST_AFTER_IDLE);
        }
    }

    private void laterAgain(TcpSegment segment) {
        mark(true, LATER_AGAIN);
        if (segment.payloadLength >= LARGE) {
            mark(is(LARGE_AGAIN), LARGE_OFTEN_AGAIN);
            mark(true, LARGE_AGAIN);
        }
    }

    private boolean fromServer(TcpSegment segment, long nanos) {
        int length = segment.sequenceLength();
        boolean again = is(SYN_ACKED) && length > 0 && segment.sequence + length - serverNext <= 0;
        if (segment.has(TcpSegment.RST)) {
            serverResets(segment, nanos);
            return false;
        }
        if (segment.has(TcpSegment.SYN)) {
            return answer(segment, nanos);
        }
        if (!is(SYN_ACKED)) {
            mark(segment.has(TcpSegment.ACK), OLDER_ACKNOWLEDGED);
            return false; // it speaks of an older connection
        }
        serverNext = further(serverNext, segment.sequence + length);
        if (!is(SERVER_KNOWS) && segment.acknowledgement - clientFirst > 1) {
            mark(true, SERVER_KNOWS);
            mark(is(ANSWER_AFTER_FINAL_ACK) || dataAgain > 0, TAKEN_LATE);
        }
        if (again && segment.payloadLength > 0) {
            laterAgain(segment);
        }
        if (segment.payloadLength > 0) {
            speaks(nanos);
        }
        if (segment.has(TcpSegment.FIN)) {
            mark(true, SERVER_CLOSED);
            waitsNoMore(nanos);
        }
        return again;
    }

    private void serverResets(TcpSegment segment, long nanos) {
        if (is(SERVER_RESET)) {
            return;
        }
        mark(true, SERVER_RESET);
        mark(segment.has(TcpSegment.ACK), RESET_HAS_ACK);
        mark(is(SYN_ACKED) && segment.hops != serverHops, RESET_FROM_ELSEWHERE);
        mark(is(SERVER_SPOKE) && is(REQUEST_AFTER_IDLE), RESET_OF_IDLE);
        listener()
                .reset(
                        !is(SYN_ACKED)
                                ? ResetPhase.SERVER_TO_SYN
                                : !is(FINAL_ACK_SENT)
                                        ? ResetPhase.SERVER_IN_HANDSHAKE
                                        : is(SERVER_SPOKE)
                                                ? ResetPhase.SERVER_AFTER_ANSWER
                                                : is(SERVER_KNOWS)
                                                        ? ResetPhase.SERVER_AFTER_DATA
                                                        : ResetPhase.SERVER_AFTER_FINAL_ACK);
        if (is(FINAL_ACK_SENT)) {
            listener().resetAt(this, nanos);
        }
        waitsNoMore(nanos);
    }

    /// A SYN of the server: its answer, or its own where both opened at once (RFC 9293, section 3.5).
    private boolean answer(TcpSegment segment, long nanos) {
        boolean again = is(SYN_ACKED);
        synAcksAgain += again && !is(SERVER_SPOKE) ? 1 : 0;
        mark(is(FINAL_ACK_ARRIVED) && !is(SERVER_KNOWS), ANSWER_AFTER_FINAL_ACK);
        if (!is(FINAL_ACK_SENT)) { // a second cookie has another number
            serverFirst = segment.sequence;
            serverNext = segment.sequence + segment.sequenceLength();
        }
        if (is(FINAL_ACK_ARRIVED) && !is(DATA_IN_SYN_TAKEN)) {
            waitsNoMore(nanos); // it is still in the SYN queue
        }
        if (!again) {
            mark(true, SYN_ACKED);
            mark(synsAgain > 0, SYN_AGAIN_BEFORE_ANSWER);
            serverHops = segment.hops;
            listener().answers(segment, nanos);
            answersFastOpen(segment, nanos);
        }
        mark(
                !is(CLIENT_STAMPS | SYN_CUT)
                        && !segment.optionsCut
                        && is(CLIENT_SCALES | CLIENT_SELECTS)
                        && segment.windowScale == TcpSegment.ABSENT
                        && !segment.sackPermitted,
                COOKIE_SUSPECTED);
        return again;
    }

    /// Data of the SYN that is acknowledged is in the accept queue with its connection; other data is sent once more,
    /// as if for the first time (RFC 7413, section 4.2).
    private void answersFastOpen(TcpSegment synAck, long nanos) {
        mark(synAck.fastOpenCookieBytes > 0, FAST_COOKIE_GIVEN);
        if (!is(DATA_IN_SYN) || !synAck.has(TcpSegment.ACK)) {
            return;
        }
        if (synAck.acknowledgement - clientFirst > 1) {
            mark(true, DATA_IN_SYN_TAKEN | SERVER_KNOWS | DATA_SENT);
            since = nanos;
            waits(nanos);
        } else {
            clientNext = clientFirst + 1;
        }
    }

    private void speaks(long nanos) {
        unmark(REQUEST_AFTER_IDLE);
        if (!is(SERVER_SPOKE)) {
            mark(true, SERVER_SPOKE);
            if (is(FINAL_ACK_ARRIVED | DATA_IN_SYN_TAKEN)) {
                long after = nanos - since;
                mark(after >= AT_ONCE && after < SLOW, FIRST_BYTE_DELAYED);
                mark(after >= SLOW, FIRST_BYTE_SLOW);
                listener().firstByte(after, nanos);
            }
            waitsNoMore(nanos);
        }
        since = nanos;
    }

    private void waits(long nanos) {
        mark(true, WAITING);
        listener().waits(nanos, 1);
    }

    private void waitsNoMore(long nanos) {
        if (is(WAITING)) {
            unmark(WAITING);
            listener().waits(nanos, -1);
        }
    }

    private static int further(int one, int other) {
        return other - one > 0 ? other : one;
    }

    /// Whether the answer to the SYN may have been a cookie that does not show: it returns the options only if the
    /// client has timestamps, and it is never sent again by a timer.
    boolean mayBeCookie() {
        boolean wouldShow = !is(CLIENT_STAMPS | SYN_CUT) && is(CLIENT_SCALES | CLIENT_SELECTS);
        return !wouldShow && (synAcksAgain == 0 || synsAgain > 0);
    }

    /// Whether a SYN opens another connection than this one.
    boolean isOtherSyn(TcpSegment segment) {
        return segment.has(TcpSegment.SYN)
                && !segment.has(TcpSegment.ACK)
                && !fromServer
                && segment.sequence != clientFirst;
    }

    /// Whether nothing that its fate depends on can come any more. A refused SYN is kept: some clients send it
    /// again.
    boolean over() {
        return is(CLIENT_RESET) || (is(SERVER_RESET) && is(SYN_ACKED)) || (is(SERVER_CLOSED) && is(CLIENT_CLOSED));
    }

    /// Whether a program has answered, so that the handshake is no question any more.
    boolean answered() {
        return is(SERVER_SPOKE);
    }

    /// Keeps no more segments, and forgets those that were kept.
    void forgetSegments() {
        logs.close(log, firstPacket);
        log = LogBook.NONE;
    }

    /// What its packets say.
    ///
    /// @param now the time of the last packet of the recording
    HandshakeFate fate(long now) {
        return Verdict.of(this, now - last > FIRST_TIMEOUT);
    }

    /// Whether the other side's packets, or this one's, must have been sent and were not recorded.
    boolean oneSided() {
        return is(ANSWER_UNSEEN) || (is(SYN_UNSEEN) && !is(CLIENT_SEEN));
    }

    ListenerTally listener() {
        return listeners.get(listener);
    }

    /// Its first segments; empty once they are forgotten.
    Optional<SegmentLog> log() {
        return Optional.ofNullable(logs.of(log, firstPacket));
    }
}
