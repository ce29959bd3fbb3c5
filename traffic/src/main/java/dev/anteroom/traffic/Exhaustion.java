package dev.anteroom.traffic;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.LocalRoom;

/// Tells before a surge whether its client has enough descriptors and ports for it: running out of them in the
/// middle would be measured as if the server had failed.
final class Exhaustion {
    /// What the JVM opens while a surge runs: jars, epoll sets, /proc.
    private static final int RESERVED_DESCRIPTORS = 32;

    private Exhaustion() {}

    /// @throws KernelException if something will not do, with the numbers and what to do
    static void rule(SurgePlan plan, LocalRoom room) {
        int needed = plan.mostAtOnce();
        String open = needed + " connections may be open at once";
        long descriptors = room.descriptors() - RESERVED_DESCRIPTORS;
        if (needed > descriptors) {
            throw new KernelException("too few descriptors: " + open + ", and this process may open " + descriptors
                    + " more; raise the limit of " + room.descriptorLimit() + " with 'ulimit -Hn "
                    + (needed - descriptors + room.descriptorLimit()) + "' as root, or "
                    + lessFor(plan, descriptors));
        }
        long sources = Math.max(1, plan.sources().size());
        long ports = sources * room.ports();
        if (needed > ports) {
            throw new KernelException("too few local ports: " + open + ", and ip_local_port_range has " + room.ports()
                    + (sources > 1 ? " for each of " + sources + " sources" : "") + "; " + remedy(plan, room, needed)
                    + ", or " + lessFor(plan, ports));
        }
    }

    private static String remedy(SurgePlan plan, LocalRoom room, int needed) {
        int sources = (needed + room.ports() - 1) / room.ports();
        return plan.target().getAddress().isLoopbackAddress()
                        && plan.target().getAddress().getAddress().length == Integer.BYTES
                ? "take more sources: --source 127.0.0.1-127.0.0." + (sources + 1)
                : "take " + sources + " addresses of this host with --source, or widen the range: "
                        + "sysctl -w net.ipv4.ip_local_port_range='1024 65535'";
    }

    private static String lessFor(SurgePlan plan, long places) {
        return switch (plan.arrivals()) {
            case Arrivals.AtOnce _ -> "take -n " + Math.max(1, places);
            case Arrivals.Closed _ -> "take --concurrency " + Math.max(1, places);
            case Arrivals.Uniform _, Arrivals.Poisson _, Arrivals.Ramp _, Arrivals.Waves _, Arrivals.Trace _ ->
                "take fewer, a lower rate or a shorter --patience";
        };
    }
}
