package dev.anteroom.queue;

/// The address family of a listening socket, by its socket(2) constant on Linux (`include/linux/socket.h`).
public enum Family {
    /// A Unix-domain listener: it has an accept queue and a limit, but no handshake, no SYN queue and no drop
    /// events.
    UNIX(1),
    /// IPv4.
    INET(2),
    /// IPv6, and IPv4 too unless the socket is IPV6_V6ONLY.
    INET6(10);

    private final int number;

    Family(int number) {
        this.number = number;
    }

    /// The AF_ constant.
    public int number() {
        return number;
    }
}
