package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Waiting;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
    @Property
    void howeverLongItTakesTheMostIsKept(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(max = Long.MAX_VALUE / 100) Long> pauses) {
        WaitingLine line = new WaitingLine(5, 0);
        long now = 5;
        int waiting = 0;
        int most = 0;
        for (int i = 0; i < pauses.size(); i++) {
            now += pauses.get(i);
            int by = i % 3 == 2 ? -1 : 1;
            waiting += by;
            most = Math.max(most, waiting);
            line.change(now, by);
        }
        Waiting told = line.told();
        assertThat(told.most()).isEqualTo(most);
        assertThat(told.highest().getLast()).isGreaterThanOrEqualTo(waiting);
        assertThat(told.highest()).hasSizeLessThanOrEqualTo(128);
    }

    @Test
    void aStretchWithoutAChangeShowsWhatWaitedBefore() {
        WaitingLine line = new WaitingLine(0, 0);
        line.change(0, 1);
        line.change(0, 1);
        line.change(3_000_000, -1);
        line.change(5_000_000, -1);
        assertThat(line.told().highest()).containsExactly(2, 2, 2, 2, 1, 1);
    }
}
