package dev.anteroom.capture;

import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeEvent;
import dev.anteroom.queue.HandshakeEvent.Sender;
import dev.anteroom.queue.HandshakeFate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tells a connection segment by segment, and beside each what the kernel of the server did with it. That is read
/// from what came after, by the rules of Linux 4.10 and later (`net/ipv4/tcp_input.c` tcp_conn_request,
/// `net/ipv4/tcp_minisocks.c` tcp_check_req); where the packets leave it open, the words do.
final class HandshakeStory {
    private static final int NONE = Integer.MAX_VALUE;
    private static final long NANOS = 1_000_000_000L;

    private final Flow flow;
    private final SegmentLog log;
    private final HandshakeFate fate;

    /// The first segment that proves the server to have the connection: it acknowledges data or FIN, or is one.
    private final int proof;

    /// The client's first segment after the SYN-ACK that is not known to be lost.
    private final int firstFinalAck;

    /// The first segment that shows that the final ACK did not count: SYN-ACK or data sent again before the proof.
    private final int firstTrouble;

    private final boolean refused;

    /// The segment of the client that the server took the connection with; [#NONE] if nothing proves that it did.
    private final int completing;

    private HandshakeStory(Flow flow, SegmentLog log, HandshakeFate fate) {
        this.flow = flow;
        this.log = log;
        this.fate = fate;
        proof = first(0, this::proves);
        firstFinalAck = first(0, event -> isTry(event) && !is(event, Flow.LOST));
        firstTrouble = first(
                0,
                event -> event > firstFinalAck
                        && (isSynAck(event) || (isTry(event) && is(event, Flow.AGAIN) && log.payload(event) > 0)));
        refused = firstTrouble < proof;
        completing = proof == NONE
                ? NONE
                : !refused
                        ? firstFinalAck
                        : IntStream.range(0, proof)
                                .filter(event -> isTry(event) && !is(event, Flow.LOST))
                                .max()
                                .orElse(NONE);
    }

    /// The story of a connection whose segments were kept.
    static Optional<Handshake> of(Flow flow, HandshakeFate fate) {
        return flow.log().map(log -> new HandshakeStory(flow, log, fate).tell());
    }

    private Handshake tell() {
        List<HandshakeEvent> events =
                IntStream.range(0, log.size()).mapToObj(this::event).toList();
        return new Handshake(
                flow.client(),
                flow.server(),
                Instant.ofEpochSecond(Math.floorDiv(log.start(), NANOS), Math.floorMod(log.start(), NANOS)),
                fate,
                flow.synsAgain(),
                flow.synAcksAgain(),
                flow.dataAgain(),
                flow.is(FlowMark.COOKIE_SUSPECTED),
                flow.is(FlowMark.PORT_REUSED),
                events,
                log.leftOut());
    }

    private HandshakeEvent event(int event) {
        return new HandshakeEvent(
                Duration.ofNanos(log.at(event)),
                fromServer(event) ? Sender.SERVER : Sender.CLIENT,
                flags(log.what(event)),
                Integer.toUnsignedLong(sequence(event)),
                Integer.toUnsignedLong(acknowledgement(event)),
                log.payload(event),
                is(event, Flow.AGAIN),
                is(event, Flow.LOST),
                is(event, Flow.LOST) ? "lost on the link: the other side never sees it" : words(event));
    }

    /// The sequence number, from the first of its sender.
    private int sequence(int event) {
        return log.sequence(event) - (fromServer(event) ? flow.serverFirst() : flow.clientFirst());
    }

    /// The acknowledgement, from the first number of the other side; 0 without the flag.
    private int acknowledgement(int event) {
        return is(event, TcpSegment.ACK)
                ? log.acknowledgement(event) - (fromServer(event) ? flow.clientFirst() : flow.serverFirst())
                : 0;
    }

