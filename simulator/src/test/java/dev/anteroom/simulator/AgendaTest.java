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

class AgendaTest {
    private record Entry(long time, int number) {}

    /// Against a list that is sorted again, stably, at every step. Steps below -3 go into a lane.
    @Property(tries = 300)
    void eventsComeByTimeAndThenInTheOrderOfAddingWhereverTheyWait(
            @ForAll @Size(max = 400) List<@IntRange(min = -12, max = 20) Integer> script) {
        Agenda agenda = new Agenda();
        Lane lane = agenda.lane();
        Lane other = agenda.lane();
        List<Entry> model = new ArrayList<>();
        int number = 0;
        for (int step : script) {
            if (step >= 0 || step < -3) {
                long time = agenda.now() + (step >= 0 ? step : step % 2 == 0 ? 5 : 9);
                if (step >= 0) {
                    agenda.at(time, 1, number);
                } else {
                    agenda.at(time, step % 2 == 0 ? lane : other, 1, number);
                }
                model.add(new Entry(time, number++));
                model.sort(Comparator.comparingLong(Entry::time));
            } else if (model.isEmpty()) {
                assertThat(agenda.find()).isEqualTo(Agenda.NEVER);
            } else {
                Entry first = model.removeFirst();
                assertThat(agenda.find()).isEqualTo(first.time);
                int event = agenda.next();
                assertThat(Agenda.number(event)).isEqualTo(first.number);
                assertThat(Agenda.kind(event)).isEqualTo(1);
                assertThat(agenda.now()).isEqualTo(first.time);
            }
        }
    }

    @Test
    void whatHappensSoonComesBeforeEverythingElseOfTheSameTime() {
        Agenda agenda = new Agenda();
        agenda.at(0, 2, 1);
        agenda.soon(3, 2);
        agenda.soon(3, 3);

        for (int number : List.of(2, 3, 1)) {
            assertThat(agenda.find()).isZero();
            assertThat(Agenda.number(agenda.next())).isEqualTo(number);
        }
        assertThat(agenda.find()).isEqualTo(Agenda.NEVER);
    }

    @Test
    void itKeepsAHundredThousandInOrder() {
        Agenda agenda = new Agenda();
        SplitMix64 random = new SplitMix64(7);
        for (int i = 0; i < 100_000; i++) {
            agenda.at(random.next() >>> 2, 0, i);
        }

        long last = 0;
        int count = 0;
        for (long time = agenda.find(); time != Agenda.NEVER; time = agenda.find()) {
            assertThat(time).isGreaterThanOrEqualTo(last);
            last = time;
            agenda.next();
            count++;
        }
        assertThat(count).isEqualTo(100_000);
    }
}
