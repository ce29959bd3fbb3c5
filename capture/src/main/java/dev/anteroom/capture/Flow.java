package dev.anteroom.capture;

import static dev.anteroom.capture.FlowMark.*;

import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.ResetPhase;

/// The connection at hand: what decides its fate, and how a segment changes that. The same object is loaded with one
/// connection after the other ([FlowTable]).
final class Flow extends FlowState {
    static final int FROM_SERVER = 1 << 8;
    static final int AGAIN = 1 << 9;
    static final int LOST = 1 << 10;
    static final int UNREACHABLE_EVENT = 1 << 11;

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

    /// A first one that comes later is not followed.
    private static final int MOST_LARGE_AT = 0xffff;

    private final int share;

    /// @param share the number of the share of the connections that it is one of
    Flow(int share, Tallies tallies, LogBook logs) {
        super(tallies, logs);
        this.share = share;
    }

    /// Takes in the segment that the connection was found with.
    ///
    /// @return false if it is a copy of the one before: recorded twice, sent once
    boolean add(TcpSegment segment, long nanos) {
        if (isCopy(segment, nanos)) {
            return false;
        }
        boolean again = fromServer ? fromServer(segment, nanos) : fromClient(segment, nanos);
        last = nanos;
        keep(
                nanos,
                segment.flags | (fromServer ? FROM_SERVER : 0) | (again ? AGAIN : 0) | (segment.lost ? LOST : 0),
                segment);
        return true;
    }

    private void keep(long nanos, int what, TcpSegment segment) {
        logs.add(logNumber(), firstPacket(), nanos, what, segment);
    }

    private boolean isCopy(TcpSegment segment, long nanos) {
        int print = segment.print;
        int at = (int) (nanos >>> PRINT_AT_SHIFT);
        boolean copy =
                print != 0 && print == print(fromServer) && ((at - printAt(fromServer)) & PRINT_AT_MASK) < COPY_WITHIN;
        print(fromServer, print, at);
        return copy;
    }

    /// An ICMP error says that the SYN could not be delivered.
    void unreachable(TcpSegment about, long nanos) {
        mark(!is(SYN_ACKED), UNREACHABLE);
        last = nanos;
        about.payloadLength = 0;
        about.acknowledgement = clientFirst();
        keep(nanos, FROM_SERVER | UNREACHABLE_EVENT, about);
    }

    /// @return whether it had been sent before
    private boolean fromClient(TcpSegment segment, long nanos) {
        int length = segment.sequenceLength();
        boolean first = clientNext() == clientFirst();
        boolean again = !first && length > 0 && segment.sequence + length - clientNext() <= 0;
        clientNext(further(clientNext(), segment.sequence + length));
        mark(true, CLIENT_SEEN);
        if (segment.has(TcpSegment.RST)) {
            clientResets(nanos);
            unmark(SPOKEN_TO_NOBODY);
        } else if (segment.has(TcpSegment.SYN) && !segment.has(TcpSegment.ACK)) {
            if (again) {
                synAgain(nanos);
            }
        } else if (segment.has(TcpSegment.ACK) && is(SYN_ACKED) && segment.acknowledgement - serverFirst() > 0) {
            unmark(SPOKEN_TO_NOBODY);
            mark(is(LARGE_SENT) && segment.acknowledgement - serverFirst() - largeAt() > 0, LARGE_TAKEN);
            mark(true, FINAL_ACK_SENT);
            if (!segment.lost) {
                finalAck(nanos);
            }
            if (segment.has(TcpSegment.FIN)) {
                mark(true, CLIENT_CLOSED);
                makesRoom(nanos);
            }
            if (segment.payloadLength > 0) {
                data(segment, nanos, again);
            }
        } else if (segment.has(TcpSegment.ACK) && !is(SYN_ACKED) && segment.sequence - clientFirst() > 0) {
            mark(true, ANSWER_UNSEEN);
        }
        return again;
    }

