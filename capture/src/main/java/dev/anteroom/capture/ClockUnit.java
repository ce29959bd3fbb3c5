package dev.anteroom.capture;

/// In what units an interface tells the time, and from when on.
///
/// @param exponent how many digits the unit has behind the point, in base 10 or 2
/// @param binary whether the base is 2
/// @param offset seconds to be added
record ClockUnit(int exponent, boolean binary, long offset) {
    private static final long NANOS = 1_000_000_000L;
    private static final int NANO_DIGITS = 9;

    /// Powers of ten and two that a signed word of 64 bits holds.
    private static final int MOST_DIGITS = 18;

    private static final int MOST_BITS = 62;

    /// Up to here a fraction times 10^9 fits in 64 bits.
    private static final int EXACT_BITS = 33;

    /// Microseconds since 1970: what holds where nothing is said.
    static final ClockUnit DEFAULT = new ClockUnit(PcapngLayout.MICROSECONDS, false, 0);

    /// @param resolution the option if_tsresol
    ClockUnit withResolution(int resolution) {
        return new ClockUnit(
                resolution & ~PcapngLayout.POWER_OF_TWO, (resolution & PcapngLayout.POWER_OF_TWO) != 0, offset);
    }

    ClockUnit withOffset(long seconds) {
        return new ClockUnit(exponent, binary, seconds);
    }

    /// Nanoseconds since 1970. A unit that is too fine for 64 bits is taken for nanoseconds.
    long nanos(long units) {
        return offset * NANOS + (binary ? ofBinary(units) : ofDecimal(units));
    }

    private long ofDecimal(long units) {
        if (exponent <= NANO_DIGITS) {
            return units * powerOfTen(NANO_DIGITS - exponent);
        }
        return exponent > MOST_DIGITS ? units : Long.divideUnsigned(units, powerOfTen(exponent - NANO_DIGITS));
    }

    private long ofBinary(long units) {
        if (exponent > MOST_BITS) {
            return units;
        }
        long seconds = units >>> exponent;
        long fraction = units & ((1L << exponent) - 1);
        int excess = Math.max(0, exponent - EXACT_BITS);
        return seconds * NANOS + (((fraction >>> excess) * NANOS) >>> (exponent - excess));
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
