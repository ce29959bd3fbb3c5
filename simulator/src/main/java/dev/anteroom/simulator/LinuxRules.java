package dev.anteroom.simulator;

import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.Setting;
import dev.anteroom.queue.SynQueueRule;
import dev.anteroom.simulator.ClientRules.ResetRule;
import dev.anteroom.simulator.ClientRules.SynSchedule;
import dev.anteroom.simulator.ServerRules.AcceptRoom;
import dev.anteroom.simulator.ServerRules.AckWhenAcceptQueueFull;
import dev.anteroom.simulator.ServerRules.BacklogRule;
import dev.anteroom.simulator.ServerRules.CookieRule;
import dev.anteroom.simulator.ServerRules.DeferRule;
import dev.anteroom.simulator.ServerRules.Pruning;
import dev.anteroom.simulator.ServerRules.ResetOfRequest;
import dev.anteroom.simulator.ServerRules.SynRoom;
import dev.anteroom.simulator.ServerRules.SynWhenAcceptQueueFull;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The rules of every Linux from 2.2, each from the release in which it was first read.
final class LinuxRules {
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    private LinuxRules() {}

    static Stack stack(String name, KernelVersion kernel) {
        return new Stack(name, Optional.of(kernel), server(kernel), client(kernel), defaults(kernel));
    }

    private static ServerRules server(KernelVersion kernel) {
        return new ServerRules(
                BacklogRule.LINUX,
                AcceptRoom.ABOVE_LIMIT,
                SynRoom.of(SynQueueRule.of(kernel)),
                kernel.atLeast(3, 10, 0) ? CookieRule.SETTING : CookieRule.ON_OR_OFF,
                synWhenAcceptQueueFull(kernel),
                kernel.atLeast(2, 4, 0),
                kernel.atLeast(2, 4, 0)
                        ? AckWhenAcceptQueueFull.REQUEST_STAYS_OR_ABORTS
                        : AckWhenAcceptQueueFull.REQUEST_STAYS,
                reset(kernel),
                pruning(kernel),
                defer(kernel),
                counting(kernel),
                firstTimeout(kernel),
                kernel.atLeast(4, 2, 0) ? Duration.ZERO : Duration.ofMillis(200),
                kernel.atLeast(4, 2, 0) ? HALF_A_SECOND : Duration.ZERO,
                kernel.atLeast(3, 10, 0) ? Duration.ofMinutes(2) : Duration.ofSeconds(3));
    }

    /// 5ea8ea2cb7f1: in 4.10, in 4.4.178 (not yet in 4.4.155), in 4.9.337 (not yet in 4.9.80), in 3.16.81.
    private static SynWhenAcceptQueueFull synWhenAcceptQueueFull(KernelVersion kernel) {
        if (!kernel.atLeast(2, 4, 0)) {
            return SynWhenAcceptQueueFull.ANSWERED;
        }
        boolean drops = kernel.atLeast(4, 10, 0)
                || kernel.stable(4, 9, 337)
                || kernel.stable(4, 4, 178)
                || kernel.stable(3, 16, 81);
        return drops ? SynWhenAcceptQueueFull.DROPPED : SynWhenAcceptQueueFull.DROPPED_IF_TWO_ARE_YOUNG;
    }

    /// Whether a release has a sysctl. Up to 2.4.24 the largest limit is compiled in.
    static boolean has(KernelVersion kernel, Setting setting) {
        return switch (setting) {
            case SOMAXCONN -> kernel.atLeast(2, 4, 25);
            case TCP_SYNCOOKIES, TCP_MAX_SYN_BACKLOG, TCP_SYN_RETRIES -> true;
            case TCP_ABORT_ON_OVERFLOW, TCP_SYNACK_RETRIES -> kernel.atLeast(2, 4, 0);
            case TCP_FASTOPEN -> kernel.atLeast(3, 7, 0);
            case TCP_MIGRATE_REQ -> kernel.atLeast(5, 14, 0);
            case TCP_EHASH_ENTRIES -> kernel.atLeast(6, 1, 0);
            case TCP_SYN_LINEAR_TIMEOUTS -> kernel.atLeast(6, 5, 0);
        };
    }

