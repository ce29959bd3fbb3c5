package dev.anteroom.queue;

/// The step of a kernel counter between two readings.
public final class CounterStep {
    private static final long TWO_TO_32 = 1L << 32;

    private CounterStep() {}

    /// How far a counter moved, across a wrap and across a reset.
    ///
    /// A reading below the earlier one is a wrap if the shorter way round passes the end of the range (32 bits for
    /// the counters of 32-bit kernels, 64 for the others), and otherwise a reset: then everything counted since the
    /// reset is the later reading itself, which is the least that can have happened.
    ///
    /// @param before the earlier reading, unsigned
    /// @param after the later reading, unsigned
    /// @return the step, unsigned
    public static long between(long before, long after) {
        if (Long.compareUnsigned(after, before) >= 0) {
            return after - before;
        }
        long step64 = after - before;
        if (step64 >= 0) {
            return step64;
        }
        return Long.compareUnsigned(before, TWO_TO_32) < 0 ? between32(before, after) : after;
    }

    /// The same for a counter of 32 bits, such as the drop events of a socket.
    ///
    /// @param before the earlier reading, 0 to 2^32 - 1
    /// @param after the later reading, 0 to 2^32 - 1
    public static long between32(long before, long after) {
        long step = (after - before) & (TWO_TO_32 - 1);
        boolean wrapped = after < before && step < TWO_TO_32 / 2;
        return after >= before || wrapped ? step : after;
    }
}
