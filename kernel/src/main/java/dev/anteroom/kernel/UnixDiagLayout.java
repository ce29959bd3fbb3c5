package dev.anteroom.kernel;

/// Requests and answers of sock_diag for Unix-domain sockets: `include/uapi/linux/unix_diag.h`. Offsets in bytes
/// from the end of the netlink header.
final class UnixDiagLayout {
    /// struct unix_diag_req.
    static final int REQUEST_BYTES = 24;

    static final int REQUEST_FAMILY = 0;
    static final int REQUEST_STATES = 4;
    static final int REQUEST_SHOW = 12;

    static final int UDIAG_SHOW_NAME = 0x01;
    static final int UDIAG_SHOW_RQLEN = 0x10;
    static final int UDIAG_SHOW_UID = 0x40;

    /// struct unix_diag_msg.
    static final int MESSAGE_BYTES = 16;

    static final int INODE = 4;
    static final int COOKIE = 8;

    static final int UNIX_DIAG_NAME = 0;

    /// struct unix_diag_rqlen: depth and limit of a listener, a u32 each.
    static final int UNIX_DIAG_RQLEN = 4;

    static final int RQLEN_LIMIT = 4;
    static final int UNIX_DIAG_UID = 7;

    private UnixDiagLayout() {}
}
