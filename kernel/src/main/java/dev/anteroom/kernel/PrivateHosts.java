package dev.anteroom.kernel;

/// Whether this user may make private hosts here, and what to do if not.
public final class PrivateHosts {
    private PrivateHosts() {}

    /// Why unshare(2) of the network namespace failed.
    static KernelException refused(int errno) {
        return new KernelException("cannot make a network namespace: " + Syscalls.describe(errno)
                + "; run as root, or under 'unshare -Urn'");
    }
}
