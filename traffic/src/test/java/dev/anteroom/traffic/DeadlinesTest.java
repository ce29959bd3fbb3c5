package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class DeadlinesTest {
    static final int CONNECTIONS = 20;

    /// One thing done to the deadlines: set or, at time 0, removed.
    record Step(int number, long time) {}

    @Property
    void theNearestComesFirstWhateverWasSetMovedAndRemovedBefore(
            @ForAll @Size(max = 100) List<@IntRange(max = CONNECTIONS - 1) Integer> numbers,
            @ForAll @Size(min = 100, max = 100) List<@LongRange(max = 50) Long> times) {
        Deadlines deadlines = new Deadlines(CONNECTIONS);
        Map<Integer, Long> model = new TreeMap<>();
        for (int i = 0; i < numbers.size(); i++) {
            Step step = new Step(numbers.get(i), times.get(i));
            if (step.time == 0) {
                deadlines.remove(step.number);
                model.remove(step.number);
            } else {
                deadlines.set(step.number, step.time);
                model.put(step.number, step.time);
            }
        }
        while (!model.isEmpty()) {
            long nearest =
                    model.values().stream().mapToLong(Long::longValue).min().orElseThrow();
            assertThat(deadlines.nearest()).isEqualTo(nearest);
            assertThat(model.remove(deadlines.take())).isEqualTo(nearest);
        }
        assertThat(deadlines.nearest()).isEqualTo(Deadlines.NONE);
    }
}
