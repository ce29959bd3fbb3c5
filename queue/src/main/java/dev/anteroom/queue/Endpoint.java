package dev.anteroom.queue;

/// Where a listener listens.
///
/// @param family the socket's address family
/// @param address the numeric IP address as RFC 5952 writes it (`0.0.0.0`, `::`, `fe80::1%eth0`), or the path of a
///     Unix-domain socket, an abstract one with `@` before its name
/// @param port 1 to 65535, or 0 for a Unix-domain socket
public record Endpoint(Family family, String address, int port) {

    /// As ss writes it: `127.0.0.1:8100`, `[::1]:8100`, a path.
    @Override
    public String toString() {
        return switch (family) {
            case UNIX -> address;
            case INET -> address + ":" + port;
            case INET6 -> "[" + address + "]:" + port;
        };
    }
}
