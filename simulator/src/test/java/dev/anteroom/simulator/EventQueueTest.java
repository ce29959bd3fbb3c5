package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private record Entry(long time, int event) {}

    /// Against a list that is sorted again, stably, at every step.
    @Property(tries = 300)
    void eventsComeByTimeAndThenInTheOrderOfAdding(
            @ForAll @Size(max = 400) List<@IntRange(min = -3, max = 20) Integer> script) {
        EventQueue queue = new EventQueue();
        List<Entry> model = new ArrayList<>();
        int event = 0;
        for (int step : script) {
            if (step >= 0) {
                queue.add(step, event);
                model.add(new Entry(step, event++));
                model.sort(Comparator.comparingLong(Entry::time));
            } else if (!model.isEmpty()) {
                Entry first = model.removeFirst();
                assertThat(queue.nextTime()).isEqualTo(first.time);
                assertThat(queue.poll()).isEqualTo(first.event);
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    @Test
    void itGrowsAndKeepsAHundredThousandInOrder() {
        EventQueue queue = new EventQueue();
        SplitMix64 random = new SplitMix64(7);
        for (int i = 0; i < 100_000; i++) {
            queue.add(random.next() >>> 1, i);
        }

        long last = 0;
        while (!queue.isEmpty()) {
            assertThat(queue.nextTime()).isGreaterThanOrEqualTo(last);
            last = queue.nextTime();
            queue.poll();
        }
    }
}
