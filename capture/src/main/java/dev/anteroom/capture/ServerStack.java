package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.Optional;

/// Whose TCP a SYN-ACK is by the order of its options and its hop limit. A stack writes them in an order of its own:
/// Linux in `net/ipv4/tcp_output.c` tcp_options_write, XNU in `bsd/netinet/tcp_output.c`, FreeBSD in
/// `sys/netinet/tcp_output.c` tcp_addoptions. Windows starts with a hop limit of 128, the others with 64. What the
/// client did not offer is missing, and then several stacks look the same: no answer.
final class ServerStack {
    private static final int UNIX_HOPS = 64;
    private static final int WINDOWS_HOPS = 128;

    // One digit for the kind of each option: 2 segment size, 1 nothing, 3 window scale, 4 SACK permitted, 8
    // timestamps, 0 end.
    private static final long LINUX_WITHOUT = 0x211413;
    private static final long LINUX_SACK_ONLY = 0x2114;
    private static final long XNU_WITH_TIMESTAMPS = 0x21311840;
    private static final long FREEBSD_WITH_TIMESTAMPS = 0x21348;
    private static final long WINDOWS_WITHOUT = 0x213114;

    private static final int LINUX = 1;
    private static final int MACOS = 2;
    private static final int BSD = 3;
    private static final int WINDOWS = 4;

    /// No answer.
    private static final int UNKNOWN = 0;

    private ServerStack() {}

    /// The number of the stack that wrote a SYN-ACK.
    static int of(TcpSegment synAck) {
        if (synAck.optionsCut || synAck.hops > WINDOWS_HOPS) {
            return UNKNOWN;
        }
        if (synAck.hops > UNIX_HOPS) {
            return synAck.optionOrder == WINDOWS_WITHOUT || synAck.optionOrder == FREEBSD_WITH_TIMESTAMPS
                    ? WINDOWS
                    : UNKNOWN;
        }
        if (synAck.optionOrder == PacketLayout.LINUX_SYN_ORDER
                || synAck.optionOrder == LINUX_WITHOUT
                || synAck.optionOrder == LINUX_SACK_ONLY) {
            return LINUX;
        }
        if (synAck.optionOrder == XNU_WITH_TIMESTAMPS) {
            return MACOS;
        }
        return synAck.optionOrder == FREEBSD_WITH_TIMESTAMPS ? BSD : UNKNOWN;
    }

    /// What the number of a stack says.
    static Optional<Sign> sign(int stack) {
        return switch (stack) {
            case LINUX -> Optional.of(Sign.SERVER_IS_LINUX);
            case MACOS -> Optional.of(Sign.SERVER_IS_MACOS);
            case BSD -> Optional.of(Sign.SERVER_IS_BSD);
            case WINDOWS -> Optional.of(Sign.SERVER_IS_WINDOWS);
            default -> Optional.empty();
        };
    }
}
