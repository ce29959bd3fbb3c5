package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.LocalRoom;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExhaustionTest {
    private static final LocalRoom ROOM = new LocalRoom(1032, 1050, 40_000, 40_499);

    private static SurgePlan plan(int connections, Arrivals arrivals, int sources) {
        return new SurgePlan(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80),
                connections,
                arrivals,
                new Talk.ServerFirst(),
                Optional.empty(),
                Duration.ofSeconds(2),
                Collections.nCopies(sources, InetAddress.getLoopbackAddress()),
                1);
    }

    @Test
    void whatFitsIsLeftAlone() {
        assertThatCode(() -> Exhaustion.rule(plan(500, new Arrivals.AtOnce(), 0), ROOM))
                .doesNotThrowAnyException();
        assertThatCode(() -> Exhaustion.rule(plan(1000, new Arrivals.AtOnce(), 2), ROOM))
                .doesNotThrowAnyException();
    }

    @Test
    void moreThanThePortsOfOneSourceNamesTheRemedy() {
        assertThatThrownBy(() -> Exhaustion.rule(plan(501, new Arrivals.AtOnce(), 0), ROOM))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("too few local ports: 501 connections")
                .hasMessageContaining("ip_local_port_range has 500")
                .hasMessageContaining("--source 127.0.0.1-127.0.0.3")
                .hasMessageContaining("-n 500");
    }

    @Test
    void moreThanTheDescriptorsNamesTheLimitAndWhatFits() {
        assertThatThrownBy(() -> Exhaustion.rule(plan(1001, new Arrivals.AtOnce(), 9), ROOM))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("too few descriptors: 1001 connections")
                .hasMessageContaining("limit of 1050")
                .hasMessageContaining("-n 1000");
    }

    @Test
    void anOpenLoopMayNeedAsManyAsAreDueWithinOnePatience() {
        assertThat(plan(100_000, new Arrivals.Uniform(200), 0).mostAtOnce()).isBetween(400, 402);
        assertThat(plan(900, new Arrivals.Waves(3, Duration.ofSeconds(10)), 0).mostAtOnce())
                .isEqualTo(300);
        assertThat(plan(900, new Arrivals.Closed(7), 0).mostAtOnce()).isEqualTo(7);
        assertThatThrownBy(() -> Exhaustion.rule(plan(100_000, new Arrivals.Uniform(260), 0), ROOM))
                .hasMessageContaining("lower rate");
    }

    @Test
    void aPlanRefusesWhatMakesNoSurge() {
        assertThatThrownBy(() -> plan(0, new Arrivals.AtOnce(), 0)).hasMessageContaining("connections");
        assertThatThrownBy(() -> new SurgePlan(
                        InetSocketAddress.createUnresolved("x", 1),
                        1,
                        new Arrivals.AtOnce(),
                        new Talk.ServerFirst(),
                        Optional.empty(),
                        Duration.ofSeconds(1),
                        List.of(),
                        1))
                .hasMessageContaining("resolved");
    }
}
