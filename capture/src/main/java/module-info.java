import org.jspecify.annotations.NullMarked;

/// Packets to handshakes: what a recording of TCP segments says of each connection. Reads pcap and pcapng, writes
/// pcapng.
///
/// And texts to signs: what stack traces, log lines, tables of sockets and counters show, whatever program printed
/// them. A line that no format knows is said to be unknown. Of a line at most 64 KiB are read.
///
/// Has no settings but constants: a connection is taken for over after 150 s without a packet. Times are nanoseconds
/// since 1970 in UTC. Memory is bounded by the handshakes that are open (some 100 bytes each, four million at most) and
/// 50 000 connections that are answered. A large recording is read on one thread and followed on another.
///
/// What is not modelled: Multipath TCP, reassembly of IP fragments, tunnels, dictionaries of Zstandard, and checksums
/// of packets. Packets show no queue: where several things leave the same packets, the words name them all. A SYN
/// cookie that returns the client's options cannot be told from any other answer.
@NullMarked
module dev.anteroom.capture {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.capture;
}
