package dev.anteroom.kernel;

import dev.anteroom.queue.NetworkSettings;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.TcpCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network namespace that was entered once. What was opened there, a netlink socket and the counter files, goes
/// on showing it from any thread.
final class EnteredView implements NamespaceView {
    private final SockDiag sockDiag;
    private final Optional<ProcFile> netstat;
    private final Optional<ProcFile> snmp;
    private final NetworkSettings settings;
    private final Map<Integer, String> interfaceNames;

    private EnteredView(
            SockDiag sockDiag,
            Optional<ProcFile> netstat,
            Optional<ProcFile> snmp,
            NetworkSettings settings,
            Map<Integer, String> interfaceNames) {
        this.sockDiag = sockDiag;
        this.netstat = netstat;
        this.snmp = snmp;
        this.settings = settings;
        this.interfaceNames = interfaceNames;
    }

    /// Looks into the network namespace of the calling thread.
    ///
    /// @throws KernelException if sock_diag is not to be had
    static EnteredView ofThisThread() {
        NetworkSettings settings = readSettings();
        Map<Integer, String> interfaceNames = ProcNet.interfaceNames(
                ProcFile.text("/proc/thread-self/net/igmp").orElse(""),
                ProcFile.text("/proc/thread-self/net/igmp6").orElse(""));
        return new EnteredView(
                SockDiag.open(),
                ProcFile.open("/proc/thread-self/net/netstat"),
                ProcFile.open("/proc/thread-self/net/snmp"),
                settings,
                interfaceNames);
    }

    /// Enters a namespace on a thread of its own, which ends there, so that no other thread is moved.
    ///
    /// @param path a file that stands for the namespace: `/proc/812/ns/net`, `/run/netns/blue`
    /// @throws KernelException if it is gone, or without CAP_SYS_ADMIN over it
    /// @param inode the namespace that it must be: a pid may be another's by now
    static EnteredView of(String path, long inode) {
        return ThreadInside.get(path, () -> {
            if (NetworkNamespaces.ownInode() != inode) {
                throw new KernelException("cannot enter the network namespace: its process has left it");
            }
            return ofThisThread();
        });
    }

    /// The sysctls of the network namespace of the calling thread.
    static NetworkSettings readSettings() {
        Map<Setting, Long> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            ProcFile.text("/proc/sys/" + setting.path())
                    .ifPresent(text -> values.put(setting, Long.parseLong(text.strip())));
        }
        return new NetworkSettings(values, lastWrite("/proc/sys/" + Setting.SOMAXCONN.path()));
    }

    /// When a sysctl was last written, if it was since the kernel made its inode. An inode of /proc/sys is born
    /// with equal access and modification times; only a write that truncates moves the latter (measured on 6.18).
    private static Optional<Instant> lastWrite(String path) {
        try {
            BasicFileAttributes times = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
            Instant written = times.lastModifiedTime().toInstant();
            return written.isAfter(times.lastAccessTime().toInstant()) ? Optional.of(written) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    SockDiag sockDiag() {
        return sockDiag;
    }

    @Override
    public List<SockDiag.ListenRow> tcpListeners() {
        List<SockDiag.ListenRow> rows = new ArrayList<>();
        TCP_FAMILIES.forEach(family -> rows.addAll(sockDiag.listeners(family, 0)));
        return rows;
    }

    @Override
    public List<SockDiag.ListenRow> unixListeners() {
        return sockDiag.unixListeners();
    }

    @Override
    public TcpCounters counters() {
        return ProcNet.counters(
                netstat.flatMap(ProcFile::read).orElse(""),
                snmp.flatMap(ProcFile::read).orElse(""));
    }

    @Override
    public NetworkSettings settings() {
        return settings;
    }

    @Override
    public String interfaceName(int index) {
        return interfaceNames.getOrDefault(index, Integer.toString(index));
    }

    @Override
    public void close() {
        sockDiag.close();
        netstat.ifPresent(ProcFile::close);
        snmp.ifPresent(ProcFile::close);
    }
}
