package dev.anteroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private record Entry(long time, int number) {}

    /// Against a list that is sorted again, stably, at every step. Steps below -3 go into a lane of their own, in
    /// order.
    @Property(tries = 300)
    void eventsComeByTimeAndThenInTheOrderOfAddingWhereverTheyWait(
            @ForAll @Size(max = 400) List<@IntRange(min = -12, max = 20) Integer> script) {
        Agenda agenda = new Agenda(new InFlight());
        Lane lane = agenda.lane();
        Lane other = agenda.lane();
        Lane mixed = agenda.lane();
        List<Entry> model = new ArrayList<>();
        int number = 0;
        for (int step : script) {
            if (step >= 0 || step < -3) {
                long time = agenda.now() + (step >= 0 ? step : step % 2 == 0 ? 5 : 9);
                agenda.at(time, step >= 0 ? mixed : step % 2 == 0 ? lane : other, 1, number);
                model.add(new Entry(time, number++));
                model.sort(Comparator.comparingLong(Entry::time));
            } else if (model.isEmpty()) {
                assertThat(agenda.find()).isEqualTo(Agenda.NEVER);
            } else {
                Entry first = model.removeFirst();
                assertThat(agenda.find()).isEqualTo(first.time);
                int event = agenda.next();
                assertThat(Agenda.slot(event)).isEqualTo(first.number);
                assertThat(Agenda.kind(event)).isEqualTo(1);
                assertThat(agenda.now()).isEqualTo(first.time);
            }
        }
    }

    /// Timers of four connections, set and stopped in any order, against a sorted list of what is still due.
    @Property(tries = 300)
    void aTimerFiresOnceUnlessItIsStoppedOrSetAnew(
            @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 47) Integer> script) {
        InFlight inFlight = new InFlight();
        Agenda agenda = new Agenda(inFlight);
        List<Lane> lanes = List.of(agenda.lane(), agenda.lane());
        List<Connection> connections = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            connections.add(inFlight.take(number, 0));
        }
        long[] due = {Agenda.NEVER, Agenda.NEVER, Agenda.NEVER, Agenda.NEVER};
        for (int step : script) {
            int number = step % 4;
            Timer timer = connections.get(number).clientTimer;
            int action = step / 4;
            if (action < 8) {
                due[number] = agenda.now() + 1 + action * action % 7;
                agenda.arm(timer, due[number], lanes.get(action % 2), 1, connections.get(number));
            } else if (action < 10) {
                due[number] = Agenda.NEVER;
                agenda.disarm(timer, connections.get(number));
            } else {
                long next = Arrays.stream(due).min().orElseThrow();
                int fired = -1;
                while (fired < 0 && agenda.find() != Agenda.NEVER) {
                    int slot = Agenda.slot(agenda.next());
                    inFlight.letGo(connections.get(slot));
                    fired = agenda.fires(connections.get(slot).clientTimer) ? slot : -1;
                }
                if (next == Agenda.NEVER) {
                    assertThat(fired).isNegative();
                } else {
                    assertThat(agenda.now()).isEqualTo(next);
                    assertThat(due[fired]).isEqualTo(next);
                    due[fired] = Agenda.NEVER;
                }
            }
            assertThat(connections)
                    .allSatisfy(connection -> assertThat(connection.holds)
                            .isGreaterThanOrEqualTo(due[connection.number] == Agenda.NEVER ? 0 : 1));
        }
    }

    @Test
    void whatHappensSoonComesBeforeEverythingElseOfTheSameTime() {
        InFlight connections = new InFlight();
        Agenda agenda = new Agenda(connections);
        connections.take(0, 0);
        agenda.at(0, agenda.lane(), 2, 5);
        agenda.soon(3, connections.take(1, 0));
        agenda.soon(3, connections.take(2, 0));

        for (int number : List.of(1, 2, 5)) {
            assertThat(agenda.find()).isZero();
            assertThat(Agenda.slot(agenda.next())).isEqualTo(number);
        }
        assertThat(agenda.find()).isEqualTo(Agenda.NEVER);
    }

    @Test
    void itKeepsAHundredThousandInOrder() {
        Agenda agenda = new Agenda(new InFlight());
        Lane lane = agenda.lane();
        SplitMix64 random = new SplitMix64(7);
        for (int i = 0; i < 100_000; i++) {
            agenda.at(random.next() >>> 2, lane, 0, i);
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