    private void clientResets(long nanos) {
        if (is(SYN_ACKED) && !is(CLIENT_RESET)) { // one that answers something older than the SYN ends no handshake
            mark(true, CLIENT_RESET);
            makesRoom(nanos);
            mark(is(SPOKEN_TO_NOBODY), ANSWER_TOO_LATE); // who only finished sending would take the answer
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
        countSynAgain();
        if (!is(FINAL_ACK_ARRIVED | SERVER_SPOKE | DATA_IN_SYN_TAKEN)) {
            listener().synAgain(synsAgain(), nanos - since);
        }
        if (!is(SYN_ACKED)) {
            mark(true, ASKED_AGAIN);
            note(Notes.ASKED_AGAIN, last, place());
        }
    }

    /// A number that no other connection has at the same time.
    private int place() {
        return ((record << 1 | (ipv6 ? 1 : 0)) * FlowShare.SHARES) + share;
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
            countDataAgain();
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
        boolean again = is(SYN_ACKED) && length > 0 && segment.sequence + length - serverNext() <= 0;
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
        serverNext(further(serverNext(), segment.sequence + length));
        if (!is(SERVER_KNOWS) && segment.acknowledgement - clientFirst() > 1) {
            mark(true, SERVER_KNOWS);
            mark(is(ANSWER_AFTER_FINAL_ACK) || dataAgain() > 0, TAKEN_LATE);
        }
        if (again && segment.payloadLength > 0) {
            laterAgain(segment);
        }
        int offset = segment.sequence - serverFirst();
        if (segment.payloadLength >= LARGE && !is(LARGE_SENT) && offset >= 0 && offset <= MOST_LARGE_AT) {
            mark(true, LARGE_SENT);
            largeAt(offset);
        }
        if (segment.payloadLength > 0) {
            speaks(nanos);
        }
        if (segment.has(TcpSegment.FIN)) {
            mark(true, SERVER_CLOSED);
            waitsNoMore(nanos);
            makesRoom(nanos);
        }
        return again;
    }

    private void serverResets(TcpSegment segment, long nanos) {
        if (is(SERVER_RESET)) {
            return;
        }
        mark(true, SERVER_RESET);
        mark(segment.has(TcpSegment.ACK), RESET_HAS_ACK);
        mark(is(SYN_ACKED) && segment.hops != serverHops(), RESET_FROM_ELSEWHERE);
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
            note(Notes.RESET, nanos, 0);
        }
        waitsNoMore(nanos);
    }

    /// A SYN of the server: its answer, or its own where both opened at once (RFC 9293, section 3.5).
    private boolean answer(TcpSegment segment, long nanos) {
        boolean again = is(SYN_ACKED);
        if (again && !is(SERVER_SPOKE)) {
            countSynAckAgain();
        }
        mark(is(FINAL_ACK_ARRIVED) && !is(SERVER_KNOWS), ANSWER_AFTER_FINAL_ACK);
        if (!is(FINAL_ACK_SENT)) { // a second cookie has another number
            serverFirst(segment.sequence);
            serverNext(segment.sequence + segment.sequenceLength());
        }
        if (is(FINAL_ACK_ARRIVED) && !is(DATA_IN_SYN_TAKEN)) {
            waitsNoMore(nanos); // it is still in the SYN queue
        }
        if (!again) {
            mark(true, SYN_ACKED);
            mark(synsAgain() > 0, SYN_AGAIN_BEFORE_ANSWER);
            serverHops(segment.hops);
            note(Notes.ANSWERED, nanos, ServerStack.of(segment));
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
        if (synAck.acknowledgement - clientFirst() > 1) {
            mark(true, DATA_IN_SYN_TAKEN | SERVER_KNOWS | DATA_SENT);
            since = nanos;
            waits(nanos);
        } else {
            clientNext(clientFirst() + 1);
        }
    }

    private void speaks(long nanos) {
        unmark(REQUEST_AFTER_IDLE);
        if (!is(SERVER_SPOKE)) {
            mark(true, SERVER_SPOKE);
            mark(is(CLIENT_CLOSED), SPOKEN_TO_NOBODY);
            if (is(FINAL_ACK_ARRIVED | DATA_IN_SYN_TAKEN)) {
                long after = nanos - since;
                mark(after >= AT_ONCE && after < SLOW, FIRST_BYTE_DELAYED);
                mark(after >= SLOW, FIRST_BYTE_SLOW);
                listener().firstByte(after);
                note(Notes.FIRST_BYTE, nanos, after);
            }
            waitsNoMore(nanos);
        }
        since = nanos;
    }

    private void waits(long nanos) {
        mark(true, WAITING);
        note(Notes.WAITS, nanos, 0);
    }

    private void waitsNoMore(long nanos) {
        if (is(WAITING)) {
            unmark(WAITING);
            note(Notes.WAITS_NO_MORE, nanos, 0);
        }
    }

    private void makesRoom(long nanos) {
        if (is(SERVER_SPOKE)) {
            note(Notes.MADE_ROOM, nanos, 0);
        }
    }

    private static int further(int one, int other) {
        return other - one > 0 ? other : one;
    }

    /// It is over.
    void end(HandshakeFate fate) {
        listener().judge(this, fate);
        if (is(ASKED_AGAIN)) {
            note(Notes.ASKS_NO_MORE, last, place());
        }
    }

    /// What its packets say.
    ///
    /// @param now the time of the last packet of the recording
    HandshakeFate fate(long now) {
        return Verdict.of(this, now - last > FIRST_TIMEOUT);
    }
}
