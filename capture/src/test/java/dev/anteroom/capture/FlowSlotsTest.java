package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FlowSlotsTest {
    /// So many records may have hashes that are nearly the same.
    private static final int MOST_ALIKE = 1280;

    private final FlowSlots slots = new FlowSlots();

    /// In rounds: half of the records that are there are removed, and half of the others added. With few bits there are
    /// many that have the same hash, or the same slot at first.
    @Property(tries = 30)
    void aRecordIsFoundByItsHashFromWhenItIsAddedUntilItIsRemoved(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 200_000) int records,
            @ForAll @IntRange(min = 8, max = Integer.SIZE) int bits) {
        Random random = new Random(seed);
        int[] hashes = random.ints(Math.min(records, 1 << Math.min(bits + 2, 20)))
                .map(hash -> Integer.rotateLeft(hash >>> (Integer.SIZE - bits), 11))
                .toArray();
        BitSet present = new BitSet();
        for (int round = 0; round < 4; round++) {
            for (int record = 0; record < hashes.length; record++) {
                if (random.nextBoolean() && present.get(record)) {
                    slots.remove(hashes[record], record);
                    present.clear(record);
                } else if (random.nextBoolean() && !present.get(record)) {
                    slots.add(hashes[record], record);
                    present.set(record);
                }
            }
            BitSet found = new BitSet();
            for (int record = 0; record < hashes.length; record++) {
                found.set(record, finds(hashes[record], record));
            }
            assertThat(found).isEqualTo(present);
        }
        present.stream().forEach(record -> slots.remove(hashes[record], record));
        for (int hash : hashes) {
            assertThat(slots.page(hash)[FlowSlots.home(hash)]).isEqualTo(FlowSlots.EMPTY);
        }
    }

    @Test
    void aSlotThatIsFreedMakesRoom() {
        for (int record = 0; record < 10 * MOST_ALIKE; record++) {
            slots.add(42, record);
            slots.remove(42, record);
        }
        assertThat(finds(42, 0)).isFalse();
    }

    @Test
    void moreThanFiveEighthsOfAPageWithOneHashAreRefused() {
        for (int record = 0; record < MOST_ALIKE; record++) {
            slots.add(42, record);
        }
        assertThatIllegalStateException().isThrownBy(() -> slots.add(42, MOST_ALIKE));
    }

    private boolean finds(int hash, int record) {
        long[] page = slots.page(hash);
        for (int slot = FlowSlots.home(hash); page[slot] != FlowSlots.EMPTY; slot = FlowSlots.next(slot)) {
            if (FlowSlots.hash(page[slot]) == hash && FlowSlots.record(page[slot]) == record) {
                return true;
            }
        }
        return false;
    }
}
