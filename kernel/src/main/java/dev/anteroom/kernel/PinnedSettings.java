package dev.anteroom.kernel;

import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The settings of a private host: known values in place of those that depend on the host it runs on.
///
/// Most settings of a new namespace are the kernel's own defaults, but what the first namespace has changed of some
/// is inherited (congestion control, the sizes of socket buffers, `net/ipv4/conf`), others depend on the memory of
/// the machine, and a vendor's kernel may have other defaults. Source: Documentation/networking/ip-sysctl.rst of
/// Linux 6.18.
final class PinnedSettings {
    /// tcp_max_syn_backlog is the most that the kernel sets by itself, on a machine with much memory.
    private static final Map<Setting, Long> DEFAULTS = new EnumMap<>(Map.of(
            Setting.SOMAXCONN, 4096L,
            Setting.TCP_SYNCOOKIES, 1L,
            Setting.TCP_MAX_SYN_BACKLOG, 4096L,
            Setting.TCP_ABORT_ON_OVERFLOW, 0L,
            Setting.TCP_SYNACK_RETRIES, 5L,
            Setting.TCP_SYN_RETRIES, 6L,
            Setting.TCP_SYN_LINEAR_TIMEOUTS, 4L,
            Setting.TCP_FASTOPEN, 1L,
            Setting.TCP_MIGRATE_REQ, 0L));

    /// What no diagnosis reads but a run depends on. Differing from the default: a range of ports for many clients,
    /// and no reverse path filter, which would drop the packets of clients that have no socket.
    private static final List<Pin> OTHERS = List.of(
            new Pin("net/ipv4/ip_local_port_range", "1024 65535"),
            new Pin("net/ipv4/tcp_tw_reuse", "2"),
            new Pin("net/ipv4/tcp_fin_timeout", "60"),
            new Pin("net/ipv4/tcp_max_tw_buckets", "262144"),
            new Pin("net/ipv4/tcp_timestamps", "1"),
            new Pin("net/ipv4/tcp_sack", "1"),
            new Pin("net/ipv4/tcp_window_scaling", "1"),
            new Pin("net/ipv4/tcp_ecn", "2"),
            new Pin("net/ipv4/tcp_rto_min_us", "200000"),
            new Pin("net/ipv4/tcp_rto_max_ms", "120000"),
            new Pin("net/ipv4/tcp_rmem", "4096 131072 6291456"),
            new Pin("net/ipv4/tcp_wmem", "4096 16384 4194304"),
            new Pin("net/ipv4/tcp_congestion_control", "cubic"),
            new Pin("net/ipv4/ip_forward", "0"),
            new Pin("net/ipv4/conf/all/rp_filter", "0"),
            new Pin("net/ipv4/conf/default/rp_filter", "0"));

    private record Pin(String path, String value) {}

    private PinnedSettings() {}

    /// Has the namespaces that are made from that of the calling thread keep connections in a table of their own. The
    /// host's may have so many buckets that each walk over it, as for a count of SYN_RECV, takes milliseconds.
    ///
    /// @return false where this kernel cannot, before 6.1
    static boolean ownConnectionTable() {
        try {
            write("net/ipv4/tcp_child_ehash_entries", "16384", StandardOpenOption.WRITE);
            return true;
        } catch (IOException notOnThisKernel) {
            return false;
        }
    }

    /// Sets everything in the network namespace of the calling thread.
    ///
    /// Writes without truncation, so that the modification time of somaxconn does not tell of a change while
    /// servers were running.
    ///
    /// @param wanted what shall not have its default
    /// @throws KernelException if the kernel refuses a value
    static void pin(Map<Setting, Long> wanted) {
        for (Setting setting : Setting.values()) {
            Long value = wanted.getOrDefault(setting, DEFAULTS.get(setting));
            if (value != null) {
                try {
                    write(setting.path(), value.toString(), StandardOpenOption.WRITE);
                } catch (IOException refused) {
                    if (wanted.containsKey(setting) || !(refused instanceof NoSuchFileException)) {
                        throw refusal(setting, value, refused);
                    }
                }
            }
        }
        for (Pin pin : OTHERS) {
            try {
                write(pin.path, pin.value, StandardOpenOption.WRITE);
            } catch (IOException notOnThisKernel) {
                // Younger than this kernel, or a congestion control that was not built: what it has is its own.
            }
        }
    }

    /// Changes one setting in the network namespace of the calling thread, and leaves the trace of a change.
    ///
    /// @throws KernelException if the kernel refuses the value
    static void change(Setting setting, long value) {
        try {
            write(setting.path(), Long.toString(value), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException refused) {
            throw refusal(setting, value, refused);
        }
    }

    /// Keeps an interface free of IPv6, whose neighbour discovery would show between the packets of a run.
    static void withoutIpv6(String device) {
        try {
            write("net/ipv6/conf/" + device + "/disable_ipv6", "1", StandardOpenOption.WRITE);
        } catch (IOException noIpv6) {
            // Then there is nothing to keep out.
        }
    }

    static void write(String path, String value, StandardOpenOption... how) throws IOException {
        try (WritableByteChannel file = Files.newByteChannel(Path.of("/proc/sys", path), how)) {
            file.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static KernelException refusal(Setting setting, long value, IOException reason) {
        return new KernelException(
                reason instanceof NoSuchFileException
                        ? "this kernel has no " + setting.sysctlName() + "; leave it out"
                        : "cannot set " + setting.sysctlName() + " to " + value + " in a private host: "
                                + reason.getMessage());
    }
}