    /// "tcp: challenge ACK for non-exact RST in SYN-RECEIVED": in 6.12.105 and 6.1.191, in 6.18.44 (not yet in
    /// 6.18.19).
    private static ResetOfRequest reset(KernelVersion kernel) {
        boolean exact = kernel.atLeast(6, 18, 44) || kernel.stable(6, 12, 105) || kernel.stable(6, 1, 191);
        return exact ? ResetOfRequest.EXPECTED_NEXT : ResetOfRequest.IN_WINDOW;
    }

    private static Pruning pruning(KernelVersion kernel) {
        if (kernel.atLeast(4, 4, 0)) {
            return Pruning.ABOVE_HALF_LIMIT;
        }
        if (kernel.atLeast(2, 6, 32)) {
            return Pruning.ABOVE_HALF_TABLE;
        }
        return kernel.atLeast(2, 4, 0) ? Pruning.ABOVE_HALF_TABLE_SPARING_ACKED : Pruning.NEVER;
    }

    private static DeferRule defer(KernelVersion kernel) {
        if (kernel.atLeast(3, 10, 0)) {
            return DeferRule.FOR_ITS_PERIODS;
        }
        return kernel.atLeast(2, 4, 0) ? DeferRule.FOR_EVER : DeferRule.NONE;
    }

    private static CountingRule counting(KernelVersion kernel) {
        if (kernel.atLeast(4, 7, 0)) {
            return CountingRule.LINUX_4_7;
        }
        if (kernel.atLeast(4, 2, 0)) {
            return CountingRule.LINUX_4_2;
        }
        if (kernel.atLeast(3, 10, 0)) {
            return CountingRule.LINUX_3;
        }
        if (kernel.atLeast(2, 6, 20)) {
            return CountingRule.LINUX_2_6;
        }
        return kernel.atLeast(2, 4, 0) ? CountingRule.LINUX_2_4 : CountingRule.LINUX_2_2;
    }

    /// TCP_TIMEOUT_INIT: 3 s in 2.6.32, 1 s since 3.1 (`include/net/tcp.h`).
    private static Duration firstTimeout(KernelVersion kernel) {
        return Duration.ofSeconds(kernel.atLeast(3, 1, 0) ? 1 : 3);
    }

    private static ClientRules client(KernelVersion kernel) {
        return new ClientRules(
                kernel.atLeast(6, 5, 0) ? SynSchedule.LINEAR_THEN_DOUBLES : SynSchedule.DOUBLES,
                firstTimeout(kernel),
                kernel.atLeast(3, 1, 0) ? 6 : 5,
                kernel.atLeast(6, 5, 0) ? 4 : 0,
                ResetRule.REFUSED,
                Duration.ofMillis(200),
                kernel.atLeast(3, 10, 0));
    }

    /// The values of a new network namespace. tcp_max_syn_backlog grows with memory: that of a host with 24 GiB from
    /// 5.4 on. tcp_syncookies before 3.10 and tcp_max_syn_backlog before 5.4 are from memory.
    private static Map<Setting, Long> defaults(KernelVersion kernel) {
        Map<Setting, Long> defaults = new EnumMap<>(Setting.class);
        defaults.put(Setting.SOMAXCONN, kernel.atLeast(5, 4, 0) ? 4096L : 128L);
        defaults.put(Setting.TCP_SYNCOOKIES, kernel.atLeast(3, 10, 0) ? 1L : 0L);
        defaults.put(
                Setting.TCP_MAX_SYN_BACKLOG, kernel.atLeast(5, 4, 0) ? 2048L : kernel.atLeast(2, 4, 0) ? 1024L : 128L);
        defaults.put(Setting.TCP_SYNACK_RETRIES, 5L);
        defaults.put(Setting.TCP_SYN_RETRIES, kernel.atLeast(3, 1, 0) ? 6L : 5L);
        if (kernel.atLeast(2, 4, 0)) {
            defaults.put(Setting.TCP_ABORT_ON_OVERFLOW, 0L);
        }
        if (kernel.atLeast(6, 5, 0)) {
            defaults.put(Setting.TCP_SYN_LINEAR_TIMEOUTS, 4L);
        }
        return defaults;
    }
}
