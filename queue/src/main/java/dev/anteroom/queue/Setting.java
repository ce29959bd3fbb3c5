package dev.anteroom.queue;

/// A sysctl that decides what becomes of a connection before accept(2). All are per network namespace on current
/// kernels; a new namespace starts with the kernel's defaults, not with its parent's values.
public enum Setting {
    SOMAXCONN("net/core/somaxconn", "caps the backlog of every listen(2) made from now on"),
    TCP_SYNCOOKIES("net/ipv4/tcp_syncookies", "0 never, 1 when the SYN queue is full, 2 for every SYN"),
    TCP_MAX_SYN_BACKLOG("net/ipv4/tcp_max_syn_backlog", "since Linux 4.4 without effect unless tcp_syncookies is 0"),
    TCP_ABORT_ON_OVERFLOW(
            "net/ipv4/tcp_abort_on_overflow", "1: reset instead of silence when the final ACK finds the queue full"),
    TCP_SYNACK_RETRIES("net/ipv4/tcp_synack_retries", "how often the SYN-ACK of an unfinished handshake is repeated"),
    TCP_SYN_RETRIES("net/ipv4/tcp_syn_retries", "how often this host, as a client, doubles its SYN time-out"),
    TCP_SYN_LINEAR_TIMEOUTS(
            "net/ipv4/tcp_syn_linear_timeouts",
            "SYN retries one second apart before the doubling begins (6.5 and later)"),
    TCP_EHASH_ENTRIES(
            "net/ipv4/tcp_ehash_entries",
            "buckets of the table of connections, negative if shared with the host (6.1 and later)"),
    TCP_FASTOPEN("net/ipv4/tcp_fastopen", "bit 1: listeners may take data in the SYN"),
    TCP_MIGRATE_REQ(
            "net/ipv4/tcp_migrate_req", "1: a closing SO_REUSEPORT member hands its queue to another (5.14 and later)");

    private final String path;
    private final String meaning;

    Setting(String path, String meaning) {
        this.path = path;
        this.meaning = meaning;
    }

    /// The last part of the name: `somaxconn`.
    public String shortName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// The name as sysctl(8) writes it: `net.core.somaxconn`.
    public String sysctlName() {
        return path.replace('/', '.');
    }

    /// The path below `/proc/sys`.
    public String path() {
        return path;
    }

    /// One line on what it does.
    public String meaning() {
        return meaning;
    }
}
