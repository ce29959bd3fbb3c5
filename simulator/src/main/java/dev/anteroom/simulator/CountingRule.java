package dev.anteroom.simulator;

/// Which events move which counters. Later rules count all that earlier ones do, unless they say otherwise.
public enum CountingRule implements Rule {
    LINUX_2_2("a dropped SYN counts AttemptFails only", "net/ipv4/tcp_ipv4.c; 2.2.1"),
    LINUX_2_4(
            "a dropped SYN counts AttemptFails, a dropped final ACK ListenOverflows and ListenDrops",
            "net/ipv4/tcp_ipv4.c; 2.4.20 to 2.6.11"),
    LINUX_2_6("a dropped SYN counts nothing", "net/ipv4/tcp_ipv4.c label drop; 2.6.20 to 2.6.32"),
    LINUX_3(
            "dropped SYNs count ListenDrops, TCPReqQFull… and request time-outs TCPTimeouts",
            "net/ipv4/tcp_ipv4.c; 3.10 with backports, 3.13"),
    LINUX_4_2("repeated SYNs and SYN-ACKs count TCPSynRetrans", "net/ipv4/tcp_output.c tcp_rtx_synack; 4.2"),
    LINUX_4_7(
            "drops of a listener count in its sk_drops too",
            "include/net/tcp.h tcp_listendrop (9caad864151e); 4.7 from memory, read in 4.10"),
    BSD("overflows count tcps_listendrop, shown here as ListenDrops", "netinet/tcp_var.h"),
    WINDOWS("overflows count nothing that is documented", "KB113576"),
    GVISOR(
            "ListenOverflowSynDrop and ListenOverflowAckDrop, shown here as ListenOverflows",
            "pkg/tcpip/transport/tcp/accept.go");

    private final String says;
    private final String source;

    CountingRule(String says, String source) {
        this.says = says;
        this.source = source;
    }

    boolean isLinuxSince(CountingRule rule) {
        return compareTo(rule) >= 0 && compareTo(LINUX_4_7) <= 0;
    }

    @Override
    public String says() {
        return says;
    }

    @Override
    public String source() {
        return source;
    }
}
