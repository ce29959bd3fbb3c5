package dev.anteroom.kernel;

/// What the calls on TCP sockets and epoll take and give. Offsets in bytes, host byte order but for ports and
/// addresses.
final class SocketLayout {
    /// `include/linux/socket.h`, `include/linux/net.h`.
    static final int AF_INET = 2;

    static final int AF_INET6 = 10;
    static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    static final int MSG_NOSIGNAL = 0x4000;

    /// struct sockaddr_in (`include/uapi/linux/in.h`) and sockaddr_in6 (`include/uapi/linux/in6.h`).
    static final int ADDRESS_BYTES = 16;

    static final int ADDRESS6_BYTES = 28;
    static final int PORT = 2;
    static final int ADDRESS = 4;
    static final int ADDRESS6 = 8;
    static final int SCOPE = 24;

    /// `include/uapi/asm-generic/socket.h`, `include/uapi/linux/in.h`, `include/uapi/linux/tcp.h`.
    static final int SOL_SOCKET = 1;

    static final int SO_ERROR = 4;
    static final int SO_LINGER = 13;
    static final int IPPROTO_IP = 0;
    static final int IP_BIND_ADDRESS_NO_PORT = 24;
    static final int TCP_INFO = 11;

    /// struct tcp_info (`include/uapi/linux/tcp.h`), as far as it is read.
    static final int INFO_BYTES = 104;

    static final int INFO_STATE = 0;
    static final int INFO_RTT_MICROS = 68;
    static final int INFO_TOTAL_RETRANS = 100;

    /// struct epoll_event (`include/uapi/linux/eventpoll.h`) is packed on x86-64 only.
    static final int EVENT_BYTES = System.getProperty("os.arch").equals("amd64") ? 12 : 16;

    static final int EVENT_DATA = EVENT_BYTES - 8;

    private SocketLayout() {}
}
