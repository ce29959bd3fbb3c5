package dev.anteroom.capture;

import dev.anteroom.queue.HandshakeFate;

/// The fate of a connection, from what its packets showed.
final class Verdict {
    private Verdict() {}

    /// @param silent whether so much time went by since its last packet that silence means something
    static HandshakeFate of(Flow flow, boolean silent) {
        if (flow.serverSpoke) {
            return flow.synsAgain + flow.synAcksAgain + flow.dataAgain == 0
                    ? HandshakeFate.ANSWERED
                    : HandshakeFate.ANSWERED_LATE;
        }
        if (flow.oneSided()) {
            return HandshakeFate.ONE_SIDED;
        }
        if (flow.serverReset) {
            return reset(flow);
        }
        if (flow.serverClosed) {
            return HandshakeFate.CLOSED;
        }
        boolean ended = flow.clientReset || silent;
        if (!flow.synAcked) {
            return flow.unreachable
                    ? HandshakeFate.REJECTED
                    : ended || flow.synsAgain > 0 ? HandshakeFate.SYN_UNANSWERED : HandshakeFate.UNDECIDED;
        }
        if (!flow.finalAckSent) {
            return flow.clientReset
                    ? HandshakeFate.ABORTED
                    : ended || flow.synAcksAgain > 0 ? HandshakeFate.HALF_OPEN : HandshakeFate.UNDECIDED;
        }
        return connected(flow, ended);
    }

    private static HandshakeFate reset(Flow flow) {
        if (!flow.synAcked) {
            return HandshakeFate.REFUSED;
        }
        if (!flow.finalAckSent) {
            return HandshakeFate.RESET_IN_HANDSHAKE;
        }
        return flow.serverKnows ? HandshakeFate.RESET_LATER : HandshakeFate.RESET_AFTER_FINAL_ACK;
    }

    /// Connected on the client, and not a byte of the server.
    private static HandshakeFate connected(Flow flow, boolean ended) {
        if (flow.serverKnows) {
            return HandshakeFate.NO_ANSWER;
        }
        if (flow.answerAfterFinalAck) {
            return HandshakeFate.FINAL_ACK_IGNORED;
        }
        if (flow.dataSent) {
            return ended || flow.dataAgain > 0 ? HandshakeFate.DATA_IGNORED : HandshakeFate.UNDECIDED;
        }
        return ended ? HandshakeFate.SILENT : HandshakeFate.UNDECIDED;
    }
}
