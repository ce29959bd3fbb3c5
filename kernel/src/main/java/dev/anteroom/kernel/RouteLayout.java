package dev.anteroom.kernel;

/// Requests of rtnetlink: `include/uapi/linux/rtnetlink.h`, `if_link.h`, `if_addr.h`, `veth.h`. Offsets in bytes
/// from the end of the netlink header, host byte order except for addresses.
final class RouteLayout {
    static final short RTM_NEWLINK = 16;
    static final short RTM_DELLINK = 17;
    static final short RTM_NEWADDR = 20;
    static final short RTM_NEWROUTE = 24;

    /// struct ifinfomsg.
    static final int LINK_BYTES = 16;

    static final int LINK_FLAGS = 8;
    static final int LINK_CHANGE = 12;

    static final int IFF_UP = 0x1;
    static final int IFF_NOARP = 0x80;

    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_TXQLEN = 13;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_INFO_KIND = 1;
    static final int IFLA_INFO_DATA = 2;
    static final int VETH_INFO_PEER = 1;

    /// struct ifaddrmsg.
    static final int ADDRESS_BYTES = 8;

    static final int ADDRESS_FAMILY = 0;
    static final int ADDRESS_PREFIX = 1;
    static final int ADDRESS_FLAGS = 2;
    static final int ADDRESS_INDEX = 4;

    /// IFA_F_NODAD: an IPv6 address that is of use at once.
    static final byte IFA_F_NODAD = 0x02;

    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;

    /// struct rtmsg.
    static final int ROUTE_BYTES = 12;

    static final int ROUTE_FAMILY = 0;
    static final int ROUTE_PREFIX = 1;
    static final int ROUTE_TABLE = 4;
    static final int ROUTE_PROTOCOL = 5;
    static final int ROUTE_SCOPE = 6;
    static final int ROUTE_TYPE = 7;

    static final byte RT_TABLE_MAIN = (byte) 254;
    static final byte RTPROT_STATIC = 4;
    static final byte RT_SCOPE_LINK = (byte) 253;
    static final byte RTN_UNICAST = 1;

    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;

    private RouteLayout() {}
}
