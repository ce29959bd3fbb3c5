import org.jspecify.annotations.NullMarked;

/// Packets to handshakes: what a recording of TCP segments says of each connection. Reads pcap and pcapng, writes
/// pcapng.
///
/// And texts to signs: what stack traces, log lines, tables of sockets and counters show, whatever program printed
/// them. A line that no format knows is said to be unknown. Of a line at most 64 KiB are read.
///
/// Has no settings but constants: a connection is taken for over after 150 s without a packet. Times are nanoseconds
/// since 1970 in UTC. Memory is bounded by the handshakes that are open, and 50 000 connections that are answered.
///
/// What is not modelled: Multipath TCP, TCP Fast Open (data in a SYN is counted, not followed), reassembly of IP
/// fragments, tunnels, and checksums of what is read. Packets show no queue: where several things leave the same
/// packets, the words name them all. A SYN cookie that returns the client's options cannot be told from any other
/// answer.
@NullMarked
module dev.anteroom.capture {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.capture;
}
