package dev.anteroom.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server that answers one HTTP request on each connection, over TLS.
///
/// @param listener its listener
record TlsServer(ServerSocket listener) implements AutoCloseable {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    static TlsServer start(String keyFile, InetAddress address) throws IOException, GeneralSecurityException {
        char[] password = "changeit".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(keyFile))) {
            keys.load(in, password);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        TlsServer server = new TlsServer(context.getServerSocketFactory().createServerSocket(0, 100, address));
        Thread.ofPlatform().daemon().start(server::answerAll);
        return server;
    }

    private void answerAll() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                if (client.getInputStream().read(new byte[1000]) > 0) {
                    client.getOutputStream().write(ANSWER);
                }
            } catch (IOException distrusted) {
                // The client's end of it is what the test looks at.
            }
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
