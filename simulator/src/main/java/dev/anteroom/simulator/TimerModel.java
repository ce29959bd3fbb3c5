package dev.anteroom.simulator;

/// How punctual a kernel's retransmission timers are.
///
/// @param hz ticks of its clock in a second (CONFIG_HZ), 0 for timers that fire to the nanosecond
public record TimerModel(int hz) {
    /// Timers that fire when they are due.
    public static final TimerModel EXACT = new TimerModel(0);

    private static final int LEVEL_BITS = 3;
    private static final long FIRST_LEVEL_TICKS = 63;

    public TimerModel {
        if (hz < 0 || hz > 10_000) {
            throw new IllegalArgumentException("a clock ticks 1 to 10000 times in a second, not " + hz);
        }
    }

    /// The timer wheel of Linux since 4.8: timers of 63 ticks and more fire up to 8 ticks late, of 504 and more up to
    /// 64, of 4032 and more up to 512 (`kernel/time/timer.c` calc_wheel_index, 6.18).
    ///
    /// @param hz CONFIG_HZ, 250 for most distributions
    public static TimerModel wheel(int hz) {
        return new TimerModel(hz);
    }

    /// When a timer fires, in nanoseconds.
    long fires(long now, long delay) {
        if (hz == 0) {
            return now + delay;
        }
        long tick = 1_000_000_000L / hz;
        long ticks = (delay + tick - 1) / tick;
        long expires = now / tick + ticks;
        int shift = 0;
        for (long first = FIRST_LEVEL_TICKS; ticks >= first && shift < 8 * LEVEL_BITS; first <<= LEVEL_BITS) {
            shift += LEVEL_BITS;
        }
        return (((expires >> shift) + 1) << shift) * tick;
    }
}
