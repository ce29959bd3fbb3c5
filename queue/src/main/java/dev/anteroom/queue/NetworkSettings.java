package dev.anteroom.queue;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The sysctls of one network namespace, as far as they could be read.
///
/// @param values the settings that were read
/// @param somaxconnWritten when somaxconn was last written, where that left a trace. The file's modification time
///     is later than its access time only after a write that truncated it, as sysctl(8) and a shell's `>` do. No
///     trace does not mean no write: there is none of the very first use of the file, of a write through another
///     mount of /proc or without truncation, and none once the kernel has dropped the inode (measured on 6.18,
///     docs/proofs/somaxconn-time.py)
public record NetworkSettings(Map<Setting, Long> values, Optional<Instant> somaxconnWritten) {

    /// Nothing could be read.
    public static final NetworkSettings UNREADABLE = new NetworkSettings(Map.of(), Optional.empty());

    public NetworkSettings {
        EnumMap<Setting, Long> copy = new EnumMap<>(Setting.class);
        copy.putAll(values);
        values = Collections.unmodifiableMap(copy);
    }

    /// The value of a setting, empty where this kernel has none or it could not be read.
    public OptionalLong value(Setting setting) {
        Long value = values.get(setting);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
