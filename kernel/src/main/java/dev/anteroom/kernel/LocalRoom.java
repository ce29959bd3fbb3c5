package dev.anteroom.kernel;

import java.io.File;
import java.util.Optional;

/// What a client has to spend on connections: descriptors of this process and local ports of the network namespace
/// of the calling thread.
///
/// @param descriptors how many more this process may open
/// @param descriptorLimit the limit that this comes from: `ulimit -Hn`
/// @param lowestPort the lowest port that connect(2) takes by itself
/// @param highestPort the highest
public record LocalRoom(long descriptors, long descriptorLimit, int lowestPort, int highestPort) {
    private static final String PORT_RANGE = "/proc/sys/net/ipv4/ip_local_port_range";

    /// Looks, and raises the soft limit of descriptors to the hard one, which needs no privilege.
    ///
    /// @throws KernelException if /proc is not mounted
    public static LocalRoom look() {
        long limit = raisedDescriptorLimit();
        String[] open = new File("/proc/self/fd").list();
        Optional<String> range = ProcFile.text(PORT_RANGE);
        if (open == null || range.isEmpty()) {
            throw new KernelException("cannot read /proc/self/fd and " + PORT_RANGE + ": mount /proc");
        }
        String[] ports = range.get().strip().split("\\s+", 2);
        return new LocalRoom(limit - open.length, limit, Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
    }

    /// How many connections to one target one local address has ports for.
    public int ports() {
        return highestPort - lowestPort + 1;
    }

    private static long raisedDescriptorLimit() {
        SocketCalls calls = new SocketCalls();
        SocketBytes rlimit = SocketBytes.ofSize(2 * Long.BYTES);
        if (calls.getDescriptorLimit(rlimit.address()) < 0) {
            throw new KernelException("cannot read the limit of descriptors: " + Syscalls.describe(calls.errno()));
        }
        long soft = unlimited(rlimit.view().getLong(0));
        long hard = unlimited(rlimit.view().getLong(Long.BYTES));
        if (soft < hard) {
            rlimit.view().putLong(0, rlimit.view().getLong(Long.BYTES));
            return calls.setDescriptorLimit(rlimit.address()) < 0 ? soft : hard;
        }
        return soft;
    }

    /// RLIM_INFINITY has all bits set.
    private static long unlimited(long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }
}
