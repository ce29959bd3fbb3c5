package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anteroom.traffic.ServerPlan.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a plan starts from, and what it refuses.
class ServerPlanTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void theUsualPoolIsTheCommonestJavaServer() {
        ServerPlan usual = ServerPlan.of(Kind.POOL);

        assertThat(usual.address()).isEqualTo(new InetSocketAddress(8100));
        assertThat(usual.backlog()).isEqualTo(50);
        assertThat(usual.workers()).isEqualTo(10);
        assertThat(usual.serviceTime()).isZero();
        assertThat(usual.acceptEvery()).isZero();
        assertThat(usual.pause()).isZero();
    }

    static Stream<UnaryOperator<ServerPlan>> impossible() {
        return Stream.of(
                plan -> plan.at(InetSocketAddress.createUnresolved("no.such.host", 1)),
                plan -> plan.withBacklog(0),
                plan -> plan.withWorkers(0),
                plan -> plan.withServiceTime(SECOND.negated()),
                plan -> plan.withAcceptEvery(SECOND.negated()),
                plan -> plan.withPauses(SECOND, SECOND),
                plan -> plan.withPauses(SECOND, Duration.ZERO),
                plan -> plan.withPauses(Duration.ZERO, SECOND));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void whatCannotBeCarriedOutIsRefused(UnaryOperator<ServerPlan> change) {
        assertThatThrownBy(() -> change.apply(ServerPlan.of(Kind.POOL))).isInstanceOf(IllegalArgumentException.class);
    }
}
