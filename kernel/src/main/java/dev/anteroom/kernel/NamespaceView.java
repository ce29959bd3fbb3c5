package dev.anteroom.kernel;

import dev.anteroom.queue.Family;
import dev.anteroom.queue.NetworkSettings;
import dev.anteroom.queue.TcpCounters;
import java.util.List;

/// A way to look into one network namespace, held open over a window of time. Closing it lets go of the namespace.
sealed interface NamespaceView extends AutoCloseable permits EnteredView, OutsideView {

    /// TCP listeners of both families.
    ///
    /// @throws KernelException if the namespace cannot be looked into any more
    List<SockDiag.ListenRow> tcpListeners();

    /// Unix-domain listeners; none where only /proc is readable.
    List<SockDiag.ListenRow> unixListeners();

    /// The counters of now; those that cannot be read are absent.
    TcpCounters counters();

    /// The sysctls at the time the view was opened.
    NetworkSettings settings();

    /// The name of an interface.
    String interfaceName(int index);

    @Override
    void close();

    /// Both families of a namespace.
    List<Family> TCP_FAMILIES = List.of(Family.INET, Family.INET6);
}
