package dev.anteroom.capture;

import static dev.anteroom.capture.FlowMark.*;

import dev.anteroom.queue.HandshakeFate;

/// The fate of a connection, from what its packets showed.
final class Verdict {
    private Verdict() {}

    /// @param silent whether so much time went by since its last packet that silence means something
    static HandshakeFate of(Flow flow, boolean silent) {
        if (flow.is(SERVER_SPOKE)) {
            return flow.synsAgain() + flow.synAcksAgain() + flow.dataAgain() == 0
                    ? HandshakeFate.ANSWERED
                    : HandshakeFate.ANSWERED_LATE;
        }
        if (flow.oneSided()) {
            return HandshakeFate.ONE_SIDED;
        }
        if (flow.is(SERVER_RESET)) {
            return reset(flow);
        }
        if (flow.is(SERVER_CLOSED)) {
            return HandshakeFate.CLOSED;
        }
        boolean ended = flow.is(CLIENT_RESET) || silent;
        if (!flow.is(SYN_ACKED)) {
            return flow.is(UNREACHABLE)
                    ? HandshakeFate.REJECTED
                    : ended || flow.synsAgain() > 0 ? HandshakeFate.SYN_UNANSWERED : HandshakeFate.UNDECIDED;
        }
        if (!flow.is(FINAL_ACK_SENT)) {
            return flow.is(CLIENT_RESET)
                    ? HandshakeFate.ABORTED
                    : ended || flow.synAcksAgain() > 0 ? HandshakeFate.HALF_OPEN : HandshakeFate.UNDECIDED;
        }
        return connected(flow, ended);
    }

    private static HandshakeFate reset(Flow flow) {
        if (!flow.is(SYN_ACKED)) {
            return HandshakeFate.REFUSED;
        }
        if (!flow.is(FINAL_ACK_SENT)) {
            return HandshakeFate.RESET_IN_HANDSHAKE;
        }
        return flow.is(SERVER_KNOWS) ? HandshakeFate.RESET_LATER : HandshakeFate.RESET_AFTER_FINAL_ACK;
    }

    /// Connected on the client, and not a byte of the server.
    private static HandshakeFate connected(Flow flow, boolean ended) {
        if (flow.is(SERVER_KNOWS)) {
            return HandshakeFate.NO_ANSWER;
        }
        if (flow.is(ANSWER_AFTER_FINAL_ACK)) {
            return HandshakeFate.FINAL_ACK_IGNORED;
        }
        if (flow.is(DATA_SENT)) {
            return ended || flow.dataAgain() > 0 ? HandshakeFate.DATA_IGNORED : HandshakeFate.UNDECIDED;
        }
        return ended ? HandshakeFate.SILENT : HandshakeFate.UNDECIDED;
    }
}
