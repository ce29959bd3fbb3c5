package dev.anteroom.traffic;

import java.util.List;

/// What client and server say to each other once they are connected.
public sealed interface Talk {

    /// Nothing: the connection is served when its handshake is done, and then reset, which frees its port. A reset
    /// that comes later than the handshake is not seen.
    record ConnectOnly() implements Talk {}

    /// The server speaks first, as those of SMTP, SSH and MySQL do: served with its first byte.
    record ServerFirst() implements Talk {}

    /// The client speaks first: served with the first byte of the server.
    ///
    /// @param words what it sends
    record ClientFirst(String words) implements Talk {}

    /// One HTTP/1.1 request without a body: served with the last byte of the answer, whatever its status.
    ///
    /// @param requestLine `GET / HTTP/1.1`
    /// @param headers complete lines, `Host` and `Connection` among them
    record Http(String requestLine, List<String> headers) implements Talk {
        public Http {
            headers = List.copyOf(headers);
        }
    }

    /// What the client sends, empty if nothing.
    default String request() {
        return switch (this) {
            case ConnectOnly _, ServerFirst _ -> "";
            case ClientFirst first -> first.words;
            case Http http ->
                http.requestLine
                        + "\r\n"
                        + String.join(
                                "",
                                http.headers.stream().map(line -> line + "\r\n").toList())
                        + "\r\n";
        };
    }
}
