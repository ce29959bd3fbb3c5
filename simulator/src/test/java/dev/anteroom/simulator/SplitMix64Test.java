package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SplitMix64Test {
    /// The published sequence for this seed.
    @Test
    void itIsTheGeneratorOfThePaper() {
        SplitMix64 random = new SplitMix64(1234567);

        assertThat(Long.toUnsignedString(random.next())).isEqualTo("6457827717110365317");
        assertThat(Long.toUnsignedString(random.next())).isEqualTo("3203168211198807973");
        assertThat(Long.toUnsignedString(random.next())).isEqualTo("9817491932198370423");
        assertThat(Long.toUnsignedString(random.next())).isEqualTo("4593380528125082431");
        assertThat(Long.toUnsignedString(random.next())).isEqualTo("16408922859458223821");
    }

    @Test
    void exponentialNumbersHaveTheirMeanAndVariance() {
        SplitMix64 random = new SplitMix64(3);
        double sum = 0;
        double squares = 0;
        int count = 200_000;
        for (int i = 0; i < count; i++) {
            double value = random.exponential(5);
            assertThat(value).isNotNegative();
            sum += value;
            squares += value * value;
        }
        double mean = sum / count;

        assertThat(mean).isCloseTo(5, within(0.05));
        assertThat(squares / count - mean * mean).isCloseTo(25, within(0.7));
    }

    @Test
    void streamsOfOneSeedDiffer() {
        assertThat(SplitMix64.stream(1, 1).next())
                .isNotEqualTo(SplitMix64.stream(1, 2).next());
        assertThat(SplitMix64.stream(1, 1).next())
                .isNotEqualTo(SplitMix64.stream(2, 1).next());
    }
}
