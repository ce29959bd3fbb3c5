package dev.anteroom.simulator;

import dev.anteroom.queue.Setting;
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
import java.util.Map;
import java.util.Optional;

/// The stacks that are not Linux. What they do with full queues was read in source (FreeBSD 13, xnu-11417, gVisor of
/// August 2026) or in documents (Windows); their time-outs as clients are from memory.
final class OtherStacks {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration COOKIE_LIFE = Duration.ofMinutes(2);

    private OtherStacks() {}

    static Stack freebsd() {
        ServerRules server = new ServerRules(
                BacklogRule.FREEBSD,
                AcceptRoom.THREE_HALVES,
                SynRoom.FREEBSD_SYNCACHE,
                CookieRule.EVERY_SYN_ACK,
                SynWhenAcceptQueueFull.ANSWERED,
                false,
                AckWhenAcceptQueueFull.RESETS,
                ResetOfRequest.UNKNOWN,
                Pruning.NEVER,
                DeferRule.NONE,
                CountingRule.BSD,
                SECOND,
                Duration.ZERO,
                Duration.ZERO,
                COOKIE_LIFE);
        return new Stack("freebsd-13", Optional.empty(), server, bsdClient(), defaults(128, 3));
    }

    static Stack xnu() {
        ServerRules server = new ServerRules(
                BacklogRule.XNU,
                AcceptRoom.SHARED_WITH_REQUESTS,
                SynRoom.XNU_SHARED,
                CookieRule.NEVER,
                SynWhenAcceptQueueFull.MAKES_ROOM,
                false,
                AckWhenAcceptQueueFull.HAS_ITS_PLACE,
                ResetOfRequest.UNKNOWN,
                Pruning.NEVER,
                DeferRule.NONE,
                CountingRule.BSD,
                SECOND,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        return new Stack("xnu", Optional.empty(), server, bsdClient(), defaults(128, 5));
    }

    static Stack windows() {
        ServerRules server = new ServerRules(
                BacklogRule.WINDOWS,
                AcceptRoom.AT_LIMIT,
                SynRoom.WINDOWS_UNKNOWN,
                CookieRule.NEVER,
                SynWhenAcceptQueueFull.RESET,
                false,
                AckWhenAcceptQueueFull.RESETS,
                ResetOfRequest.UNKNOWN,
                Pruning.NEVER,
                DeferRule.NONE,
                CountingRule.WINDOWS,
                SECOND,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        ClientRules client = new ClientRules(
                SynSchedule.WINDOWS, SECOND, 4, 0, ResetRule.TRIES_AGAIN, Duration.ofMillis(300), false);
        return new Stack("windows", Optional.empty(), server, client, Map.of(Setting.TCP_SYNACK_RETRIES, 2L));
    }

    static Stack gvisor() {
        ServerRules server = new ServerRules(
                BacklogRule.GVISOR,
                AcceptRoom.ABOVE_LIMIT,
                SynRoom.GVISOR_AT_LIMIT,
                CookieRule.ALWAYS_WHEN_FULL,
                SynWhenAcceptQueueFull.DROPPED,
                false,
                AckWhenAcceptQueueFull.GVISOR_STAYS,
                ResetOfRequest.UNKNOWN,
                Pruning.NEVER,
                DeferRule.NONE,
                CountingRule.GVISOR,
                SECOND,
                Duration.ZERO,
                Duration.ZERO,
                COOKIE_LIFE);
        ClientRules client =
                new ClientRules(SynSchedule.DOUBLES, SECOND, 6, 0, ResetRule.REFUSED, Duration.ofMillis(200), false);
        return new Stack("gvisor", Optional.empty(), server, client, Map.of(Setting.TCP_SYNACK_RETRIES, 5L));
    }

    private static ClientRules bsdClient() {
        return new ClientRules(SynSchedule.BSD, SECOND, 6, 0, ResetRule.REFUSED, Duration.ofMillis(230), false);
    }

    private static Map<Setting, Long> defaults(long largestLimit, long synAckRetries) {
        return Map.of(Setting.SOMAXCONN, largestLimit, Setting.TCP_SYNACK_RETRIES, synAckRetries);
    }
}
