package dev.anteroom.traffic;

import dev.anteroom.kernel.SocketBytes;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/// TLS of one connection: turns what comes from the socket into what the server said, and the request into what goes
/// to the socket. Knows nothing of sockets.
final class TlsConversation {
    private final SSLEngine engine;
    private final ByteBuffer encrypted;
    private final ByteBuffer decrypted;
    private final SocketBytes outgoing;
    private int outgoingEnd;

    /// @param mostAtOnce how many bytes [#take] gets at the most
    TlsConversation(Tls tls, int port, int mostAtOnce) throws SSLException {
        engine = tls.context().createSSLEngine(tls.serverName(), port);
        engine.setUseClientMode(true);
        if (tls.verifyName()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        encrypted = ByteBuffer.allocate(engine.getSession().getPacketBufferSize() + mostAtOnce);
        decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        outgoing = SocketBytes.ofSize(2 * engine.getSession().getPacketBufferSize());
        engine.beginHandshake();
        shakeHands();
    }

    /// What is to be sent next, from the start to [#outgoingEnd()].
    SocketBytes outgoing() {
        return outgoing;
    }

    int outgoingEnd() {
        return outgoingEnd;
    }

    /// All of it was sent.
    void sent() {
        outgoingEnd = 0;
    }

    boolean isShaking() {
        return switch (engine.getHandshakeStatus()) {
            case NOT_HANDSHAKING, FINISHED -> false;
            case NEED_TASK, NEED_WRAP, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> true;
        };
    }

    /// The server has said goodbye (close_notify).
    boolean isOver() {
        return engine.isInboundDone();
    }

    /// Takes bytes from the socket and goes on with the handshake, if that is what they are of.
    ///
    /// @throws SSLException if the server is not to be trusted, or speaks no TLS
    void take(byte[] bytes, int length) throws SSLException {
        encrypted.put(bytes, 0, length);
        if (isShaking()) {
            shakeHands();
        }
    }

    /// The next decrypted bytes, to be read before the next call; empty if more has to come first.
    ByteBuffer next() throws SSLException {
        decrypted.clear();
        while (decrypted.position() == 0 && unwrap()) {
            // Some records carry no data: session tickets, close_notify.
        }
        return decrypted.flip();
    }

    /// Encrypts the request.
    void say(byte[] words) throws SSLException {
        ByteBuffer from = ByteBuffer.wrap(words);
        while (from.hasRemaining()) {
            wrap(from);
        }
    }

    private void shakeHands() throws SSLException {
        boolean going = true;
        while (going) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    Runnable task = engine.getDelegatedTask();
                    while (task != null) {
                        task.run();
                        task = engine.getDelegatedTask();
                    }
                }
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> going = unwrap();
                case NOT_HANDSHAKING, FINISHED -> going = false;
            }
        }
    }

    private void wrap(ByteBuffer from) throws SSLException {
        ByteBuffer to = outgoing.view();
        to.clear().position(outgoingEnd);
        SSLEngineResult result = engine.wrap(from, to);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new SSLException("the request is too long for TLS in one piece");
        }
        outgoingEnd += result.bytesProduced();
    }

    /// One record; false if it is not all there.
    private boolean unwrap() throws SSLException {
        encrypted.flip();
        SSLEngineResult result = engine.unwrap(encrypted, decrypted);
        encrypted.compact();
        return result.getStatus() == SSLEngineResult.Status.OK
                && (result.bytesConsumed() > 0
                        || result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_UNWRAP);
    }
}
