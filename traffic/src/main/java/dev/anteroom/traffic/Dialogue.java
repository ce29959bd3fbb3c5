package dev.anteroom.traffic;

import dev.anteroom.kernel.ClientSockets;
import dev.anteroom.kernel.Epoll;
import dev.anteroom.kernel.Errno;
import dev.anteroom.kernel.SocketBytes;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Phase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What one thread does with its connections once they are begun: asks how the handshake went, sends the request,
/// reads the answer, and settles the outcome of each.
///
/// A connection whose answer is complete stays open until the server has closed too, as the request asked it to, so
/// that TIME_WAIT is the server's; one that is given up, or whose server will not close, is reset.
final class Dialogue implements AutoCloseable {
    private static final int NONE = Integer.MIN_VALUE;
    private static final int INBOX_BYTES = 32 * 1024;
    private static final int WARM_UP_CALLS = 2000;

    /// Within which nanoseconds a client that is woken by the SYN-ACK may find the reset there already.
    private static final long SHORT_MOMENT = 1_000_000;

    private final SurgePlan plan;
    private final Fates fates;
    private final SurgeThread.Share share;
    private final ClientSockets sockets;
    private final Endings endings;

    /// By slot: the descriptor, the error of the call that should have made it as a negative number, or NONE.
    private final int[] descriptors;

    private final byte[] words;
    private final SocketBytes request;
    private final int[] sent;
    private final SocketBytes inbox = SocketBytes.ofSize(INBOX_BYTES);
    private final byte[] received = new byte[INBOX_BYTES];
    private final @Nullable HttpAnswer[] answers;
    private final @Nullable TlsConversation[] secrets;
    private @Nullable Epoll epoll;
    private long start;

    Dialogue(SurgePlan plan, Fates fates, SurgeThread.Share share) {
        this.plan = plan;
        this.fates = fates;
        this.share = share;
        this.sockets = new ClientSockets(plan.target(), plan.sources());
        this.endings = new Endings(fates, plan.patience().toNanos());
        this.descriptors = new int[share.size()];
        Arrays.fill(descriptors, NONE);
        this.words = plan.talk().request().getBytes(StandardCharsets.ISO_8859_1);
        this.request = SocketBytes.copyOf(words);
        this.sent = new int[share.size()];
        this.answers = new HttpAnswer[share.size()];
        if (plan.talk() instanceof Talk.Http http) {
            boolean bodiless = http.requestLine().startsWith("HEAD ");
            Arrays.setAll(answers, _ -> new HttpAnswer(bodiless));
        }
        this.secrets = new TlsConversation[plan.tls().isPresent() ? share.size() : 0];
    }

