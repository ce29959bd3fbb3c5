package dev.anteroom.traffic;

import dev.anteroom.capture.TcpSegment;
import dev.anteroom.kernel.Errno;
import dev.anteroom.kernel.PacketTap;
import dev.anteroom.kernel.Tun;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// A surge of clients that have no sockets: their packets are written to a TUN device and its answers read there, so
/// that neither descriptors nor ports nor the kernel's own client side limit how many there are or how dense they
/// come. The server behind the device is real. One thread, and some 100 bytes for each client.
///
/// The clients follow Linux 6.5 and later where it matters here: SYNs are sent again at 1, 2, 3, 4, 5, 7, 11 … s,
/// data 0.2 s and a round trip after it was sent and then twice as late each time, and every SYN-ACK is answered.
/// They offer no timestamps, so that a SYN cookie shows in the SYN-ACK. At the end of its patience a client resets
/// its connection.
///
/// What they do not do: IPv6, TLS, congestion and flow control, and reading an HTTP answer to its end: a client is
/// served with the first byte that the server sends.
public final class SocketlessSurge {
    /// What one client may send at most, in bytes: one segment.
    public static final int MOST_REQUEST_BYTES = 1400;

    private static final int SYN = TcpSegment.SYN;
    private static final int ACK = TcpSegment.ACK;
    private static final int PSH = TcpSegment.PSH;
    private static final int FIN = TcpSegment.FIN;
    private static final int RST = TcpSegment.RST;

    /// What clients of Linux offer (`net/ipv4/tcp_output.c`), for an MTU of 1500.
    private static final int SEGMENT_SIZE = 1460;

    private static final int WINDOW_SCALE = 7;

    /// net.ipv4.tcp_syn_linear_timeouts and tcp_syn_retries at their defaults.
    private static final int LINEAR_TIMEOUTS = 4;

    private static final int SYN_RETRIES = 6 + LINEAR_TIMEOUTS;
    private static final long SYN_TIMEOUT = 1_000_000_000L;
    private static final long LEAST_DATA_TIMEOUT = 200_000_000L;

    /// How many SYNs are written before answers are read again, and answers read before SYNs are written.
    private static final int BATCH = 64;

    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final byte SYN_SENT = 1;

    /// The SYN-ACK is half a round trip away, and so is the answer to it.
    private static final byte SYN_ANSWERED = 2;

    private static final byte ESTABLISHED = 3;
    private static final byte CLOSING = 4;
    private static final byte GONE = 5;

    private final SurgePlan plan;
    private final long roundTrip;
    private final SocketlessWire wire;
    private final ByteBuffer request;
    private final Fates fates;
    private final Deadlines deadlines;
    private final byte[] states;

    /// How often the SYN was sent again; from the end of the handshake on how often the request was sent.
    private final byte[] tries;

    private final boolean[] acknowledged;

    /// The next sequence number that is expected of the server.
    private final int[] serverNext;

    private final Map<ExceptionGroup, Long> thrown = new HashMap<>();
    private long start;
    private int open;
    private volatile boolean stopped;

    /// Prepares a surge.
    ///
    /// @param plan its target and sources are IPv4 addresses, the sources behind the device; it has no TLS and no
    ///     closed loop; its threads are not asked for
    /// @param roundTrip how long after the SYN-ACK a client answers it, in place of a delay on the way
    /// @param tun the way to the server; as many packets should fit in its queue as there are connections
    /// @param tap sees every packet, on the thread of the surge
    public SocketlessSurge(SurgePlan plan, Duration roundTrip, Tun tun, PacketTap tap) {
        int connections = plan.connections();
        this.plan = plan;
        this.roundTrip = roundTrip.toNanos();
        this.wire = new SocketlessWire(plan.target(), plan.sources(), connections, tun, tap);
        this.request = ByteBuffer.wrap(plan.talk().request().getBytes(StandardCharsets.UTF_8));
        this.fates = new Fates(plan.arrivals().due(connections));
        this.deadlines = new Deadlines(connections);
        this.states = new byte[connections];
        this.tries = new byte[connections];
        this.acknowledged = new boolean[connections];
        this.serverNext = new int[connections];
        this.open = connections;
        if (plan.tls().isPresent() || plan.arrivals() instanceof Arrivals.Closed) {
            throw new IllegalArgumentException("clients without sockets speak no TLS and do not wait for each other");
        }
        if (request.remaining() > MOST_REQUEST_BYTES) {
            throw new IllegalArgumentException(
                    "Expected a request of at most " + MOST_REQUEST_BYTES + " bytes but was " + request.remaining());
        }
    }

