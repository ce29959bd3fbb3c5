package dev.anteroom.traffic;

import dev.anteroom.kernel.Errno;
import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Phase;

/// What a Java client throws when its connection fails: the classes and messages of `java.net.Socket` in JDK 25
/// (`libnet` Net.c handleSocketError, `sun.nio.ch` NioSocketImpl), which contain neither addresses nor ports.
final class JavaWords {
    private JavaWords() {}

    /// For the error of a system call.
    static ExceptionGroup of(int errno, Phase phase) {
        String type = switch (errno) {
            case Errno.ECONNREFUSED, Errno.ETIMEDOUT -> "ConnectException";
            case Errno.EHOSTUNREACH -> "NoRouteToHostException";
            case Errno.EADDRNOTAVAIL, Errno.EADDRINUSE, Errno.EACCES -> "BindException";
            default -> "SocketException";
        };
        // A reset found by read(2) is worded by the JDK itself.
        boolean inRead = errno == Errno.ECONNRESET && (phase == Phase.FIRST_BYTE || phase == Phase.READ);
        return group(type, inRead ? "Connection reset" : Errno.text(errno), phase);
    }

    /// For a client that waited as long as it wanted to.
    static ExceptionGroup timeout(Phase phase) {
        return group("SocketTimeoutException", phase == Phase.CONNECT ? "Connect timed out" : "Read timed out", phase);
    }

    /// For a server that closed before it had answered, in the words of `HttpURLConnection` and `SSLSocket`.
    static ExceptionGroup closed(Phase phase) {
        return phase == Phase.TLS
                ? group("SSLHandshakeException", "Remote host terminated the handshake", phase)
                : group("SocketException", "Unexpected end of file from server", phase);
    }

    /// For an exception of the TLS engine.
    static ExceptionGroup of(Exception thrown, Phase phase) {
        String message = thrown.getMessage();
        return group(thrown.getClass().getSimpleName(), message == null ? "" : message, phase);
    }

    private static ExceptionGroup group(String type, String message, Phase phase) {
        return new ExceptionGroup(type, message, phase, 1);
    }
}
