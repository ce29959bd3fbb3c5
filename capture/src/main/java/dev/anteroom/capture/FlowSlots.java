package dev.anteroom.capture;

import java.util.Arrays;

/// Where the records of a [FlowTable] stand, by their hashes: extendible hashing (Fagin, Nievergelt, Pippenger and
/// Strong 1979) over pages of slots, with linear probing in a page (Knuth, volume 3, 6.4, algorithms L and R).
///
/// It grows by one page at a time. One large array would have to be copied as a whole, with all packets waiting, and
/// would leave as much memory behind as it takes.
final class FlowSlots {
    private static final int PAGE_BITS = 11;
    private static final int PAGE_SLOTS = 1 << PAGE_BITS;

    /// A page is split before more of its slots are taken: most look-ups meet no other record first.
    private static final int MOST_TAKEN = PAGE_SLOTS / 8 * 5;

    /// Which pages there are is told by the bits of a hash that do not tell the slot.
    private static final int MOST_DEPTH = Integer.SIZE - PAGE_BITS;

    // Words of a page after its slots: how many are taken, and how many bits its hashes have in common.
    private static final int TAKEN = PAGE_SLOTS;
    private static final int DEPTH = PAGE_SLOTS + 1;
    private static final int PAGE_WORDS = PAGE_SLOTS + 2;

    /// No record in a slot.
    static final long EMPTY = 0;

    private static final int HASH_AT = 32;

    /// The page for each possible beginning of a hash, [#depth] bits of it; several have the same one.
    private long[][] pages = {new long[PAGE_WORDS]};

    private int depth;

    /// The page with the record of a hash, if there is one: in one of the slots from [#home(int)] on and before an
    /// empty one.
    long[] page(int hash) {
        return pages[number(hash)];
    }

    private int number(int hash) {
        return (int) ((hash & TcpSegment.LOW_HALF) << depth >>> HASH_AT);
    }

    static int home(int hash) {
        return hash & (PAGE_SLOTS - 1);
    }

    static int next(int slot) {
        return (slot + 1) & (PAGE_SLOTS - 1);
    }

    static int hash(long slot) {
        return (int) (slot >>> HASH_AT);
    }

    static int record(long slot) {
        return (int) slot - 1;
    }

    void add(int hash, int record) {
        while (page(hash)[TAKEN] >= MOST_TAKEN) {
            split(hash);
        }
        put(page(hash), ((long) hash << HASH_AT) | (record + 1));
    }

    private static void put(long[] page, long entry) {
        int slot = home(hash(entry));
        while (page[slot] != EMPTY) {
            slot = next(slot);
        }
        page[slot] = entry;
        page[TAKEN]++;
    }

    /// Leaves one half of the hashes of a page in it.
    private void split(int hash) {
        long[] page = page(hash);
        long common = page[DEPTH];
        if (common == MOST_DEPTH) {
            throw new IllegalStateException((MOST_TAKEN + 1) + " connections with hashes that are nearly the same");
        }
        if (common == depth) {
            long[][] twice = new long[2 * pages.length][];
            Arrays.setAll(twice, i -> pages[i / 2]);
            pages = twice;
            depth++;
        }
        long[] other = new long[PAGE_WORDS];
        int shared = 1 << (depth - common); // so many of the pages are this one
        int first = number(hash) & -shared;
        Arrays.fill(pages, first + shared / 2, first + shared, other);
        long[] before = Arrays.copyOf(page, PAGE_SLOTS);
        Arrays.fill(page, 0);
        page[DEPTH] = common + 1;
        other[DEPTH] = common + 1;
        for (long entry : before) {
            if (entry != EMPTY) {
                put(page(hash(entry)), entry);
            }
        }
    }

    /// Takes out a record that is there.
    void remove(int hash, int record) {
        long[] page = page(hash);
        int slot = home(hash);
        while (record(page[slot]) != record) {
            slot = next(slot);
        }
        close(page, slot);
        page[TAKEN]--;
    }

    /// Moves what stands behind a slot into it, as far as a look-up would not find it any more.
    private static void close(long[] page, int freed) {
        int hole = freed;
        for (int slot = next(hole); page[slot] != EMPTY; slot = next(slot)) {
            int wanted = home(hash(page[slot]));
            boolean mayMove = hole <= slot ? wanted <= hole || wanted > slot : wanted <= hole && wanted > slot;
            if (mayMove) {
                page[hole] = page[slot];
                hole = slot;
            }
        }
        page[hole] = EMPTY;
    }
}
