package dev.anteroom.kernel;

import dev.anteroom.queue.Evidence;

/// A window of time over one private host: it was looked at when the watch began, and is again for the evidence.
///
/// For one thread at a time. Holds a few descriptors until it is closed.
public final class Watch implements AutoCloseable {
    private final HostScan scan;

    private Watch(HostScan scan) {
        this.scan = scan;
    }

    static Watch of(NetworkNamespaces.Found found) {
        return new Watch(HostScan.started(found));
    }

    /// Looks again. Asked for once more, it looks once more, and the window still begins with the watch.
    ///
    /// @return what both looks have seen of this namespace alone, the input of a diagnosis
    public Evidence evidence() {
        return scan.secondLook();
    }

    @Override
    public void close() {
        scan.close();
    }
}