    private static String flags(int bits) {
        if ((bits & Flow.UNREACHABLE_EVENT) != 0) {
            return "ICMP unreachable";
        }
        return Stream.of(
                        named(bits, TcpSegment.FIN, "FIN"),
                        named(bits, TcpSegment.SYN, "SYN"),
                        named(bits, TcpSegment.RST, "RST"),
                        named(bits, TcpSegment.PSH, "PSH"),
                        named(bits, TcpSegment.ACK, "ACK"))
                .flatMap(name -> name)
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> named(int bits, int flag, String name) {
        return (bits & flag) == 0 ? Stream.empty() : Stream.of(name);
    }

    private String words(int event) {
        if (is(event, Flow.UNREACHABLE_EVENT)) {
            return "a firewall rejects the SYN, or a router knows no way; it need not come from the server";
        }
        if (fromServer(event)) {
            return is(event, TcpSegment.RST)
                    ? serverReset(event)
                    : isSynAck(event) ? synAck(event) : event == proof ? serverProof(event) : serverLater(event);
        }
        if (is(event, TcpSegment.RST)) {
            return "the client resets: it gives up";
        }
        return is(event, TcpSegment.SYN) && !is(event, TcpSegment.ACK)
                ? syn(event)
                : isTry(event) ? mayComplete(event) : "";
    }

    private String syn(int event) {
        int nextSyn = first(event + 1, later -> !fromServer(later) && is(later, TcpSegment.SYN));
        int reply = first(event + 1, this::fromServer);
        if (reply < nextSyn && is(reply, TcpSegment.RST)) {
            return "nobody listens on this port, or a firewall rejects it";
        }
        if (reply < nextSyn && isSynAck(reply)) {
            return flow.is(FlowMark.COOKIE_SUSPECTED)
                    ? "SYN queue full (or tcp_syncookies 2): nothing is kept"
                    : log.payload(event) > 0 && takesData(reply)
                            ? "Fast Open: into the accept queue with its data, no final ACK is needed"
                            : "into the SYN queue" + (flow.mayBeCookie() ? ", or answered with a SYN cookie" : "")
                                    + (log.payload(event) > 0 ? "; its data is not taken: no Fast Open" : "");
        }
        if (reply < nextSyn && is(reply, Flow.UNREACHABLE_EVENT)) {
            return "";
        }
        if (fate == HandshakeFate.ONE_SIDED) {
            return "";
        }
        if (reply < nextSyn) {
            return "an older connection still has this port: the server only acknowledges that";
        }
        return is(event, Flow.AGAIN)
                ? "no answer again"
                : "no answer: dropped because a queue is full, or filtered or lost on the way";
    }

    private String synAck(int event) {
        if (!is(event, TcpSegment.ACK)) {
            return "both sides open at once (RFC 9293, section 3.5)";
        }
        if (!is(event, Flow.AGAIN)) {
            return flow.is(FlowMark.COOKIE_SUSPECTED)
                    ? "without the options that the client offered: a SYN cookie"
                    : takesData(event)
                            ? "acknowledged by the kernel: no program need have accepted it"
                            : flow.is(FlowMark.FAST_COOKIE_GIVEN) ? "with a Fast Open cookie for the next time" : "";
        }
        return event > firstFinalAck
                ? "its timer sends it again: the request is still in the SYN queue, the ACK did not count"
                : "no final ACK has come: sent again";
    }

    /// An ACK, data or FIN of the client: each of them may complete the handshake.
    private String mayComplete(int event) {
        if (event > proof) {
            return is(event, Flow.AGAIN) ? "sent again" : "";
        }
        if (event == completing) {
            return refused ? "room at last: into the accept queue" : "into the accept queue";
        }
        return switch (fate) {
            case FINAL_ACK_IGNORED, ANSWERED_LATE, NO_ANSWER, CLOSED, RESET_LATER ->
                !refused || event > completing
                        ? ""
                        : event == firstFinalAck
                                ? "accept queue full: dropped, the request stays in the SYN queue"
                                : event > firstTrouble || is(event, Flow.AGAIN) ? "dropped again" : "dropped, too";
            case DATA_IGNORED ->
                event == firstFinalAck
                        ? "nothing is kept, as of a cookie that meets a full accept queue"
                        : is(event, Flow.AGAIN) ? "not acknowledged again" : "not acknowledged";
            case RESET_AFTER_FINAL_ACK -> event == firstFinalAck ? "the server does not take it" : "";
            case SILENT, UNDECIDED ->
                event == firstFinalAck ? "into the accept queue, or dropped with its cookie: no packet tells" : "";
            default -> "";
        };
    }

    private String serverProof(int event) {
        if (log.payload(event) > 0) {
            return "a program has accepted it and answers";
        }
        return is(event, TcpSegment.FIN)
                ? "closed by the server without a byte"
                : "acknowledged by the kernel: no program need have accepted it";
    }

    private String serverLater(int event) {
        if (log.payload(event) > 0 && first(0, earlier -> fromServer(earlier) && log.payload(earlier) > 0) == event) {
            return "a program has accepted it and answers";
        }
        if (is(event, TcpSegment.FIN)) {
            return fate == HandshakeFate.CLOSED ? "closed by the server without a byte" : "the server closes";
        }
        return "";
    }

    private String serverReset(int event) {
        return switch (fate) {
            case REFUSED -> "";
            case RESET_IN_HANDSHAKE -> "the server gives the handshake up";
            case RESET_AFTER_FINAL_ACK ->
                "reset: accept queue full with tcp_abort_on_overflow, a cookie too old, or the listener was closed";
            default -> event > proof ? "the server, or the end of its listener, resets the connection" : "";
        };
    }

    /// Whether a SYN-ACK acknowledges data of the SYN.
    private boolean takesData(int event) {
        return isSynAck(event) && acknowledgement(event) > 1;
    }

    private boolean proves(int event) {
        return fromServer(event)
                && (!isSynAck(event) || takesData(event))
                && !is(event, TcpSegment.RST)
                && (log.payload(event) > 0 || is(event, TcpSegment.FIN) || acknowledgement(event) > 1);
    }

    private boolean isTry(int event) {
        return !fromServer(event)
                && is(event, TcpSegment.ACK)
                && !is(event, TcpSegment.RST)
                && first(0, this::isSynAck) < event;
    }

    private boolean isSynAck(int event) {
        return fromServer(event) && is(event, TcpSegment.SYN);
    }

    private boolean fromServer(int event) {
        return is(event, Flow.FROM_SERVER);
    }

    private boolean is(int event, int bits) {
        return (log.what(event) & bits) == bits;
    }

    private int first(int from, IntPredicate wanted) {
        return IntStream.range(from, log.size()).filter(wanted).findFirst().orElse(NONE);
    }
}
