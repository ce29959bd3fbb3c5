package dev.anteroom.queue;

/// A counter of the kernel that tells something about connections before accept(2). Each counts segments or timer
/// events of one network namespace, never clients: one unlucky client moves them many times.
public enum Counter {
    LISTEN_OVERFLOWS(
            "TcpExt",
            "ListenOverflows",
            "segments refused because an accept queue was full: SYNs, final ACKs and data"),
    LISTEN_DROPS("TcpExt", "ListenDrops", "every segment that a listener refused, the overflows included"),
    REQ_Q_FULL_DROP("TcpExt", "TCPReqQFullDrop", "SYNs dropped because a SYN queue was full and cookies are off"),
    REQ_Q_FULL_DO_COOKIES(
            "TcpExt",
            "TCPReqQFullDoCookies",
            "SYNs that met a full SYN queue (or tcp_syncookies=2) and were due a cookie"),
    SYNCOOKIES_SENT("TcpExt", "SyncookiesSent", "SYN-ACKs sent with a cookie, the server keeping nothing"),
    SYNCOOKIES_RECV("TcpExt", "SyncookiesRecv", "valid cookies that came back, those then dropped included"),
    SYNCOOKIES_FAILED("TcpExt", "SyncookiesFailed", "cookies that came back too old or wrong; answered with a reset"),
    EMBRYONIC_RSTS("TcpExt", "EmbryonicRsts", "handshakes ended by a reset, sent or received"),
    TCP_TIMEOUTS("TcpExt", "TCPTimeouts", "retransmission timers that fired, those of SYN-ACKs included"),
    TCP_SYN_RETRANS("TcpExt", "TCPSynRetrans", "SYNs and SYN-ACKs sent again"),
    TCP_DEFER_ACCEPT_DROP("TcpExt", "TCPDeferAcceptDrop", "bare ACKs held back by TCP_DEFER_ACCEPT; no loss"),
    TCP_FAST_OPEN_LISTEN_OVERFLOW(
            "TcpExt", "TCPFastOpenListenOverflow", "Fast Open SYNs that fell back to an ordinary handshake"),
    TCP_MIGRATE_REQ_SUCCESS(
            "TcpExt", "TCPMigrateReqSuccess", "waiting connections moved to another SO_REUSEPORT member"),
    TCP_MIGRATE_REQ_FAILURE("TcpExt", "TCPMigrateReqFailure", "waiting connections that could not be moved"),
    PASSIVE_OPENS("Tcp", "PassiveOpens", "connections put in an accept queue"),
    ATTEMPT_FAILS("Tcp", "AttemptFails", "handshakes that failed, this host's own as a client included"),
    ESTAB_RESETS("Tcp", "EstabResets", "established connections that were reset, by either side"),
    OUT_RSTS("Tcp", "OutRsts", "resets sent");

    private final String group;
    private final String kernelName;
    private final String meaning;

    Counter(String group, String kernelName, String meaning) {
        this.group = group;
        this.kernelName = kernelName;
        this.meaning = meaning;
    }

    /// `TcpExt` (in /proc/net/netstat) or `Tcp` (in /proc/net/snmp).
    public String group() {
        return group;
    }

    /// The kernel's name: `ListenOverflows`. nstat writes the group before it.
    public String kernelName() {
        return kernelName;
    }

    /// One line on what one step of it means.
    public String meaning() {
        return meaning;
    }
}
