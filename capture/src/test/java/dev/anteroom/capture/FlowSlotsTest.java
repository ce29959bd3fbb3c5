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
    private final FlowSlots slots = new FlowSlots();

    /// Hashes of few bits, too: then many records have the same one.
    @Property(tries = 30)
    void aRecordIsFoundByItsHashFromWhenItIsAddedUntilItIsRemoved(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 200_000) int records,
            @ForAll @IntRange(min = 10, max = 32) int bits) {
        Random random = new Random(seed);
        int[] hashes = new int[Math.min(records, 1 << (bits - 2))];
        BitSet present = new BitSet();
        for (int record = 0; record < hashes.length; record++) {
            hashes[record] = Integer.rotateLeft(random.nextInt() >>> (Integer.SIZE - bits), 11);
            slots.add(hashes[record], record);
            present.set(record);
        }
        for (int record = 0; record < hashes.length; record++) {
            if (random.nextBoolean()) {
                slots.remove(hashes[record], record);
                present.clear(record);
            }
        }
        BitSet found = new BitSet();
        for (int record = 0; record < hashes.length; record++) {
            found.set(record, finds(hashes[record], record));
        }
        assertThat(found).isEqualTo(present);
        present.stream().forEach(record -> slots.remove(hashes[record], record));
        for (int hash : hashes) {
            assertThat(slots.page(hash)[FlowSlots.home(hash)]).isEqualTo(FlowSlots.EMPTY);
        }
    }

    @Test
    void moreRecordsOfOneHashThanAPageHasSlotsAreRefused() {
        assertThatIllegalStateException().isThrownBy(() -> {
            for (int record = 0; record < 10_000; record++) {
                slots.add(42, record);
            }
        });
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
