package dev.anteroom.queue;

import java.time.Instant;
import java.util.Optional;

/// A process that holds a descriptor of a listening socket.
///
/// @param pid its id in the observer's pid namespace
/// @param name the kernel's name of it, at most 15 bytes
/// @param program what it runs, where its command line tells more than the name: the main class or jar of a JVM,
///     the script of an interpreter; empty otherwise
/// @param stopped whether it is stopped, by a signal or a debugger
/// @param started when it started; it can have called listen(2) only after that
/// @param container the container it lives in
public record HostProcess(
        int pid,
        String name,
        String program,
        boolean stopped,
        Optional<Instant> started,
        Optional<Container> container) {

    /// How a table names it: `java(Orders.jar)/812`.
    public String label() {
        return (program.isEmpty() ? name : name + "(" + program + ")") + "/" + pid;
    }
}