    /// Fires, and returns when every connection has its outcome or the surge was stopped.
    public SurgeResult run() {
        start = System.nanoTime();
        int next = 0;
        while (open > 0 && !stopped) {
            int fired = 0;
            while (next < states.length && fates.due[next] <= now() && fired < BATCH) {
                fire(next++);
                fired++;
            }
            // While SYNs are due, what is to be sent again may wait: a burst shall be dense.
            int mayExpire = fired < BATCH ? BATCH : BATCH / 8;
            int expired = 0;
            while (deadlines.nearest() <= now() && expired < mayExpire) {
                expire(deadlines.take());
                expired++;
            }
            boolean busy = fired + expired > 0;
            long nextDue = next < states.length ? fates.due[next] : Deadlines.NONE;
            receive(busy ? Duration.ZERO : untilNext(Math.min(nextDue, deadlines.nearest())));
        }
        Stream<ExceptionGroup> groups =
                thrown.entrySet().stream().map(entry -> counted(entry.getKey(), entry.getValue()));
        return fates.result(plan.targetText(), groups);
    }

    /// Ends the surge now, from any thread: [#run()] returns what it has.
    public void stop() {
        stopped = true;
    }

    private static ExceptionGroup counted(ExceptionGroup one, long count) {
        return new ExceptionGroup(one.type(), one.message(), one.phase(), count);
    }

    private long now() {
        return System.nanoTime() - start;
    }

    private Duration untilNext(long time) {
        long nanos = Math.max(0, time - now());
        return nanos < LONGEST_WAIT.toNanos() ? Duration.ofNanos(nanos) : LONGEST_WAIT;
    }

    private void fire(int number) {
        fates.fired[number] = now();
        fates.synRetransmissions[number] = 0;
        states[number] = SYN_SENT;
        if (sendSyn(number)) {
            waitAtMost(number, SYN_TIMEOUT);
        } else {
            states[number] = GONE;
            end(number, Outcome.LOCAL);
        }
    }

    private boolean sendSyn(int number) {
        wire.fresh().segmentSize(SEGMENT_SIZE).sackPermitted(true).windowScale(WINDOW_SCALE);
        return wire.send(number, SYN, firstSequence(number), 0, NOTHING);
    }

    /// The next deadline: this long from now, or the end of the client's patience.
    private void waitAtMost(int number, long nanos) {
        deadlines.set(
                number,
                Math.min(now() + nanos, fates.due[number] + plan.patience().toNanos()));
    }

    private void expire(int number) {
        boolean impatient = now() >= fates.due[number] + plan.patience().toNanos();
        switch (states[number]) {
            case SYN_SENT -> {
                if (impatient) {
                    fail(number, Outcome.CONNECT_TIMEOUT, JavaWords.timeout(Phase.CONNECT));
                } else if (tries[number] == SYN_RETRIES) {
                    fail(number, Outcome.CONNECT_TIMEOUT, JavaWords.of(Errno.ETIMEDOUT, Phase.CONNECT));
                } else {
                    fates.synRetransmissions[number]++;
                    tries[number]++;
                    sendSyn(number);
                    waitAtMost(number, SYN_TIMEOUT << Math.max(0, tries[number] - LINEAR_TIMEOUTS));
                }
            }
            case SYN_ANSWERED -> {
                if (impatient) {
                    fail(number, Outcome.CONNECT_TIMEOUT, JavaWords.timeout(Phase.CONNECT));
                } else {
                    establish(number);
                }
            }
            case ESTABLISHED -> {
                if (impatient) {
                    acknowledge(number, RST);
                    fail(number, Outcome.PHANTOM, JavaWords.timeout(Phase.FIRST_BYTE));
                } else {
                    sendRequest(number);
                }
            }
            default -> {}
        }
    }

    private void establish(int number) {
        states[number] = ESTABLISHED;
        tries[number] = 0;
        fates.connected[number] = now();
        fates.enter(number, Phase.FIRST_BYTE);
        acknowledge(number, 0);
        if (plan.talk() instanceof Talk.ConnectOnly) {
            acknowledge(number, RST);
            states[number] = GONE;
            end(number, Outcome.SERVED);
        } else if (request.hasRemaining()) {
            sendRequest(number);
        } else {
            deadlines.set(number, fates.due[number] + plan.patience().toNanos());
        }
    }

