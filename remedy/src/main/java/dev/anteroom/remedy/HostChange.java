package dev.anteroom.remedy;

import java.util.List;
import java.util.Optional;

/// One change to this host, with what it needs to be undone.
///
/// @param number its place in the order of changes, 1 or more; 0 until it is written down
/// @param boot the boot it was made in: limits and values of an earlier boot are gone by themselves
/// @param listeners the limits that it changes
/// @param somaxconn the sysctl that it changes
/// @param file the file that it writes
public record HostChange(
        long number, String boot, List<Limit> listeners, Optional<Somaxconn> somaxconn, Optional<DropIn> file) {

    public HostChange {
        listeners = List.copyOf(listeners);
    }

    /// The limit of a running listener.
    ///
    /// @param namespace the number of its network namespace
    /// @param cookie the kernel's number of the socket
    /// @param label how a sentence names it
    public record Limit(long namespace, long cookie, String label, int before, int after) {}

    /// net.core.somaxconn of one network namespace.
    public record Somaxconn(long namespace, long before, long after) {}

    /// A file below /etc/sysctl.d.
    ///
    /// @param before its text; empty if there was none
    public record DropIn(String path, Optional<String> before, String after) {}

    /// A somaxconn that is set for one call within an undoing, and set back at once.
    static HostChange forTheMoment(String boot, Somaxconn value) {
        return new HostChange(0, boot, List.of(), Optional.of(value), Optional.empty());
    }

    boolean isForTheMoment() {
        return listeners.isEmpty() && file.isEmpty();
    }

    HostChange withNumber(long other) {
        return new HostChange(other, boot, listeners, somaxconn, file);
    }
}
