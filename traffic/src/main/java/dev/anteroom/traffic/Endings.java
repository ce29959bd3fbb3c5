package dev.anteroom.traffic;

import dev.anteroom.kernel.Errno;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/// How the connections of one thread end: the outcome of each, and what a Java client would have thrown. Connections
/// go by their number, times are nanoseconds from the start.
final class Endings {
    private final Fates fates;
    private final long patience;
    private final List<ExceptionGroup> thrown = new ArrayList<>();
    private int count;

    /// @param patience how long after it was due an answer still counts, in nanoseconds
    Endings(Fates fates, long patience) {
        this.fates = fates;
        this.patience = patience;
    }

    /// How many connections have their outcome.
    int count() {
        return count;
    }

    Stream<ExceptionGroup> thrown() {
        return thrown.stream();
    }

    /// No SYN was sent: this host has no port, descriptor or way for it.
    void local(int number, int errno, long when) {
        fail(number, Outcome.LOCAL, errno, when);
    }

    /// There was never a handshake.
    void connectFailed(int number, int errno, long when) {
        Outcome outcome = switch (errno) {
            case Errno.ECONNREFUSED -> Outcome.REFUSED;
            case Errno.ECONNRESET -> Outcome.RESET_IN_CONNECT;
            case Errno.ETIMEDOUT, Errno.EHOSTUNREACH, Errno.ENETUNREACH -> Outcome.CONNECT_TIMEOUT;
            default -> Outcome.LOCAL;
        };
        fail(number, outcome, errno, when);
    }

    /// An established connection has failed.
    void broken(int number, int errno, long when) {
        Outcome outcome = switch (errno) {
            case Errno.ECONNRESET, Errno.EPIPE -> Outcome.RESET_AFTER_CONNECT;
            default -> unanswered(number);
        };
        fail(number, outcome, errno, when);
    }

    private void fail(int number, Outcome outcome, int errno, long when) {
        thrown.add(JavaWords.of(errno, fates.phase(number)));
        end(number, outcome, when);
    }

    /// The client has lost its patience.
    void timedOut(int number, long when) {
        Phase phase = fates.phase(number);
        thrown.add(JavaWords.timeout(phase));
        end(number, phase == Phase.CONNECT ? Outcome.CONNECT_TIMEOUT : unanswered(number), when);
    }

    private Outcome unanswered(int number) {
        return fates.firstByte[number] == Fates.NEVER ? Outcome.PHANTOM : Outcome.SLOW;
    }

    /// The server has closed before its answer was complete.
    void cutOff(int number, long when) {
        thrown.add(JavaWords.closed(fates.phase(number)));
        end(number, Outcome.CLOSED, when);
    }

    /// TLS could not be agreed on, or was broken.
    void distrusted(int number, SSLException wrong, long when) {
        thrown.add(JavaWords.of(wrong, fates.phase(number)));
        end(number, Outcome.CLOSED, when);
    }

    /// The client has all that it wanted; in time or not.
    void served(int number, long when) {
        boolean inTime = when <= fates.due[number] + patience;
        if (!inTime) {
            thrown.add(JavaWords.timeout(fates.phase(number)));
        }
        end(number, inTime ? Outcome.SERVED : Outcome.SLOW, when);
    }

    private void end(int number, Outcome outcome, long when) {
        fates.end(number, outcome, when);
        count++;
    }
}
