package dev.anteroom.kernel;

/// The framing of netlink messages: `include/uapi/linux/netlink.h`. Offsets in bytes, host byte order.
final class NetlinkLayout {
    static final int AF_NETLINK = 16;
    static final int NETLINK_ROUTE = 0;
    static final int NETLINK_SOCK_DIAG = 4;
    static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;

    /// struct nlmsghdr.
    static final int HEADER_BYTES = 16;

    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int SEQUENCE = 8;
    static final int PORT_ID = 12;

    static final short NLMSG_ERROR = 2;
    static final short NLMSG_DONE = 3;

    static final short NLM_F_REQUEST = 0x1;
    static final short NLM_F_ACK = 0x4;
    static final short NLM_F_DUMP = 0x300;
    static final short NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    /// struct rtattr / nlattr: length, then type, then the value; each attribute starts at a multiple of 4.
    static final int ATTRIBUTE_HEADER_BYTES = 4;

    static final int ATTRIBUTE_TYPE = 2;

    private NetlinkLayout() {}

    /// The next multiple of 4, where the next message or attribute starts.
    static int align(int bytes) {
        return (bytes + 3) & ~3;
    }
}
