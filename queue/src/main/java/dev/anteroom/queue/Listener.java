package dev.anteroom.queue;

import java.util.List;
import java.util.OptionalInt;

/// One listening socket and whose it is. Several may share an endpoint by SO_REUSEPORT; each has queues of its own.
///
/// @param namespace the inode of its network namespace
/// @param endpoint where it listens
/// @param inode the inode of the socket, what /proc/PID/fd shows; 0 where it is not known
/// @param cookie the kernel's number of the socket, never used twice; 0 where it is not known
/// @param v6Only an IPv6 listener that takes no IPv4 connections
/// @param uid the owner of the socket
/// @param processes who holds it, lowest pid first; empty where nobody could be found
public record Listener(
        long namespace,
        Endpoint endpoint,
        long inode,
        long cookie,
        boolean v6Only,
        OptionalInt uid,
        List<HostProcess> processes) {

    public Listener {
        processes = List.copyOf(processes);
    }

    /// How a sentence names it: `127.0.0.1:8100 (java/812)`.
    public String label() {
        return processes.isEmpty()
                ? endpoint.toString()
                : endpoint + " (" + processes.getFirst().label() + ")";
    }
}
