package dev.anteroom.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// XXH64 with seed 0: the checksum of Zstandard (RFC 8878, section 3.1.1; xxhash.com, doc/xxhash_spec.md).
final class XxHash64 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME_1 = 0x9e3779b185ebca87L;
    private static final long PRIME_2 = 0xc2b2ae3d27d4eb4fL;
    private static final long PRIME_3 = 0x165667b19e3779f9L;
    private static final long PRIME_4 = 0x85ebca77c2b2ae63L;
    private static final long PRIME_5 = 0x27d4eb2f165667c5L;
    private static final int STRIPE = 4 * Long.BYTES;

    private long one = 0x60ea27eeadc0b5d6L; // the sum of the first two
    private long two = PRIME_2;
    private long three;
    private long four = -PRIME_1;
    private long length;
    private final byte[] rest = new byte[STRIPE];
    private int kept;

    void add(byte[] bytes, int from, int count) {
        length += count;
        int at = from;
        int end = from + count;
        if (kept > 0) {
            int missing = Math.min(STRIPE - kept, count);
            System.arraycopy(bytes, at, rest, kept, missing);
            kept += missing;
            at += missing;
            if (kept < STRIPE) {
                return;
            }
            stripe(rest, 0);
        }
        for (; end - at >= STRIPE; at += STRIPE) {
            stripe(bytes, at);
        }
        kept = end - at;
        System.arraycopy(bytes, at, rest, 0, kept);
    }

    private void stripe(byte[] bytes, int at) {
        one = round(one, (long) LONG.get(bytes, at));
        two = round(two, (long) LONG.get(bytes, at + Long.BYTES));
        three = round(three, (long) LONG.get(bytes, at + 2 * Long.BYTES));
        four = round(four, (long) LONG.get(bytes, at + 3 * Long.BYTES));
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    long value() {
        long hash = PRIME_5;
        if (length >= STRIPE) {
            hash = Long.rotateLeft(one, 1)
                    + Long.rotateLeft(two, 7)
                    + Long.rotateLeft(three, 12)
                    + Long.rotateLeft(four, 18);
            hash = merge(merge(merge(merge(hash, one), two), three), four);
        }
        hash += length;
        int at = 0;
        for (; kept - at >= Long.BYTES; at += Long.BYTES) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONG.get(rest, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (kept - at >= Integer.BYTES) {
            hash ^= Integer.toUnsignedLong((int) INT.get(rest, at)) * PRIME_1;
            hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
            at += Integer.BYTES;
        }
        for (; at < kept; at++) {
            hash ^= (rest[at] & 0xff) * PRIME_5;
            hash = Long.rotateLeft(hash, 11) * PRIME_1;
        }
        hash = (hash ^ (hash >>> 33)) * PRIME_2;
        hash = (hash ^ (hash >>> 29)) * PRIME_3;
        return hash ^ (hash >>> 32);
    }
}
