package dev.anteroom.kernel;

import dev.anteroom.queue.Family;
import dev.anteroom.queue.NetworkSettings;
import dev.anteroom.queue.TcpCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network namespace seen through /proc/PID/net of a process in it, without entering it: counters, and where its
/// listeners are and how deep their queues. No limits, no drop events, no sysctls. Needs no privilege.
final class OutsideView implements NamespaceView {
    private final String directory;

    /// @param directory the net directory of a process or thread, such as `/proc/812/net`
    OutsideView(String directory) {
        this.directory = directory;
    }

    @Override
    public List<SockDiag.ListenRow> tcpListeners() {
        try {
            List<SockDiag.ListenRow> rows = new ArrayList<>(ProcNet.listeners(directory + "/tcp", Family.INET));
            if (Files.exists(Path.of(directory, "tcp6"))) {
                rows.addAll(ProcNet.listeners(directory + "/tcp6", Family.INET6));
            }
            return rows;
        } catch (IOException | RuntimeException gone) {
            throw new KernelException(
                    directory + " cannot be read: its process has ended, or its tcp file is of an unknown form");
        }
    }

    @Override
    public List<SockDiag.ListenRow> unixListeners() {
        return List.of();
    }

    @Override
    public TcpCounters counters() {
        return ProcNet.counters(
                ProcFile.text(directory + "/netstat").orElse(""),
                ProcFile.text(directory + "/snmp").orElse(""));
    }

    @Override
    public NetworkSettings settings() {
        return NetworkSettings.UNREADABLE;
    }

    @Override
    public String interfaceName(int index) {
        return Integer.toString(index);
    }

    @Override
    public void close() {
        // Holds nothing open: the directory is found again by name each time.
    }
}
