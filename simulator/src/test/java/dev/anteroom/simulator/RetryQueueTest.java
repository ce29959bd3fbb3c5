package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryQueueTest {

    /// Solved as a Markov chain.
    @ParameterizedTest
    @CsvSource({"0.5, 0.5, 1.5000", "0.7, 0.1, 17.9667", "0.8, 1, 6.4000"})
    void theOrbitIsAsTheChainSays(double load, double retryRate, double clients) {
        assertThat(RetryQueue.meanOrbit(load, retryRate)).isCloseTo(clients, within(5e-5));
    }

    @Test
    void atALoadOfOneTheOrbitGrowsForEver() {
        assertThatThrownBy(() -> RetryQueue.meanOrbit(1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Ten tries again, as the SYN schedule of Linux allows.
    @ParameterizedTest
    @CsvSource({"17, 0.90, 0.00383", "17, 0.95, 0.01591", "17, 0.99, 0.06433", "17, 1.10, 0.80413", "6, 0.95, 0.13061"})
    void independentTriesAreBlockedAsWorkedOut(int places, double load, double blocked) {
        assertThat(RetryQueue.blocked(load, 10, all -> new SingleWorkerQueue(all, 0).loss(places)))
                .isCloseTo(blocked, within(5e-6));
    }

    @Test
    void withoutTryingAgainTheLossStaysWhatItIs() {
        assertThat(RetryQueue.blocked(0.95, 0, all -> new SingleWorkerQueue(all, 0).loss(17)))
                .isCloseTo(0.01158, within(5e-6));
        assertThat(RetryQueue.attempts(0.5, 2)).isEqualTo(1.75);
    }
}
