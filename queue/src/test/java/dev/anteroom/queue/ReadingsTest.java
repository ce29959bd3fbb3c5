package dev.anteroom.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/// Counters, settings and what is seen of a listener: what nobody could read stays absent, and nothing changes
/// once it was read.
class ReadingsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aCounterThatWasNotReadIsAbsentAndNotZero() {
        TcpCounters counters = new TcpCounters(Map.of(Counter.LISTEN_DROPS, 0L));

        assertThat(counters.value(Counter.LISTEN_DROPS)).hasValue(0);
        assertThat(counters.value(Counter.LISTEN_OVERFLOWS)).isEmpty();
        assertThat(TcpCounters.UNREADABLE.value(Counter.LISTEN_DROPS)).isEmpty();
    }

    @Test
    void aStepNeedsBothReadings() {
        TcpCounters with = new TcpCounters(Map.of(Counter.LISTEN_DROPS, 7L));

        assertThat(with.movedSince(TcpCounters.UNREADABLE, Counter.LISTEN_DROPS))
                .isEmpty();
        assertThat(TcpCounters.UNREADABLE.movedSince(with, Counter.LISTEN_DROPS))
                .isEmpty();
        assertThat(with.movedSince(new TcpCounters(Map.of(Counter.LISTEN_DROPS, 4L)), Counter.LISTEN_DROPS))
                .hasValue(3);
    }

    @Test
    void countersDoNotChangeWithTheMapTheyWereMadeOf() {
        Map<Counter, Long> source = new EnumMap<>(Counter.class);
        source.put(Counter.LISTEN_DROPS, 1L);
        TcpCounters counters = new TcpCounters(source);

        source.put(Counter.LISTEN_DROPS, 2L);
        source.put(Counter.LISTEN_OVERFLOWS, 2L);

        assertThat(counters.value(Counter.LISTEN_DROPS)).hasValue(1);
        assertThat(counters.value(Counter.LISTEN_OVERFLOWS)).isEmpty();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> counters.values().put(Counter.LISTEN_DROPS, 3L));
    }

    @Test
    void settingsDoNotChangeWithTheMapTheyWereMadeOf() {
        Map<Setting, Long> source = new EnumMap<>(Setting.class);
        source.put(Setting.SOMAXCONN, 4096L);
        NetworkSettings settings = new NetworkSettings(source, Optional.empty());

        source.put(Setting.SOMAXCONN, 1L);
        source.put(Setting.TCP_SYNCOOKIES, 1L);

        assertThat(settings.value(Setting.SOMAXCONN)).hasValue(4096);
        assertThat(settings.value(Setting.TCP_SYNCOOKIES)).isEmpty();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> settings.values().clear());
    }

    @Test
    void everySettingAndCounterHasANameOfItsOwn() {
        assertThat(Setting.values()).extracting(Setting::sysctlName).doesNotHaveDuplicates();
        assertThat(Counter.values())
                .extracting(counter -> counter.group() + counter.kernelName())
                .doesNotHaveDuplicates();
        assertThat(Setting.SOMAXCONN.sysctlName()).isEqualTo("net.core.somaxconn");
        assertThat(Setting.SOMAXCONN.shortName()).isEqualTo("somaxconn");
    }

    @Property
    void theSettingsOfAnUnreadableNamespaceAreAllAbsent(@ForAll Setting setting) {
        assertThat(NetworkSettings.UNREADABLE.value(setting)).isEmpty();
    }

    @Test
    void dropEventsInTheWindowCrossTheWrap() {
        assertThat(seen(Optional.of(sample(0xffff_fffeL)), sample(3)).dropEventsInWindow())
                .hasValue(5);
    }

    @Test
    void allDropEventsOfAListenerThatIsNewInTheWindowAreInTheWindow() {
        assertThat(seen(Optional.empty(), sample(9)).dropEventsInWindow()).hasValue(9);
    }

    @Test
    void dropEventsThatTheKernelDoesNotTellAreAbsent() {
        QueueSample untold = new QueueSample(3, OptionalLong.of(5), OptionalLong.empty());

        assertThat(seen(Optional.of(sample(4)), untold).dropEventsInWindow()).isEmpty();
        assertThat(seen(Optional.of(untold), sample(4)).dropEventsInWindow()).hasValue(0);
    }

    @Property
    void waitingConnectionsAreAliveClosedOrReset(
            @ForAll @LongRange(min = 0, max = 1000) long visible,
            @ForAll @LongRange(min = 0, max = 1000) long closed,
            @ForAll @LongRange(min = 0, max = 1000) long reset) {
        long closedByPeer = Math.min(closed, visible);
        QueueContents contents = new QueueContents(0, 0, 0, visible, closedByPeer, visible + reset);

        assertThat(contents.resetByPeer()).isEqualTo(reset);
        assertThat(contents.dead()).isEqualTo(closedByPeer + reset).isLessThanOrEqualTo(contents.depth());
    }

    @Test
    void moreSocketsThanPlacesIsNoNegativeNumberOfResets() {
        assertThat(new QueueContents(0, 0, 0, 7, 0, 5).resetByPeer()).isZero();
    }

    @Test
    void noneWasAcceptedOnlyIfSomebodyWaitedAndAllStillDo() {
        assertThat(new QueueContents(3, 3, 3, 9, 0, 9).noneAccepted()).isTrue();
        assertThat(new QueueContents(3, 3, 2, 9, 0, 9).noneAccepted()).isFalse();
        assertThat(new QueueContents(3, 3, 2, 9, 0, 9).accepted()).isEqualTo(1);
        assertThat(new QueueContents(0, 0, 0, 9, 0, 9).noneAccepted()).isFalse();
    }

    @Test
    void aWaitingConnectionThatItsClientResetWasNotAccepted() {
        QueueContents oneReset = new QueueContents(3, 3, 2, 2, 0, 3);

        assertThat(oneReset.accepted()).isZero();
        assertThat(oneReset.noneAccepted()).isTrue();
        assertThat(new QueueContents(3, 4, 2, 2, 0, 3).accepted()).isEqualTo(1);
    }

    @Test
    void somaxconnCountsAsWrittenAfterTheStartOfTheOldestProcess() {
        Listener listener = listener(process(9, START.plusSeconds(100)), process(7, START));

        assertThat(namespace(Optional.of(START.plusSeconds(30)), listener).writtenAfterStart(listener))
                .contains(Duration.ofSeconds(30));
        assertThat(namespace(Optional.of(START.minusSeconds(30)), listener).writtenAfterStart(listener))
                .isEmpty();
        assertThat(namespace(Optional.of(START), listener).writtenAfterStart(listener))
                .isEmpty();
        assertThat(namespace(Optional.empty(), listener).writtenAfterStart(listener))
                .isEmpty();
        assertThat(namespace(Optional.of(START), listener()).writtenAfterStart(listener()))
                .isEmpty();
    }

    @Test
    void namesReadAsTheyDoInSs() {
        assertThat(new Endpoint(Family.INET, "127.0.0.1", 80)).hasToString("127.0.0.1:80");
        assertThat(new Endpoint(Family.INET6, "::1", 80)).hasToString("[::1]:80");
        assertThat(new Endpoint(Family.UNIX, "@abstract", 0)).hasToString("@abstract");
        assertThat(listener(process(7, START)).label()).isEqualTo("127.0.0.1:80 (java(Orders.jar)/7)");
        assertThat(listener().label()).isEqualTo("127.0.0.1:80");
        assertThat(new Container("docker", "0123456789abcdef".repeat(4), Optional.of("u")).label())
                .isEqualTo("docker:0123456789ab pod:u");
        assertThat(new Container("lxc", "web", Optional.empty()).label()).isEqualTo("lxc:web");
    }

    private static QueueSample sample(long dropEvents) {
        return new QueueSample(0, OptionalLong.of(5), OptionalLong.of(dropEvents));
    }

    private static ListenerEvidence seen(Optional<QueueSample> before, QueueSample after) {
        return new ListenerEvidence(listener(), before, after, OptionalLong.empty(), Optional.empty());
    }

    private static Listener listener(HostProcess... processes) {
        return new Listener(
                1, new Endpoint(Family.INET, "127.0.0.1", 80), 2, 3, false, OptionalInt.empty(), List.of(processes));
    }

    private static HostProcess process(int pid, Instant started) {
        return new HostProcess(pid, "java", "Orders.jar", false, Optional.of(started), Optional.empty());
    }

    private static NamespaceEvidence namespace(Optional<Instant> somaxconnWritten, Listener listener) {
        return new NamespaceEvidence(
                1,
                "host",
                new NetworkSettings(Map.of(), somaxconnWritten),
                TcpCounters.UNREADABLE,
                TcpCounters.UNREADABLE,
                List.of(new ListenerEvidence(
                        listener, Optional.empty(), sample(0), OptionalLong.empty(), Optional.empty())),
                0);
    }
}
