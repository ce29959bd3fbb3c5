package dev.anteroom.kernel;

/// Requests and answers of sock_diag for TCP: `include/uapi/linux/inet_diag.h`. Offsets in bytes from the end of
/// the netlink header, host byte order except for ports and addresses.
final class InetDiagLayout {
    static final short SOCK_DIAG_BY_FAMILY = 20;
    static final int IPPROTO_TCP = 6;

    /// struct inet_diag_req_v2.
    static final int REQUEST_BYTES = 56;

    static final int REQUEST_FAMILY = 0;
    static final int REQUEST_PROTOCOL = 1;
    static final int REQUEST_EXTENSIONS = 2;
    static final int REQUEST_STATES = 4;
    static final int REQUEST_SOURCE_PORT = 8;
    static final int REQUEST_SOURCE_ADDRESS = 12;
    static final int REQUEST_INTERFACE = 44;
    static final int REQUEST_COOKIE = 48;

    /// INET_DIAG_NOCOOKIE: any socket will do.
    static final int NO_COOKIE = -1;

    /// struct inet_diag_msg.
    static final int MESSAGE_BYTES = 72;

    static final int FAMILY = 0;
    static final int STATE = 1;
    static final int TIMER = 2;
    static final int RETRANSMITS = 3;
    static final int SOURCE_PORT = 4;
    static final int DESTINATION_PORT = 6;
    static final int SOURCE_ADDRESS = 8;
    static final int DESTINATION_ADDRESS = 24;
    static final int INTERFACE = 40;
    static final int COOKIE = 44;
    static final int EXPIRES_MILLIS = 52;
    static final int RECEIVE_QUEUE = 56;
    static final int SEND_QUEUE = 60;
    static final int UID = 64;
    static final int INODE = 68;

    /// Attributes; a bit of REQUEST_EXTENSIONS is 1 << (attribute - 1).
    static final int INET_DIAG_SKMEMINFO = 7;
    static final int INET_DIAG_SKV6ONLY = 11;

    /// SK_MEMINFO_DROPS: the ninth u32 of INET_DIAG_SKMEMINFO. Kernels before 4.7 send eight.
    static final int SKMEMINFO_DROPS = 8 * Integer.BYTES;

    /// States, as bits 1 << number (`include/net/tcp_states.h`). The kernel adds its internal NEW_SYN_RECV to
    /// SYN_RECV.
    static final int ESTABLISHED = 1;

    static final int SYN_RECV = 3;
    static final int CLOSE_WAIT = 8;
    static final int LISTEN = 10;

    private InetDiagLayout() {}
}