    /// Goes through the calls of the hot path with no socket, so that they are compiled when the first SYN is due.
    void warmUp() {
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            sockets.connect(-1);
            sockets.error(-1);
            sockets.look(-1);
        }
    }

    /// From now on times count from a moment of [System#nanoTime()], and what happens to sockets is told by epoll.
    void start(long moment, Epoll eyes) {
        start = moment;
        epoll = eyes;
    }

    long now() {
        return System.nanoTime() - start;
    }

    /// How many connections have their outcome.
    int ended() {
        return endings.count();
    }

    Stream<ExceptionGroup> thrown() {
        return endings.thrown();
    }

    /// Makes the socket of a connection; false if the kernel refuses, which counts only if it is due now.
    boolean open(int slot) {
        descriptors[slot] = sockets.open(share.number(slot));
        return descriptors[slot] >= 0;
    }

    /// Sends the SYN; the error of connect(2), which is [Errno#EINPROGRESS] if all is well.
    int connect(int slot) {
        int descriptor = descriptors[slot];
        return descriptor < 0 ? -descriptor : sockets.connect(descriptor);
    }

    /// What became of a connection so far: its error, 0 for none. On this host the answer to the SYN may be there
    /// when connect(2) returns; a reset that is, is one that a client that waits in connect(2) would see there.
    int errorSoFar(int slot) {
        return sockets.error(descriptors[slot]);
    }

    /// Follows a connection from here on.
    ///
    /// @param error what [#connect(int)] gave, or [#errorSoFar(int)] right after it
    /// @param returned when it did
    void begun(int slot, int error, long returned) {
        switch (error) {
            case 0, Errno.EINPROGRESS -> {
                boolean shaken = look(slot, returned);
                if (!isClosed(slot) && epoll != null) {
                    boolean quiet = shaken && sent[slot] == words.length && secrets.length == 0;
                    epoll.add(descriptors[slot], quiet ? Epoll.READABLE : Epoll.READABLE | Epoll.WRITABLE, slot);
                }
            }
            case Errno.ECONNREFUSED, Errno.ECONNRESET -> connectFailed(slot, error, returned);
            default -> {
                endings.local(share.number(slot), error, returned);
                abort(slot);
            }
        }
    }

    /// Something happened to a socket.
    void happened(int slot, int what) {
        int number = share.number(slot);
        if (isClosed(slot)) {
            return;
        }
        if (!fates.isOpen(number)) {
            if ((what & (Epoll.PEER_CLOSED | Epoll.FAILED)) != 0) {
                close(slot);
            }
            return;
        }
        if (fates.phase(number) == Phase.CONNECT && !look(slot, 0)) {
            return;
        }
        if ((what & Epoll.WRITABLE) != 0) {
            flush(slot);
        }
        if ((what & ~Epoll.WRITABLE) != 0 && fates.isOpen(number)) {
            read(slot, (what & Epoll.PEER_CLOSED) != 0);
        }
    }

    /// The client has lost its patience, if the connection has not ended before.
    void expire(int slot) {
        int number = share.number(slot);
        if (fates.isOpen(number)) {
            if (fates.phase(number) == Phase.CONNECT) {
                look(slot, 0);
            }
            if (fates.isOpen(number)) {
                endings.timedOut(number, now());
            }
        }
        abort(slot);
    }

    boolean isClosed(int slot) {
        return descriptors[slot] < 0;
    }

    /// Asks the kernel how the handshake is. If it is done the talk begins; false if it is not, or failed.
    ///
    /// @param earliest before which it cannot have been done
    private boolean look(int slot, long earliest) {
        int number = share.number(slot);
        int state = sockets.look(descriptors[slot]);
        fates.synRetransmissions[number] = sockets.retransmissions();
        return switch (state) {
            case ClientSockets.SYN_SENT, ClientSockets.SYN_RECV -> false;
            case ClientSockets.CLOSE -> {
                closedBeforeSeen(slot, sockets.error(descriptors[slot]));
                yield false;
            }
            default -> {
                fates.connected[number] = connectedAt(number, earliest);
                begin(slot);
                yield true;
            }
        };
    }

    /// When the socket looked at last was connected. Looked at late, after the rest of its burst, that was a round
    /// trip after its SYN.
    private long connectedAt(int number, long earliest) {
        int roundTrip = sockets.retransmissions() == 0 ? sockets.roundTripMicros() : 0;
        long made = Math.max(earliest, fates.fired[number] + roundTrip * 1000L);
        return roundTrip > 0 ? Math.min(made, now()) : now();
    }

    /// A socket that was not seen connected is closed. The kernel says ECONNRESET only of one that was connected for
    /// a moment, and a client that waits in connect(2) may or may not see that moment, if it is short enough.
    private void closedBeforeSeen(int slot, int error) {
        int number = share.number(slot);
        long connected = connectedAt(number, 0);
        int errno = error == 0 ? Errno.ECONNRESET : error;
        if (errno == Errno.ECONNRESET && now() - connected > SHORT_MOMENT) {
            fates.connected[number] = connected;
            fates.enter(number, Phase.WRITE);
            broken(slot, errno);
        } else {
            connectFailed(slot, errno, now());
        }
    }

    private void connectFailed(int slot, int errno, long when) {
        int number = share.number(slot);
        sockets.look(descriptors[slot]);
        fates.synRetransmissions[number] = sockets.retransmissions();
        endings.connectFailed(number, errno, when);
        abort(slot);
    }

    private void broken(int slot, int errno) {
        endings.broken(share.number(slot), errno, now());
        abort(slot);
    }

    /// The handshake is done.
    private void begin(int slot) {
        int number = share.number(slot);
        if (plan.tls().isPresent()) {
            fates.enter(number, Phase.TLS);
            try {
                secrets[slot] =
                        new TlsConversation(plan.tls().get(), plan.target().getPort(), INBOX_BYTES);
                flush(slot);
            } catch (SSLException wrong) {
                distrust(slot, wrong);
            }
        } else {
            talk(slot);
        }
    }

    /// What follows the handshakes.
    private void talk(int slot) {
        int number = share.number(slot);
        switch (plan.talk()) {
            case Talk.ConnectOnly _ -> {
                endings.served(number, now());
                abort(slot);
            }
            case Talk.ServerFirst _ -> fates.enter(number, Phase.FIRST_BYTE);
            case Talk.ClientFirst _, Talk.Http _ -> {
                fates.enter(number, Phase.WRITE);
                flush(slot);
            }
        }
    }

    /// Sends what is to be sent, as far as the socket takes it.
    private void flush(int slot) {
        if (isClosed(slot)) {
            return;
        }
        int number = share.number(slot);
        TlsConversation secret = secrets.length > 0 ? secrets[slot] : null;
        SocketBytes from = secret == null ? request : secret.outgoing();
        int end = secret == null ? words.length : secret.outgoingEnd();
        Phase phase = fates.phase(number);
        if (sent[slot] < end && (secret != null || phase == Phase.WRITE)) {
            int taken = sockets.send(descriptors[slot], from, sent[slot], end);
            if (taken < 0 && taken != -Errno.EAGAIN) {
                broken(slot, -taken);
                return;
            }
            sent[slot] += Math.max(0, taken);
        }
        if (sent[slot] == end && secret != null) {
            secret.sent();
            sent[slot] = 0;
        }
        if (phase == Phase.WRITE && (secret != null ? secret.outgoingEnd() == 0 : sent[slot] == end)) {
            fates.enter(number, Phase.FIRST_BYTE);
        }
    }

    /// Reads all that is there.
    ///
    /// @param peerClosed whether the server's FIN is there as well, so that the end of the stream is worth reading
    private void read(int slot, boolean peerClosed) {
        int number = share.number(slot);
        while (fates.isOpen(number)) {
            int count = sockets.receive(descriptors[slot], inbox);
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count < 0) {
                broken(slot, -count);
            } else if (count == 0) {
                serverClosed(slot);
            } else {
                if (fates.firstByte[number] == Fates.NEVER) {
                    fates.firstByte[number] = now();
                }
                inbox.view().get(0, received, 0, count);
                take(slot, count, peerClosed);
                if (count < INBOX_BYTES && !peerClosed) {
                    return;
                }
            }
        }
    }

    private void take(int slot, int count, boolean peerClosed) {
        TlsConversation secret = secrets.length > 0 ? secrets[slot] : null;
        if (secret == null) {
            answered(slot, received, count, peerClosed);
            return;
        }
        try {
            secret.take(received, count);
            if (fates.phase(share.number(slot)) == Phase.TLS && !secret.isShaking()) {
                secret.say(words);
                talk(slot);
            }
            flush(slot);
            ByteBuffer clear = secret.next();
            while (clear.hasRemaining() && fates.isOpen(share.number(slot))) {
                byte[] bytes = new byte[clear.remaining()];
                clear.get(bytes);
                answered(slot, bytes, bytes.length, peerClosed);
                clear = secret.next();
            }
            if (secret.isOver() && fates.isOpen(share.number(slot))) {
                serverClosed(slot);
            }
        } catch (SSLException wrong) {
            distrust(slot, wrong);
        }
    }

    /// Some of the answer is here.
    private void answered(int slot, byte[] bytes, int count, boolean peerClosed) {
        int number = share.number(slot);
        fates.enter(number, Phase.READ);
        HttpAnswer answer = answers[slot];
        if (answer == null) {
            endings.served(number, now());
            abort(slot);
            return;
        }
        answer.take(bytes, count);
        if (answer.isDone()) {
            endings.served(number, now());
            if (peerClosed) {
                close(slot);
            }
        }
    }

    private void serverClosed(int slot) {
        int number = share.number(slot);
        HttpAnswer answer = answers[slot];
        if (answer != null && answer.isDoneAtEnd()) {
            endings.served(number, now());
        } else {
            endings.cutOff(number, now());
        }
        close(slot);
    }

    private void distrust(int slot, SSLException wrong) {
        endings.distrusted(share.number(slot), wrong, now());
        abort(slot);
    }

    private void close(int slot) {
        if (!isClosed(slot)) {
            sockets.close(descriptors[slot]);
            descriptors[slot] = NONE;
        }
    }

    private void abort(int slot) {
        if (!isClosed(slot)) {
            sockets.abort(descriptors[slot]);
            descriptors[slot] = NONE;
        }
    }

    /// Closes what is left: connections that have their answer in good order, the others by a reset.
    @Override
    public void close() {
        for (int slot = 0; slot < descriptors.length; slot++) {
            if (fates.isOpen(share.number(slot))) {
                abort(slot);
            } else {
                close(slot);
            }
        }
    }
}