    /// Sends it for the first time or again.
    private void sendRequest(int number) {
        wire.fresh();
        wire.send(number, PSH | ACK, firstSequence(number) + 1, serverNext[number], request);
        waitAtMost(number, (LEAST_DATA_TIMEOUT + roundTrip) << tries[number]);
        tries[number]++;
    }

    /// Sends an ACK, with other flags beside.
    private void acknowledge(int number, int flags) {
        int said = (tries[number] > 0 ? request.remaining() : 0) + (states[number] == CLOSING ? 1 : 0);
        wire.fresh();
        wire.send(number, ACK | flags, firstSequence(number) + 1 + said, serverNext[number], NOTHING);
    }

    /// Any spread will do: the server does not look at it.
    private static int firstSequence(int number) {
        return number * 0x9e3779b1;
    }

    private void receive(Duration wait) {
        Duration timeout = wait;
        for (int i = 0; i < BATCH && wire.receive(timeout); i++) {
            timeout = Duration.ZERO;
            int number = wire.addressee();
            if (number != SocketlessWire.NOBODY) {
                answer(number, wire.segment());
            }
        }
    }

    private void answer(int number, TcpSegment in) {
        boolean reset = in.has(RST);
        switch (states[number]) {
            case SYN_SENT -> {
                boolean ours = in.has(ACK) && in.acknowledgement() == firstSequence(number) + 1;
                if (reset && ours) {
                    fail(number, Outcome.REFUSED, JavaWords.of(Errno.ECONNREFUSED, Phase.CONNECT));
                } else if (in.has(SYN) && ours) {
                    serverNext[number] = in.sequence() + 1;
                    states[number] = SYN_ANSWERED;
                    if (roundTrip == 0) {
                        establish(number);
                    } else {
                        waitAtMost(number, roundTrip);
                    }
                }
            }
            case SYN_ANSWERED -> {
                if (reset) {
                    fail(number, Outcome.RESET_IN_CONNECT, JavaWords.of(Errno.ECONNRESET, Phase.CONNECT));
                }
            }
            case ESTABLISHED -> {
                if (reset) {
                    fail(number, Outcome.RESET_AFTER_CONNECT, JavaWords.of(Errno.ECONNRESET, Phase.FIRST_BYTE));
                } else if (in.has(SYN)) {
                    acknowledge(number, 0);
                } else {
                    established(number, in);
                }
            }
            case CLOSING -> {
                if (!reset && in.sequenceLength() > 0) {
                    take(number, in);
                    acknowledge(number, 0);
                }
            }
            case GONE -> {
                if (!reset) {
                    wire.fresh();
                    wire.send(number, RST, in.acknowledgement(), 0, NOTHING);
                }
            }
            default -> {}
        }
    }

    private void established(int number, TcpSegment in) {
        if (!acknowledged[number]
                && request.hasRemaining()
                && in.acknowledgement() == firstSequence(number) + 1 + request.remaining()) {
            acknowledged[number] = true;
            deadlines.set(number, fates.due[number] + plan.patience().toNanos());
        }
        boolean closes = in.has(FIN);
        boolean speaks = in.payloadLength() > 0;
        if (!closes && !speaks) {
            return;
        }
        take(number, in);
        if (speaks) {
            fates.firstByte[number] = now();
        }
        acknowledge(number, FIN);
        states[number] = CLOSING;
        if (speaks) {
            end(number, Outcome.SERVED);
        } else {
            end(number, Outcome.CLOSED);
            count(JavaWords.closed(Phase.FIRST_BYTE));
        }
    }

    private void take(int number, TcpSegment in) {
        if (in.sequence() == serverNext[number]) {
            serverNext[number] += in.sequenceLength();
        }
    }

    private void fail(int number, Outcome outcome, ExceptionGroup inJava) {
        states[number] = GONE;
        end(number, outcome);
        count(inJava);
    }

    private void end(int number, Outcome outcome) {
        fates.end(number, outcome, now());
        deadlines.remove(number);
        open--;
    }

    private void count(ExceptionGroup inJava) {
        thrown.merge(inJava, 1L, Long::sum);
    }
}
