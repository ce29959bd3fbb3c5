package dev.anteroom.capture;

import static dev.anteroom.capture.FlowMark.*;

import java.util.Optional;

/// What is remembered of a connection, and what can be asked of that. See [Flow] for how it changes.
abstract sealed class FlowState extends FlowWords permits Flow {
    private static final int LARGEST_UNSCALED_WINDOW = 0xffff;

    final LogBook logs;
    private final Tallies tallies;

    /// Where it leaves its notes.
    Notes notes = new Notes();

    /// Where it stands in the table, and the hash of its ends.
    int record;

    int hash;

    /// Whether the server sent the segment that it was found with.
    boolean fromServer;

    FlowState(Tallies tallies, LogBook logs) {
        this.tallies = tallies;
        this.logs = logs;
    }

    /// Becomes a connection that begins with a SYN, or with a SYN-ACK where that is the first to be seen.
    ///
    /// @param packet the number of that packet in the recording
    final void begin(TcpSegment first, long nanos, long packet, boolean reused, int listener) {
        boolean synUnseen = first.has(TcpSegment.ACK);
        fromServer = synUnseen;
        int ports = synUnseen
                ? FlowRecord.ports(first.destinationPort, first.sourcePort)
                : FlowRecord.ports(first.sourcePort, first.destinationPort);
        begin(ports, listener, logs.open(packet), packet, nanos);
        clientFirst(synUnseen ? first.acknowledgement - 1 : first.sequence);
        clientNext(synUnseen ? clientFirst() + 1 : clientFirst());
        mark(reused, PORT_REUSED);
        mark(synUnseen, SYN_UNSEEN | SYN_CUT);
        mark(first.optionsCut, SYN_CUT);
        if (!synUnseen) {
            mark(first.windowScale != TcpSegment.ABSENT, CLIENT_SCALES);
            mark(first.sackPermitted, CLIENT_SELECTS);
            mark(first.timestamps, CLIENT_STAMPS);
            mark(first.payloadLength > 0, DATA_IN_SYN);
            mark(first.fastOpenCookieBytes == 0, FAST_COOKIE_ASKED);
        }
    }

    /// Whether the answer to the SYN may have been a cookie that does not show: it returns the options only if the
    /// client has timestamps, and it is never sent again by a timer.
    final boolean mayBeCookie() {
        boolean wouldShow = !is(CLIENT_STAMPS | SYN_CUT) && is(CLIENT_SCALES | CLIENT_SELECTS);
        return !wouldShow && (synAcksAgain() == 0 || synsAgain() > 0);
    }

    /// Whether a SYN cookie cost it its window scaling, and it then carried more than one window holds without.
    final boolean outgrewItsWindow() {
        return is(COOKIE_SUSPECTED)
                && (Integer.compareUnsigned(serverNext() - serverFirst(), LARGEST_UNSCALED_WINDOW) > 0
                        || Integer.compareUnsigned(clientNext() - clientFirst(), LARGEST_UNSCALED_WINDOW) > 0);
    }

    /// Whether a SYN opens another connection than this one.
    final boolean isOtherSyn(TcpSegment segment) {
        return segment.has(TcpSegment.SYN)
                && !segment.has(TcpSegment.ACK)
                && !fromServer
                && segment.sequence != clientFirst();
    }

    /// Whether nothing that its fate depends on can come any more. A refused SYN is kept: some clients send it
    /// again.
    final boolean over() {
        return is(CLIENT_RESET)
                || (is(SERVER_RESET) && is(SYN_ACKED))
                || (is(SERVER_CLOSED) && is(CLIENT_CLOSED) && !is(SPOKEN_TO_NOBODY));
    }

    /// Whether a program has answered, so that the handshake is no question any more.
    final boolean answered() {
        return is(SERVER_SPOKE);
    }

    /// Keeps no more segments, and forgets those that were kept.
    final void forgetSegments() {
        logs.close(logNumber(), firstPacket());
        log(LogBook.NONE);
    }

    /// Whether the other side's packets, or this one's, must have been sent and were not recorded.
    final boolean oneSided() {
        return is(ANSWER_UNSEEN) || (is(SYN_UNSEEN) && !is(CLIENT_SEEN));
    }

    final ListenerTally listener() {
        return tallies.get(listenerNumber());
    }

    final void note(int kind, long nanos, long detail) {
        notes.add(kind, listenerNumber(), nanos, firstPacket(), detail);
    }

    /// Its first segments; empty once they are forgotten.
    final Optional<SegmentLog> log() {
        return Optional.ofNullable(logs.of(logNumber(), firstPacket()));
    }
}
